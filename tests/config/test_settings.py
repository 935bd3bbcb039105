import json
import subprocess
import sys

import pytest

from shared.config.document.loading import parse_document
from shared.config.document.model import document_of_hub
from shared.config.peering_names import TEMPLATE_FORMAT, NameTemplate
from shared.config.peering_policy import GatewayTransit, PeeringPolicy
from shared.config.schedule import DEFAULT_SCHEDULE, schedule_or_default
from shared.config.settings import APP_FOLDER, Mode, Settings, SettingsError
from shared.model.ids import VNET_ID_FORMAT, VnetId

SUBSCRIPTION = "11111111-aaaa-4bbb-8ccc-222222222222"
HUB = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub"
HUB_ID = VnetId.parse(HUB)
OTHER = "22222222-aaaa-4bbb-8ccc-222222222222"
TWO_HUBS = "hubs: [{name: a, location: eastus2}, {name: b, location: westeurope}]"
LEAST_JSON = json.dumps({"hubs": [{"name": "hub", "id": HUB}]})
TOPOLOGIES = "TOPOLOGY, TOPOLOGY_FILE, HUB_VNET_ID, HUB_LOCATION"
LEAST = {"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "HUB_VNET_ID": HUB}
GUID_FORMAT = "a GUID such as 00000000-0000-0000-0000-000000000000"
OPTIONS_FORM = (
    "name=true, name=false or name=keep, separated by commas, of allowVirtualNetworkAccess, "
    "allowForwardedTraffic, allowGatewayTransit, useRemoteGateways, doNotVerifyRemoteGateways"
)
SCHEDULE_FORM = "NCRONTAB of six fields, seconds first, such as 0 */5 * * * *, or five without the seconds"


def test_defaults():
    assert Settings.from_environ(LEAST) == Settings(
        mode=Mode.ENFORCE,
        subscription_id=SUBSCRIPTION,
        document=document_of_hub(VnetId.parse(HUB), None),
        policy=PeeringPolicy(
            subscriptions=frozenset({SUBSCRIPTION}),
            names=NameTemplate(text="peer-{local}-{remote}"),
            gateway_transit=GatewayTransit.NEVER,
            hub_options={"allowVirtualNetworkAccess": True, "allowForwardedTraffic": True},
            spoke_options={"allowVirtualNetworkAccess": True, "allowForwardedTraffic": True},
        ),
        reconcile_schedule="0 */5 * * * *",
        arm_endpoint="https://management.azure.com",
        outcome_topic_endpoint=None,
        client_id=None,
        open_telemetry=False,
        event_budget_seconds=25,
        timer_budget_seconds=1500,
    )


def test_empty_is_unset():
    names = ["HUB_LOCATION", "RECONCILE_SCHEDULE", "ARM_ENDPOINT", "AZURE_CLIENT_ID"]
    names += ["EVENT_BUDGET_SECONDS", "TIMER_BUDGET_SECONDS", "WEBSITE_OWNER_NAME"]
    assert Settings.from_environ({**LEAST, **dict.fromkeys(names, " ")}) == Settings.from_environ(LEAST)


@pytest.mark.parametrize(
    ("environ", "field", "value"),
    [
        pytest.param(
            {"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION.upper()}, "subscription_id", SUBSCRIPTION, id="case"
        ),
        pytest.param(
            {
                "AZURE_SUBSCRIPTION_ID": "",
                "WEBSITE_OWNER_NAME": f"{SUBSCRIPTION}+rg-SwedenCentralwebspace-Linux",
            },
            "subscription_id",
            SUBSCRIPTION,
            id="owner name",
        ),
        pytest.param(
            {"WEBSITE_OWNER_NAME": "nonsense"}, "subscription_id", SUBSCRIPTION, id="owner name not needed"
        ),
        pytest.param(
            {"HUB_VNET_ID": "", "HUB_LOCATION": "Sweden Central"},
            "document",
            document_of_hub(None, "swedencentral"),
            id="location",
        ),
        pytest.param(
            {"HUB_VNET_ID": "", "TOPOLOGY": TWO_HUBS}, "document", parse_document(TWO_HUBS), id="YAML"
        ),
        pytest.param(
            {"HUB_VNET_ID": "", "TOPOLOGY": LEAST_JSON}, "document", document_of_hub(HUB_ID, None), id="JSON"
        ),
        pytest.param(
            {"HUB_VNET_ID": "", "TOPOLOGY": f"{TWO_HUBS}\nsubscriptions: [{OTHER}]"},
            "subscriptions",
            (OTHER,),
            id="other subscriptions",
        ),
        pytest.param(
            {"RECONCILE_SCHEDULE": "*/10 * * * *"}, "reconcile_schedule", "*/10 * * * *", id="five fields"
        ),
        pytest.param(
            {"ARM_ENDPOINT": "https://management.azure.com/"},
            "arm_endpoint",
            "https://management.azure.com",
            id="slash",
        ),
        pytest.param(
            {"ARM_ENDPOINT": "https://localhost:8443"}, "arm_endpoint", "https://localhost:8443", id="port"
        ),
        pytest.param(
            {"OUTCOME_TOPIC_ENDPOINT": "https://MyTopic.westeurope-1.eventgrid.azure.net/api/events"},
            "outcome_topic_endpoint",
            "https://mytopic.westeurope-1.eventgrid.azure.net/api/events",
            id="topic",
        ),
        pytest.param({"AZURE_CLIENT_ID": SUBSCRIPTION}, "client_id", SUBSCRIPTION, id="client"),
        *(
            pytest.param(
                {"PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": word}, "open_telemetry", is_on, id=word
            )
            for word, is_on in {"True": True, "1": True, "y": True, "False": False, "no": False}.items()
        ),
        pytest.param({"EVENT_BUDGET_SECONDS": "1"}, "event_budget_seconds", 1, id="least event budget"),
        pytest.param({"EVENT_BUDGET_SECONDS": "28"}, "event_budget_seconds", 28, id="most event budget"),
        pytest.param({"TIMER_BUDGET_SECONDS": "30"}, "timer_budget_seconds", 30, id="least timer budget"),
        pytest.param({"TIMER_BUDGET_SECONDS": "1740"}, "timer_budget_seconds", 1740, id="most timer budget"),
    ],
)
def test_accepted(environ, field, value):
    assert getattr(Settings.from_environ({**LEAST, **environ}), field) == value


ENDPOINT = (
    "is not an endpoint, accepted is https and a host without a path, such as https://management.azure.com"
)
EVENT_RANGE = "is out of range, accepted is a whole number of seconds from 1 to 28"


TOPIC = (
    "is not the endpoint of a topic, accepted is https, a host and the path /api/events, such as "
    "https://mytopic.westeurope-1.eventgrid.azure.net/api/events"
)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://t.eventgrid.azure.net/api/events",
        "https://t.eventgrid.azure.net",
        "https://t.eventgrid.azure.net//api/events",
        "https://t.eventgrid.azure.net/api/events?code=secret",
        "https://user@t.eventgrid.azure.net/api/events",
        "/api/events",
    ],
)
def test_a_topic_that_cannot_be_is_one_clear_message(endpoint):
    with pytest.raises(SettingsError) as refused:
        Settings.from_environ({**LEAST, "OUTCOME_TOPIC_ENDPOINT": endpoint})
    assert str(refused.value) == f"OUTCOME_TOPIC_ENDPOINT: {endpoint!r} {TOPIC}"


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        pytest.param(
            {"AZURE_SUBSCRIPTION_ID": "prod"},
            f"AZURE_SUBSCRIPTION_ID: 'prod' is not a GUID, accepted is {GUID_FORMAT}",
            id="subscription",
        ),
        pytest.param(
            {"PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "on"},
            "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY: 'on' is no switch, accepted is true or false",
            id="telemetry",
        ),
        pytest.param(
            {"AZURE_SUBSCRIPTION_ID": ""},
            f"AZURE_SUBSCRIPTION_ID: is not set, accepted is {GUID_FORMAT}",
            id="no subscription",
        ),
        pytest.param(
            {"AZURE_SUBSCRIPTION_ID": "", "WEBSITE_OWNER_NAME": "me"},
            "WEBSITE_OWNER_NAME: 'me' does not begin with a subscription ID and a plus, "
            "set AZURE_SUBSCRIPTION_ID instead",
            id="owner name",
        ),
        pytest.param(
            {"HUB_VNET_ID": "hub"},
            f"HUB_VNET_ID: 'hub' is not a virtual network ID, accepted is {VNET_ID_FORMAT}",
            id="hub",
        ),
        pytest.param(
            {"HUB_LOCATION": "westeurope"},
            f"{TOPOLOGIES}: HUB_VNET_ID and HUB_LOCATION are set, accepted is exactly one of them",
            id="both hubs",
        ),
        pytest.param(
            {"HUB_VNET_ID": ""},
            f"{TOPOLOGIES}: none is set, accepted is exactly one of them",
            id="no hub",
        ),
        pytest.param(
            {"TOPOLOGY": TWO_HUBS},
            f"{TOPOLOGIES}: TOPOLOGY and HUB_VNET_ID are set, accepted is exactly one of them",
            id="both forms",
        ),
        pytest.param(
            {
                "HUB_VNET_ID": "",
                "TOPOLOGY": "hubs: [{name: hub, location: 7}]\nmesh: maybe",
                "MODE": "dry-run",
            },
            "TOPOLOGY: hubs[0].location: 7 is not text, accepted is an Azure region such as swedencentral or "
            "Sweden Central, in quotes; TOPOLOGY: mesh: 'maybe' is neither true nor false, accepted is true or false; "
            "MODE: 'dry-run' is not known, accepted is audit or enforce",
            id="every problem of a document, beside the others",
        ),
        pytest.param(
            {"HUB_VNET_ID": "", "HUB_LOCATION": "west-europe"},
            "HUB_LOCATION: 'west-europe' is not a region, "
            "accepted is an Azure region such as swedencentral or Sweden Central",
            id="location",
        ),
        pytest.param(
            {"RECONCILE_SCHEDULE": "hourly"},
            f"RECONCILE_SCHEDULE: 'hourly' is not a schedule (it has 1 fields), accepted is {SCHEDULE_FORM}",
            id="schedule",
        ),
        pytest.param(
            {"ARM_ENDPOINT": "http://a.b"}, f"ARM_ENDPOINT: 'http://a.b' {ENDPOINT}", id="plain http"
        ),
        pytest.param({"ARM_ENDPOINT": "https://"}, f"ARM_ENDPOINT: 'https://' {ENDPOINT}", id="no host"),
        pytest.param({"ARM_ENDPOINT": "https://a/b"}, f"ARM_ENDPOINT: 'https://a/b' {ENDPOINT}", id="path"),
        pytest.param({"ARM_ENDPOINT": "https://u@a"}, f"ARM_ENDPOINT: 'https://u@a' {ENDPOINT}", id="user"),
        pytest.param(
            {"AZURE_CLIENT_ID": "x"},
            f"AZURE_CLIENT_ID: 'x' is not a GUID, accepted is {GUID_FORMAT}",
            id="client",
        ),
        pytest.param(
            {"EVENT_BUDGET_SECONDS": "0"}, f"EVENT_BUDGET_SECONDS: '0' {EVENT_RANGE}", id="event low"
        ),
        pytest.param(
            {"EVENT_BUDGET_SECONDS": "29"}, f"EVENT_BUDGET_SECONDS: '29' {EVENT_RANGE}", id="event high"
        ),
        pytest.param(
            {"EVENT_BUDGET_SECONDS": "1.5"}, f"EVENT_BUDGET_SECONDS: '1.5' {EVENT_RANGE}", id="not whole"
        ),
        pytest.param(
            {"TIMER_BUDGET_SECONDS": "1741"},
            "TIMER_BUDGET_SECONDS: '1741' is out of range, accepted is a whole number of seconds from 30 to 1740",
            id="timer high",
        ),
        pytest.param(
            {"MODE": "dry-run"}, "MODE: 'dry-run' is not known, accepted is audit or enforce", id="mode"
        ),
        pytest.param(
            {"GATEWAY_TRANSIT": "yes"},
            "GATEWAY_TRANSIT: 'yes' is not known, accepted is never or when-available or always",
            id="gateway transit",
        ),
        pytest.param(
            {"PEERING_NAME_TEMPLATE": "to-{remote}"},
            f"PEERING_NAME_TEMPLATE: 'to-{{remote}}' is not a template, accepted are {TEMPLATE_FORMAT}",
            id="template without local",
        ),
        pytest.param(
            {"PEERING_NAME_TEMPLATE": "{local}/{remote}"},
            f"PEERING_NAME_TEMPLATE: '{{local}}/{{remote}}' gives names that Azure refuses, accepted are {TEMPLATE_FORMAT}",
            id="template with a slash",
        ),
        pytest.param(
            {"PEERING_NAME_TEMPLATE": "{local}-{remote!r}"},
            f"PEERING_NAME_TEMPLATE: '{{local}}-{{remote!r}}' is not a template, accepted are {TEMPLATE_FORMAT}",
            id="template with a conversion",
        ),
        pytest.param(
            {"PEERING_NAME_TEMPLATE": "{local"},
            "PEERING_NAME_TEMPLATE: '{local' is not a template (expected '}' before end of string), "
            f"accepted are {TEMPLATE_FORMAT}",
            id="template that is open",
        ),
        pytest.param(
            {"HUB_PEERING_OPTIONS": "allowTraffic=true"},
            f"HUB_PEERING_OPTIONS: 'allowTraffic=true' has 'allowTraffic=true', accepted is {OPTIONS_FORM}",
            id="option",
        ),
        pytest.param(
            {"SPOKE_PEERING_OPTIONS": "allowForwardedTraffic=1"},
            "SPOKE_PEERING_OPTIONS: 'allowForwardedTraffic=1' has 'allowForwardedTraffic=1', "
            f"accepted is {OPTIONS_FORM}",
            id="option's value",
        ),
        pytest.param(
            {"SPOKE_PEERING_OPTIONS": "useRemoteGateways=true"},
            "SPOKE_PEERING_OPTIONS: useRemoteGateways=true needs the hub to offer its gateway, accepted is "
            "allowGatewayTransit=true in HUB_PEERING_OPTIONS beside it, or GATEWAY_TRANSIT instead of both",
            id="gateway that is not offered",
        ),
    ],
)
def test_refused(environ, message):
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({**LEAST, **environ})
    assert str(caught.value) == message


