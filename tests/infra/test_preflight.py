"""What is asked before a deployment."""

import pytest

from tests.infra.azure_cli import AzureCli

OWN = "11111111-1111-1111-1111-111111111111"
ELSEWHERE = "22222222-2222-2222-2222-222222222222"
NEAR_HUB = f"/subscriptions/{OWN}/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub"
FAR_HUB = NEAR_HUB.replace(OWN, ELSEWHERE)
FAR_TOPIC = f"/subscriptions/{ELSEWHERE}/resourceGroups/rg/providers/Microsoft.EventGrid/topics/outcomes"
SETTINGS = {
    "AZURE_SUBSCRIPTION_ID": OWN,
    "AZURE_ENV_NAME": "dev",
    "AZURE_LOCATION": "Sweden Central",
    "INTERLINKED_HUB_VNET_ID": NEAR_HUB,
}
PERMISSIONS = "/providers/Microsoft.Authorization/permissions"
OWNER = {"value": [{"actions": ["*"], "notActions": []}]}
CONTRIBUTOR = {"value": [{"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"]}]}
# https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged
ROLE_ADMINISTRATOR = {
    "value": [
        {"actions": ["Microsoft.Authorization/roleAssignments/write", "*/read", "Microsoft.Support/*"]},
    ]
}
TOPIC = {"name": "evgt-dev", "resourceGroup": "rg-dev", "topicType": "microsoft.resources.subscriptions"}
SHARED_TOPIC = TOPIC | {"name": "events", "resourceGroup": "Default-EventGrid"}
REGISTERED = {"registrationState": "Registered"}
NETWORKS = f"--url /subscriptions/{OWN}/providers/Microsoft.Network/virtualNetworks"
READY = {
    "account show": {"id": OWN, "name": "My subscription"},
    "provider show": REGISTERED,
    "group list": [{"name": "rg-hub", "tags": None}],
    "functionapp list-flexconsumption-locations": [{"name": "swedencentral"}],
    "rest --method get": {"id": NEAR_HUB},
    NETWORKS: {"value": [{"location": "swedencentral"}]},
    PERMISSIONS: OWNER,
    "eventgrid system-topic list": [],
}


@pytest.fixture
def cli(tmp_path):
    return AzureCli(tmp_path, **READY)


def test_a_sound_subscription_is_ready(cli):
    ended = cli.run("preflight.py", **SETTINGS)

    assert (ended.returncode, ended.stdout) == (0, "My subscription: ready\n"), ended.stderr


def test_by_hand_it_takes_what_the_templates_take(cli):
    given = ("environmentName=dev", "location=swedencentral", f"hubVnetId={FAR_HUB}")
    cli.answers[f"{ELSEWHERE}{PERMISSIONS}"] = ROLE_ADMINISTRATOR

    ended = cli.run("preflight.py", *given, "--subscription", OWN)

    assert ended.returncode == 1
    assert "  pass deployHubRole=false, and pass on what infra/grant.py dev" in ended.stdout


def test_by_hand_a_parameter_that_does_not_exist_is_refused(cli):
    ended = cli.run("preflight.py", "hubVnetID=x")

    assert ended.stderr == "the templates have no parameter hubVnetID\n"


def test_nothing_is_read_from_the_shell_that_is_not_ours(cli):
    """Shells and pipelines have a MODE or a LOCATION of their own."""
    ended = cli.run("preflight.py", **SETTINGS, HUB_LOCATION="mars", TOPOLOGY_FILE="x", MODE="y")

    assert ended.returncode == 0


@pytest.mark.parametrize(
    "name",
    ["", "a_b", "a.b", "a(b)", "-a", "a-", "a" * 33, "a b", "å", "a/../b", "a'b", 'a"b', "a&b", "%PATH%"],
)
def test_a_name_that_azure_refuses_is_refused_before_azure_is_asked(cli, name):
    """azd takes up to 64 letters, digits and -()_. of them."""
    ended = cli.run("preflight.py", **SETTINGS | {"AZURE_ENV_NAME": name})

    assert ended.returncode == 1
    assert "1 to 32 letters, digits and hyphens" in ended.stdout
    assert "  azd env new <another name>" in ended.stdout.splitlines()
    assert cli.asked == []


