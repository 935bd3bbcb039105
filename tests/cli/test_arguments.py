"""Arguments, files of settings and the project's metadata: everything before Azure is asked."""

import tomllib
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest

from shared.cli.arguments import parse
from shared.cli.environment import merged
from shared.cli.main import main
from shared.cli.terminal import Line, Terminal

ROOT = Path(__file__).parents[2]
COMMANDS = ("plan", "apply", "status", "graph", "explain", "doctor")


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for name in ("AZURE_SUBSCRIPTION_ID", "WEBSITE_OWNER_NAME", "HUB_VNET_ID", "HUB_LOCATION"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "COMMAND"),
        (["peer"], "invalid choice: 'peer'"),
        (["plan", "--output", "yaml"], "choose from"),
        (["plan", "--colour"], "--colour"),
        (["graph"], "--output"),
        (["graph", "--output", "network"], "accepted is a file that ends with .html, .svg, .mmd, .dot"),
        (["explain"], "VNET"),
        (["apply", "--timeout", "0"], "accepted is a whole number of seconds from 1 to 86400"),
        (["apply", "--timeout", "soon"], "accepted is a whole number of seconds from 1 to 86400"),
        (["plan", "--settings", "no-such-file"], "no-such-file cannot be read: No such file or directory"),
        (["plan", "--simulator", "no-such-folder"], "settings.json cannot be read"),
        (["plan", "--ca", "no-such-file"], "--ca no-such-file: there is no such file"),
        (["plan"], "HUB_VNET_ID, HUB_LOCATION: none is set"),
        (["plan", "--subscription", "mine"], "AZURE_SUBSCRIPTION_ID: 'mine'"),
        (["plan", "--hub", "/subscriptions/x"], "HUB_VNET_ID: '/subscriptions/x'"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_not_taken_for_changes_due(capsys, words, told):
    assert main(words) == 1

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("interlinked: ")
    assert told in err


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"Values": []}', "{"])
def test_a_file_of_another_form_is_one_line(capsys, tmp_path, content):
    file = tmp_path / "local.settings.json"
    file.write_text(content)

    assert main(["plan", "--settings", str(file)]) == 1
    assert f"--settings: {file} is not in the form of local.settings.json" in capsys.readouterr().err


def test_an_option_wins_over_a_file_and_a_file_over_the_environment(tmp_path):
    file, ca = tmp_path / "local.settings.json", tmp_path / "ca.pem"
    file.write_text(
        '{"Values": {"AZURE_SUBSCRIPTION_ID": "of the file", "MODE": "audit", "HUB_VNET_ID": "/hub"}}'
    )
    ca.write_text("")
    environ = {"AZURE_SUBSCRIPTION_ID": "of the environment", "MODE": "enforce", "GATEWAY_TRANSIT": "always"}
    words = ["plan", "--settings", str(file), "--subscription", "given", "--hub", "swedencentral"]

    assert merged(parse([*words, "--endpoint", "https://localhost:8443/", "--ca", str(ca)]), environ) == {
        "AZURE_SUBSCRIPTION_ID": "given",
        "MODE": "audit",
        "GATEWAY_TRANSIT": "always",
        "HUB_VNET_ID": "",
        "HUB_LOCATION": "swedencentral",
        "ARM_ENDPOINT": "https://localhost:8443/",
        "SSL_CERT_FILE": str(ca),
        "IDENTITY_ENDPOINT": "https://localhost:8443/msi/token",
        "IDENTITY_HEADER": "simulated-identity",
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches(capsys, command):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    out = capsys.readouterr().out
    assert ended.value.code == 0
    assert "settings and login:" in out
    assert command == "doctor" or f"  interlinked {command}" in out


def test_help_names_every_command_and_exit_code(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])

    out = capsys.readouterr().out
    assert all(f"interlinked {command}" in out for command in COMMANDS if command != "graph")
    assert "0 nothing to do, 1 error, 2 changes due, 3 something needs a person" in out


class Screen(StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("out", "environ", "is_coloured"),
    [
        (Screen(), {}, True),
        (Screen(), {"NO_COLOR": ""}, True),
        (Screen(), {"NO_COLOR": "1"}, False),
        (Screen(), {"TERM": "dumb"}, False),
        (StringIO(), {}, False),
    ],
)
def test_colours_are_for_terminals_whose_user_does_not_object(out, environ, is_coloured):
    assert Terminal.of(out, StringIO(), environ).is_coloured is is_coloured


def test_text_from_azure_controls_no_terminal():
    out, err = StringIO(), StringIO()
    terminal = Terminal(out=out, err=err)
    terminal.show([Line("denied\x1b[2J by\r\n\u202epolicy")])
    terminal.show_error("denied\x1b[2J by\r\n\u202epolicy")

    assert out.getvalue() == "denied\ufffd[2J by\ufffd\ufffd\ufffdpolicy\n"
    assert err.getvalue() == "interlinked: denied\ufffd[2J by \ufffdpolicy\n"


def test_the_projects_metadata_installs_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    module, _, function = project["project"]["scripts"]["interlinked"].partition(":")
    packages = {file.parent.relative_to(ROOT / "shared") for file in (ROOT / "shared").rglob("__init__.py")}

    assert getattr(import_module(module.replace("interlinked", "shared", 1)), function) is main
    assert set(project["tool"]["setuptools"]["packages"]) == {
        ".".join(("interlinked", *each.parts)) for each in packages
    }
