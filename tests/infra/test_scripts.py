"""What is asked before a deployment, and what is removed after it."""

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
    "HUB_VNET_ID": NEAR_HUB,
}
OWNER = {"value": [{"actions": ["*"], "notActions": []}]}
CONTRIBUTOR = {"value": [{"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"]}]}
TOPIC = {"name": "evgt-dev", "resourceGroup": "rg-dev", "topicType": "microsoft.resources.subscriptions"}
SHARED_TOPIC = TOPIC | {"name": "events", "resourceGroup": "Default-EventGrid"}
READY = {
    "account show": {"id": OWN, "name": "My subscription"},
    "provider list": [
        "microsoft.insights",
        *(
            f"Microsoft.{name}"
            for name in ("App", "EventGrid", "ManagedIdentity", "Network", "OperationalInsights")
        ),
        *("Microsoft.Storage", "Microsoft.Web"),
    ],
    "group list": [],
    "functionapp list-flexconsumption-locations": [{"name": "swedencentral"}],
    "network vnet show": NEAR_HUB,
    "network vnet list": [{"location": "swedencentral"}],
    "rest --method get": OWNER,
    "eventgrid system-topic list": [],
}


@pytest.fixture
def cli(tmp_path):
    return AzureCli(tmp_path, **READY)


def test_a_sound_subscription_is_ready(cli):
    ended = cli.run("preflight.py", **SETTINGS)

    assert (ended.returncode, ended.stdout) == (0, "My subscription: ready\n")