@pytest.mark.parametrize(
    ("answers", "settings", "advice"),
    [
        pytest.param({"account show": "ERROR: Please run az login"}, {}, "  az login", id="signed out"),
        pytest.param(
            {"provider show": {"registrationState": "NotRegistered"}},
            {},
            f"  az provider register --wait --namespace Microsoft.App --subscription {OWN}",
            id="provider",
        ),
        pytest.param(
            {"group list": [{"name": "RG-dev", "tags": {"owner": "them"}}]},
            {},
            "  azd env new <another name>",
            id="their group",
        ),
        pytest.param(
            {},
            {"AZURE_LOCATION": "marscentral"},
            "  azd env set AZURE_LOCATION <one of swedencentral>",
            id="region",
        ),
        pytest.param(
            {},
            {"INTERLINKED_HUB_VNET_ID": ""},
            "  azd env set INTERLINKED_HUB_VNET_ID <resource ID of the hub network>",
            id="no hub",
        ),
        pytest.param(
            {},
            {"INTERLINKED_HUB_VNET_ID": "hub"},
            "- hubVnetId: hub is no resource ID of a virtual network",
            id="a hub's name",
        ),
        pytest.param(
            {},
            {"INTERLINKED_OTHER_SUBSCRIPTION_IDS": f"{ELSEWHERE}, prod"},
            "- otherSubscriptionIds: prod is no ID of a subscription",
            id="a subscription's name",
        ),
        pytest.param(
            {},
            {"INTERLINKED_ALLOWED_ADDRESSES": "203.0.113.0/24, 203.0.113.7"},
            "- allowedAddresses: 203.0.113.7 is no range of addresses such as 203.0.113.0/24",
            id="an address without its range",
        ),
        pytest.param(
            {"list-flexconsumption-locations --zone-redundant true": [{"name": "westeurope"}]},
            {"INTERLINKED_ZONE_REDUNDANT": "true"},
            "- Flex Consumption is not offered over zones in swedencentral",
            id="zones",
        ),
        pytest.param(
            {},
            {"INTERLINKED_TOPOLOGY_FILE": "topology.yaml"},
            "- hubVnetId and topologyFile of hubVnetId, hubLocation, topologyFile, topology set, where exactly one has to be",
            id="a hub beside a topology document",
        ),
        pytest.param(
            {f"--url {NEAR_HUB}": "ERROR: (ResourceNotFound)"},
            {},
            "- the hub cannot be read (ERROR: (ResourceNotFound))",
            id="hub unreadable",
        ),
        pytest.param(
            {},
            {"INTERLINKED_HUB_VNET_ID": "", "INTERLINKED_HUB_LOCATION": "westeurope"},
            "- no network lies in westeurope",
            id="hub region",
        ),
        pytest.param(
            {"eventgrid system-topic list": [SHARED_TOPIC]},
            {},
            "  azd env set INTERLINKED_EXISTING_SYSTEM_TOPIC_RESOURCE_GROUP Default-EventGrid",
            id="another topic",
        ),
        pytest.param(
            {"eventgrid system-topic list": "ERROR: throttled"},
            {},
            "- could not look (topic): ERROR: throttled",
            id="az",
        ),
    ],
)
def test_every_obstacle_comes_with_what_to_do(cli, answers, settings, advice):
    cli.answers |= answers

    ended = cli.run("preflight.py", **SETTINGS | settings)

    assert ended.returncode == 1, ended.stderr
    assert advice in ended.stdout.splitlines()


@pytest.mark.parametrize(
    ("answers", "settings"),
    [
        pytest.param(
            {"group list": [{"name": "rg-dev", "tags": {"azd-env-name": "dev"}}]}, {}, id="deployed before"
        ),
        pytest.param({"eventgrid system-topic list": [TOPIC]}, {}, id="our own topic"),
        pytest.param(
            {"eventgrid system-topic list": [SHARED_TOPIC]},
            {
                "INTERLINKED_EXISTING_SYSTEM_TOPIC_NAME": "events",
                "INTERLINKED_EXISTING_SYSTEM_TOPIC_RESOURCE_GROUP": "default-eventgrid",
            },
            id="a known topic",
        ),
        pytest.param(
            {f"{ELSEWHERE}": CONTRIBUTOR},
            {"INTERLINKED_HUB_VNET_ID": FAR_HUB, "INTERLINKED_DEPLOY_HUB_ROLE": "false"},
            id="the hub's owner sees to it",
        ),
        pytest.param(
            {},
            {"INTERLINKED_HUB_VNET_ID": "", "INTERLINKED_TOPOLOGY_FILE": "topology.yaml"},
            id="a topology document",
        ),
        pytest.param(
            {
                NETWORKS: {
                    "value": [{"location": "mars"}],
                    "nextLink": "https://management.azure.com/next?api-version=1&$skiptoken=eyJ%3D",
                },
                "--url-parameters api-version=1 $skiptoken=eyJ=": {"value": [{"location": "westeurope"}]},
            },
            {"INTERLINKED_HUB_VNET_ID": "", "INTERLINKED_HUB_LOCATION": "West Europe"},
            id="the hub is on the second page",
        ),
    ],
)
def test_what_is_taken_care_of_is_no_obstacle(cli, answers, settings):
    cli.answers |= answers

    ended = cli.run("preflight.py", **SETTINGS | settings)

    assert ended.returncode == 0, ended.stdout


def test_an_empty_subscription_needs_one_provider_and_registers_it_on_request(cli):
    """Azure registers those of a template by itself."""
    cli.answers |= {
        "provider show": {"registrationState": "NotRegistered"},
        "provider register": None,
        "group list": [],
    }

    ended = cli.run("preflight.py", "--yes", **SETTINGS)

    assert ended.returncode == 0, ended.stdout
    assert [each for each in cli.asked if each.startswith("provider")] == [
        f"provider show --namespace Microsoft.App --subscription {OWN} --output json",
        f"provider register --wait --namespace Microsoft.App --subscription {OWN} --output json",
    ]
