"""host.json, local.settings.json and the environment they make."""

import json
import os

import pytest

from devhost.errors import StartError
from devhost.settings import HostJson, LocalSettings, app_environment, is_disabled, resolve


@pytest.fixture
def file(tmp_path):
    return tmp_path / "file.json"


def host_json(file, **entries) -> HostJson:
    file.write_text(json.dumps({"version": "2.0"} | entries))
    return HostJson.read(file)


def local_settings(file, **entries) -> LocalSettings:
    file.write_text(json.dumps({"IsEncrypted": False} | entries))
    return LocalSettings.read(file)


def test_a_bare_host_json(file):
    assert host_json(file) == HostJson(route_prefix="api", timeout_seconds=1800, has_extension_bundle=False)


def test_a_full_host_json(file):
    assert host_json(
        file,
        functionTimeout="00:05:30",
        extensions={"http": {"routePrefix": "/v1/"}},
        extensionBundle={"id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)"},
    ) == HostJson(route_prefix="v1", timeout_seconds=330, has_extension_bundle=True)


@pytest.mark.parametrize(
    ("value", "expected"), [("-1", None), (-1, None), ("1.00:00:00", 86400), ("0:00:01", 1)]
)
def test_function_timeouts(file, value, expected):
    assert host_json(file, functionTimeout=value).timeout_seconds == expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("{", "not valid JSON", id="broken"),
        pytest.param("[]", "must hold a JSON object", id="no object"),
        pytest.param("{}", '"version" must be "2.0"', id="no version"),
        pytest.param('{"version": "3.0"}', '"version" must be "2.0"', id="other version"),
        pytest.param('{"version": "2.0", "functionTimeout": "5 min"}', "not '5 min'", id="timeout"),
        pytest.param('{"version": "2.0", "extensions": 1}', '"extensions" must be', id="extensions"),
    ],
)
def test_a_broken_host_json_says_where_and_what(file, text, complaint):
    file.write_text(text)
    with pytest.raises(StartError) as caught:
        HostJson.read(file)

    assert str(caught.value).startswith(f"{file}: ")
    assert complaint in str(caught.value)


def test_a_missing_host_json(file):
    with pytest.raises(StartError, match="not found"):
        HostJson.read(file)


def test_local_settings(file):
    settings = local_settings(file, Values={"A": "1", "B": "", "C": None}, Host={"LocalHttpPort": 7100})

    assert settings == LocalSettings(values={"A": "1", "B": ""}, port=7100)


def test_an_app_need_not_have_local_settings(tmp_path):
    assert LocalSettings.of_app(tmp_path) == LocalSettings(values={}, port=7071)


def test_local_settings_are_those_of_the_app_unless_others_are_named(tmp_path, file):
    local_settings(tmp_path / "local.settings.json", Values={"A": "own"})
    local_settings(file, Values={"A": "other"})

    assert LocalSettings.of_app(tmp_path).values == {"A": "own"}
    assert LocalSettings.of_app(tmp_path, file).values == {"A": "other"}


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        pytest.param({"Values": {"A": {"B": "1"}}}, "write A as a string", id="nested"),
        pytest.param({"Values": {"A": 1}}, "write A as a string", id="number"),
        pytest.param({"Values": ["A"]}, '"Values" must be a JSON object', id="list"),
        pytest.param({"Values": {"A": "1"}, "IsEncrypted": True}, '"IsEncrypted": false', id="encrypted"),
        pytest.param({"Host": {"LocalHttpPort": "7100"}}, "must be a number", id="port"),
    ],
)
def test_broken_local_settings_say_where_and_what(file, entries, complaint):
    with pytest.raises(StartError) as caught:
        local_settings(file, **entries)

    assert str(caught.value).startswith(f"{file}: ")
    assert complaint in str(caught.value)


def test_named_local_settings_must_exist(file):
    with pytest.raises(StartError, match="No such file"):
        LocalSettings.of_app(file.parent, file)


def test_settings_are_in_the_environment_for_a_while(tmp_path, monkeypatch):
    monkeypatch.setenv("DEVHOST_SET", "before")
    monkeypatch.setenv("DEVHOST_EMPTY", "")
    monkeypatch.delenv("DEVHOST_NEW", raising=False)
    names = ("DEVHOST_SET", "DEVHOST_EMPTY", "DEVHOST_NEW")

    with app_environment(tmp_path, dict.fromkeys(names, "given"), 7100):
        meanwhile = [os.environ.get(name) for name in names]
        host = (os.environ["AZURE_FUNCTIONS_ENVIRONMENT"], os.environ["WEBSITE_HOSTNAME"])

    assert meanwhile == ["before", "given", "given"]
    assert host == ("Development", "localhost:7100")
    assert [os.environ.get(name) for name in names] == ["before", "", None]


def test_only_a_setting_that_has_no_effect_is_named(tmp_path, monkeypatch, caplog):
    caplog.set_level("INFO")
    monkeypatch.setenv("DEVHOST_SAME", "given")
    monkeypatch.setenv("DEVHOST_OTHER", "before")

    with app_environment(tmp_path, {"DEVHOST_SAME": "given", "DEVHOST_OTHER": "given"}, 7100):
        pass

    assert [record.args for record in caplog.records] == [("DEVHOST_OTHER",)]


def test_settings_in_a_binding():
    environ = {"A": "1", "B": "2"}

    assert resolve("%A% and %B%", environ) == "1 and 2"
    assert resolve("100%", environ) == "100%"
    with pytest.raises(ValueError, match="%C% does not resolve"):
        resolve("%A% %C%", environ)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("AzureWebJobs.sweep.Disabled", "true", True),
        ("AzureWebJobs_sweep_Disabled", "1", True),
        ("AzureWebJobs.sweep.Disabled", "false", False),
        ("AzureWebJobs.other.Disabled", "true", False),
    ],
)
def test_disabling_a_function(name, value, expected):
    assert is_disabled("sweep", {name: value}) is expected