@pytest.mark.parametrize(
    ("answers", "settings", "advice"),
    [
        pytest.param({"account show": "ERROR: Please run az login"}, {}, "  az login", id="signed out"),
        pytest.param(
            {"provider list": ["Microsoft.Web"]},
            {},
            f"  az provider register --wait --namespace Microsoft.App --subscription {OWN}",
            id="provider",
        ),
        pytest.param(
            {"group list": [{"owner": "them"}]}, {}, "  azd env new <another name>", id="their group"
        ),
        pytest.param({}, {"AZURE_ENV_NAME": ""}, "  azd env new <name>", id="no name"),
        pytest.param(
            {},
            {"AZURE_LOCATION": "marscentral"},
            "  azd env set AZURE_LOCATION <one of swedencentral>",
            id="region",
        ),
        pytest.param(
            {}, {"HUB_VNET_ID": ""}, "  azd env set HUB_VNET_ID <resource ID of the hub network>", id="no hub"
        ),
        pytest.param(
            {},
            {"TOPOLOGY_FILE": "topology.yaml"},
            "- HUB_VNET_ID and TOPOLOGY_FILE of HUB_VNET_ID, HUB_LOCATION, TOPOLOGY_FILE set, where exactly one has to be",
            id="a hub beside a topology document",
        ),
        pytest.param(
            {"network vnet show": "ERROR: (ResourceNotFound)"},
            {},
            "- the hub cannot be read (ERROR: (ResourceNotFound))",
            id="hub unreadable",
        ),
        pytest.param(
            {},
            {"HUB_VNET_ID": "", "HUB_LOCATION": "westeurope"},
            "- no network lies in westeurope",
            id="hub region",
        ),
        pytest.param(
            {"rest --method get": CONTRIBUTOR},
            {},
            "- you lack Microsoft.Authorization/roleAssignments/write on the subscription",
            id="rights",
        ),
        pytest.param(
            {f"--url /subscriptions/{ELSEWHERE}": CONTRIBUTOR},
            {"HUB_VNET_ID": FAR_HUB},
            "  azd env set DEPLOY_HUB_ROLE false, and pass on what azd env get-value HUB_ROLE_COMMAND prints then",
            id="rights at the hub",
        ),
        *(
            pytest.param(
                {f"--url {scope}/providers": CONTRIBUTOR},
                {name: f"{given}, "},
                f"  azd env set {name} <without {given}>",
                id=f"rights of {name}",
            )
            for name, given, scope in (
                ("OTHER_SUBSCRIPTION_IDS", ELSEWHERE, f"/subscriptions/{ELSEWHERE}"),
                ("OTHER_HUB_VNET_IDS", FAR_HUB, FAR_HUB),
                ("OUTCOME_TOPIC_ID", FAR_TOPIC, FAR_TOPIC),
            )
        ),
        pytest.param(
            {"eventgrid system-topic list": [SHARED_TOPIC]},
            {},
            "  azd env set EXISTING_SYSTEM_TOPIC_RESOURCE_GROUP Default-EventGrid",
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

    assert ended.returncode == 1
    assert advice in ended.stdout.splitlines()


@pytest.mark.parametrize(
    ("answers", "settings"),
    [
        pytest.param({"group list": [{"azd-env-name": "dev"}]}, {}, id="deployed before"),
        pytest.param({"eventgrid system-topic list": [TOPIC]}, {}, id="our own topic"),
        pytest.param(
            {"eventgrid system-topic list": [SHARED_TOPIC]},
            {
                "EXISTING_SYSTEM_TOPIC_NAME": "events",
                "EXISTING_SYSTEM_TOPIC_RESOURCE_GROUP": "default-eventgrid",
            },
            id="a known topic",
        ),
        pytest.param(
            {f"--url /subscriptions/{ELSEWHERE}": CONTRIBUTOR},
            {"HUB_VNET_ID": FAR_HUB, "DEPLOY_HUB_ROLE": "false"},
            id="the hub's owner sees to it",
        ),
        pytest.param({}, {"HUB_VNET_ID": "", "TOPOLOGY_FILE": "topology.yaml"}, id="a topology document"),
    ],
)
def test_what_is_taken_care_of_is_no_obstacle(cli, answers, settings):
    cli.answers |= answers

    assert cli.run("preflight.py", **SETTINGS | settings).returncode == 0


ROLE = {"name": "role-guid", "roleName": f"Interlinked enforce for dev in {OWN}, at {OWN}"}
DEPLOYED = {
    "group list": ["rg-dev"],
    "eventgrid system-topic list": [SHARED_TOPIC],
    "eventgrid system-topic event-subscription list": [{"name": "interlinked-dev"}, {"name": "theirs"}],
    "functionapp list": [{"name": "func-dev"}],
    "functionapp config": [{"name": "HUB_VNET_ID", "value": FAR_HUB}],
    "identity list": [{"principalId": "principal"}],
    "role assignment list": [{"id": "assignment"}],
    "role definition list": [
        ROLE,
        {"name": "other", "roleName": f"Interlinked enforce for dev2 in {OWN}, at {OWN}"},
    ],
    **dict.fromkeys(("role assignment delete", "role definition delete", "group delete"), None),
    "eventgrid system-topic event-subscription delete": None,
}


def deleted(cli):
    return [each for each in cli.asked if " delete " in each]


def test_uninstalling_removes_what_is_ours_in_order(cli):
    cli.answers = dict(DEPLOYED)

    ended = cli.run("uninstall.py", "dev", "--subscription", OWN, "--yes")

    assert ended.returncode == 0, ended.stderr
    assert [each.partition(" delete ")[0] for each in deleted(cli)] == [
        "eventgrid system-topic event-subscription",
        "role assignment",
        "role definition",
        "role assignment",
        "group",
    ]
    assert not any("peering" in each or "vnet" in each for each in cli.asked)
    assert all(" rg-dev " in each for each in deleted(cli) if each.startswith("group"))
    assert not any("--name other" in each for each in cli.asked)


def test_uninstalling_takes_the_rights_in_other_subscriptions_as_well(cli):
    third = ELSEWHERE.replace("2", "3")
    cli.answers = dict(DEPLOYED)
    cli.answers["role definition list"] = []

    ended = cli.run("uninstall.py", "dev", "--subscription", OWN, "--yes", "--also", third)

    assert ended.returncode == 0, ended.stderr
    looked = [each for each in cli.asked if each.startswith("role assignment list")]
    assert [each.partition("--subscription ")[2].split()[0] for each in looked] == [OWN, ELSEWHERE, third]
    assert sum(each.startswith("role assignment delete") for each in cli.asked) == 3


def test_uninstalling_first_only_shows(cli):
    cli.answers = dict(DEPLOYED)

    ended = cli.run("uninstall.py", "dev", "--subscription", OWN)

    assert "az group delete --name rg-dev" in ended.stdout
    assert deleted(cli) == []


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        pytest.param({"group list": []}, "there is no resource group rg-dev of this app", id="not there"),
        pytest.param(
            {"eventgrid system-topic list": [TOPIC]},
            "evgt-dev in rg-dev also serves theirs",
            id="others listen",
        ),
    ],
)
def test_uninstalling_stops_where_others_would_suffer(cli, answers, reason):
    cli.answers = DEPLOYED | answers

    ended = cli.run("uninstall.py", "dev", "--subscription", OWN, "--yes")

    assert ended.returncode == 1
    assert reason in ended.stderr
    assert deleted(cli) == []
