"""Settings that nobody would choose by accident."""

import pytest

from shared.config.schedule import schedule_or_default
from shared.config.settings import Settings, SettingsError
from tests.clouds import SUBSCRIPTION

SOUND = {"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "HUB_LOCATION": "swedencentral"}


def outcome_of(settings):
    """Accepted, refused, or what else came of it."""
    try:
        Settings.from_environ(SOUND | settings)
    except SettingsError:
        return "refused"
    except Exception as error:
        return f"ended in {type(error).__name__}"
    return "accepted"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODE", "off"),
        ("MODE", "aud\u0131t"),
        ("AZURE_SUBSCRIPTION_ID", f"{SUBSCRIPTION[:-1]}\uff11"),
        ("ARM_ENDPOINT", "http://x"),
        ("ARM_ENDPOINT", "https://evil@management.azure.com"),
        ("OUTCOME_TOPIC_ENDPOINT", "https://x/api/events?y"),
        ("OUTCOME_TOPIC_ENDPOINT", "/api/events"),
        ("AZURE_CLIENT_ID", "no GUID"),
        ("PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY", "maybe"),
        ("EVENT_BUDGET_SECONDS", "0"),
        ("EVENT_BUDGET_SECONDS", "1e3"),
        ("EVENT_BUDGET_SECONDS", "\uff19"),
        ("TIMER_BUDGET_SECONDS", "1741"),
        ("TIMER_BUDGET_SECONDS", "-1"),
        ("PEERING_NAME_TEMPLATE", "{local.__class__}-{remote}"),
        ("PEERING_NAME_TEMPLATE", "{local!r}{remote}"),
        ("PEERING_NAME_TEMPLATE", "{local:>999999999}{remote}"),
        ("PEERING_NAME_TEMPLATE", "{local}{remote}{0}"),
        ("PEERING_NAME_TEMPLATE", "{{{local}}}-{remote}"),
        ("PEERING_NAME_TEMPLATE", "{local[0]}-{remote}"),
        ("PEERING_NAME_TEMPLATE", "{local}-{remote"),
        ("SPOKE_PEERING_OPTIONS", "useRemoteGateways=true"),
        ("SPOKE_PEERING_OPTIONS", "a=b=c"),
        ("GATEWAY_TRANSIT", "yes"),
    ],
)
def test_refused(name, value):
    assert outcome_of({name: value}) == "refused"


@pytest.mark.parametrize(
    "schedule",
    [
        "0 0 31 2 *",
        "0 0 0 31 2 *",
        "00:00:01",
        "@reboot",
        "%X%",
        "0 0-99999999 * * * *",
        "r r r r r r",
        "H H * * *",
    ],
)
def test_a_refused_schedule_leaves_the_timer_at_its_default(schedule):
    assert outcome_of({"RECONCILE_SCHEDULE": schedule}) == "refused"
    assert schedule_or_default({"RECONCILE_SCHEDULE": schedule}) == schedule_or_default({})


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"HUB_LOCATION": ""}, id="no hub"),
        pytest.param({"HUB_VNET_ID": "x"}, id="two hubs"),
        pytest.param(
            {"AZURE_SUBSCRIPTION_ID": "", "WEBSITE_OWNER_NAME": "garbage"}, id="owner without a plus"
        ),
        pytest.param(
            {"AZURE_SUBSCRIPTION_ID": "", "WEBSITE_OWNER_NAME": SUBSCRIPTION}, id="owner is an ID alone"
        ),
        pytest.param({"HUB_LOCATION": "", "TOPOLOGY_FILE": "/nowhere/at/all"}, id="no such file"),
        pytest.param({"HUB_LOCATION": "", "TOPOLOGY_FILE": "."}, id="a folder"),
    ],
)
def test_refused_together(settings):
    assert outcome_of(settings) == "refused"


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"TOPOLOGY_FILE": "a\0b"}, id="a file name with NUL"),
        pytest.param({"TOPOLOGY": "hubs: !!int ''"}, id="a tag that does not fit its text"),
    ],
)
@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="NUL in a file name, or a YAML tag that does not fit, ends in another error than SettingsError",
)
def test_a_bad_topology_is_an_error_of_the_settings(settings):
    assert outcome_of({"HUB_LOCATION": ""} | settings) == "refused"


@pytest.mark.parametrize("template", ["ANM_{local}-{remote}", "anm_{local}-{remote}"])
@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="a template whose names look like Network Manager's is taken, and our own halves are then left alone",
)
def test_names_like_network_managers_are_refused(template):
    assert outcome_of({"PEERING_NAME_TEMPLATE": template}) == "refused"


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="TOPOLOGY_FILE reads any file of the machine, and the error quotes what is in it",
)
def test_a_file_outside_the_apps_folder_is_not_quoted(tmp_path):
    file = tmp_path / "secrets.yaml"
    file.write_text("hunter2: x\n")

    with pytest.raises(SettingsError) as caught:
        Settings.from_environ(SOUND | {"HUB_LOCATION": "", "TOPOLOGY_FILE": str(file)})

    assert "hunter2" not in str(caught.value)
