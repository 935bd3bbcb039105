"""What is removed after a deployment, and what stays."""

import pytest

from tests.infra.azure_cli import AzureCli

OWN = "11111111-1111-1111-1111-111111111111"
ELSEWHERE = "22222222-2222-2222-2222-222222222222"
FAR_HUB = f"/subscriptions/{ELSEWHERE}/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub"
TOPIC = {"name": "evgt-dev", "resourceGroup": "rg-dev", "topicType": "microsoft.resources.subscriptions"}
SHARED_TOPIC = TOPIC | {"name": "events", "resourceGroup": "Default-EventGrid"}
ROLE = {"name": "role-guid", "roleName": f"Interlinked enforce for dev in {OWN}, at {OWN}"}
DEPLOYED = {
    "group list": [{"name": "rg-dev", "tags": {"azd-env-name": "dev"}}, {"name": "rg-hub", "tags": None}],
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


@pytest.fixture
def cli(tmp_path):
    return AzureCli(tmp_path)


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
        pytest.param(
            {"group list": [{"name": "rg-dev", "tags": {}}]},
            "there is no resource group rg-dev of this app",
            id="not ours",
        ),
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