def test_options_are_read_over_the_defaults():
    options = "allowforwardedtraffic = keep, useRemoteGateways=False,"
    policy = Settings.from_environ({**LEAST, "SPOKE_PEERING_OPTIONS": options}).policy
    assert policy.spoke_options == {"allowVirtualNetworkAccess": True, "useRemoteGateways": False}
    assert policy.hub_options == {"allowVirtualNetworkAccess": True, "allowForwardedTraffic": True}


def test_every_problem_at_once():
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ(
            {"HUB_VNET_ID": "x", "HUB_LOCATION": "?", "ARM_ENDPOINT": "y", "AZURE_CLIENT_ID": "z"}
        )
    assert [problem.split(":")[0] for problem in str(caught.value).split("; ")] == [
        TOPOLOGIES,
        "HUB_VNET_ID",
        "HUB_LOCATION",
        "AZURE_SUBSCRIPTION_ID",
        "ARM_ENDPOINT",
        "AZURE_CLIENT_ID",
    ]


def test_the_apps_folder_is_the_one_that_the_host_runs():
    assert (APP_FOLDER / "host.json").is_file()


@pytest.mark.parametrize("form", [TWO_HUBS, LEAST_JSON])
def test_a_file_of_the_app(form, tmp_path, monkeypatch):
    monkeypatch.setattr("shared.config.settings.APP_FOLDER", tmp_path)
    (tmp_path / "topology.yaml").write_text(form)
    environ = {**LEAST, "HUB_VNET_ID": ""}

    settings = Settings.from_environ({**environ, "TOPOLOGY_FILE": "topology.yaml"})

    assert settings == Settings.from_environ({**environ, "TOPOLOGY": form})
    with pytest.raises(SettingsError, match=r"^TOPOLOGY_FILE: document: .*/topology\.json cannot be read: "):
        Settings.from_environ({**environ, "TOPOLOGY_FILE": "topology.json"})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("0 0 9-17 * * MON-FRI", id="words"),
        pytest.param("0 0 0 * January sunday", id="whole words"),
        pytest.param("30 5/15 1,2 * * 0", id="steps and lists"),
        pytest.param("0 0 17-9 * * *", id="range written backwards"),
        pytest.param("0  */5  * * * *", id="two spaces between fields"),
        pytest.param("0 */999999999 * * * *", id="a step of nine digits"),
        pytest.param("0 0 0 29 2 *", id="leap day"),
    ],
)
def test_schedules(text):
    assert schedule_or_default({"RECONCILE_SCHEDULE": text}) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("@daily", id="alias"),
        pytest.param("0 0 0 0 * * *", id="seven fields"),
        pytest.param("60 * * * * *", id="second 60"),
        pytest.param("0 0 0 * * 7", id="Sunday as 7"),
        pytest.param("0 0 0 L * *", id="last day"),
        pytest.param("0 0 0 ? * *", id="question mark"),
        pytest.param("0 */x * * * *", id="step without a number"),
        pytest.param("0 0 0 30 2 *", id="a day that never comes"),
        pytest.param("9" * 5000 + " * * * * *", id="endless number"),
        pytest.param("0 */5\t* * * *", id="a tab between fields"),
        pytest.param("0 */5 * *\n* *", id="a newline between fields"),
        pytest.param("0 */5\u00a0* * * *", id="a no-break space between fields"),
        pytest.param("0 */\u0665 * * * *", id="an Arabic digit as the step"),
        pytest.param("\uff10 * * * * *", id="a full-width digit"),
        pytest.param("0 */1000000000 * * * *", id="a step of ten digits"),
    ],
)
def test_schedules_that_fall_back(text):
    assert schedule_or_default({"RECONCILE_SCHEDULE": text}) == DEFAULT_SCHEDULE


def test_importing_is_light():
    code = "import sys, shared.config.settings; sys.exit(bool({'croniter', 'yaml'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 (our own interpreter)
