"""What whoever deploys is told to lack."""

import pytest

from tests.infra.azure_cli import AzureCli
from tests.infra.test_preflight import (
    CONTRIBUTOR,
    ELSEWHERE,
    FAR_HUB,
    FAR_TOPIC,
    OWN,
    OWNER,
    PERMISSIONS,
    READY,
    ROLE_ADMINISTRATOR,
    SETTINGS,
)

THIRD = "33333333-3333-3333-3333-333333333333"

FAR_GROUP = f"/subscriptions/{ELSEWHERE}/resourceGroups/rg-hub"

ROLE = "/providers/Microsoft.Authorization/roleDefinitions/role"

ACCESS_ADMINISTRATOR = {
    "value": [{"actions": ["*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"]}]
}


@pytest.fixture
def cli(tmp_path):
    return AzureCli(tmp_path, **READY)


DEPLOY = "Microsoft.Resources/deployments/write"
ASSIGN = "Microsoft.Authorization/roleAssignments/write"
DEFINE = "Microsoft.Authorization/roleDefinitions/write"
FAR = f"/subscriptions/{ELSEWHERE}"
SCOPES = (FAR, FAR_GROUP, FAR_HUB, FAR_TOPIC.partition("/providers")[0], FAR_TOPIC)


def answers_of(granted):
    """What is granted on a subscription holds for all in it."""
    found = {}
    for scope, each in granted.items():
        below = [scope] if "/" in scope else [at.replace(ELSEWHERE, scope) for at in SCOPES]
        found |= {f"{at}{PERMISSIONS}": each for at in below}
    return found


@pytest.mark.parametrize(
    ("granted", "settings", "lacking"),
    [
        pytest.param({OWN: CONTRIBUTOR}, {}, [f"{ASSIGN} on the subscription", DEFINE], id="Contributor"),
        pytest.param(
            {OWN: ACCESS_ADMINISTRATOR},
            {},
            [f"{DEPLOY} on the subscription"],
            id="who assigns may not deploy",
        ),
        pytest.param(
            {OWN: {"value": [*CONTRIBUTOR["value"], *ROLE_ADMINISTRATOR["value"]]}},
            {"INTERLINKED_LOCK_RESOURCES": "true", "INTERLINKED_ROLE_DEFINITION_ID": ROLE},
            ["Microsoft.Authorization/locks/write on the subscription"],
            id="a lock",
        ),
        pytest.param(
            {ELSEWHERE: ACCESS_ADMINISTRATOR},
            {"INTERLINKED_OTHER_SUBSCRIPTION_IDS": f"{ELSEWHERE}, "},
            [f"{DEPLOY} on {FAR}; the owner"],
            id="another subscription",
        ),
        pytest.param(
            {ELSEWHERE: CONTRIBUTOR},
            {"INTERLINKED_OTHER_SUBSCRIPTION_IDS": ELSEWHERE, "INTERLINKED_ROLE_DEFINITION_ID": ROLE},
            [f"{ASSIGN} on {FAR}; the owner"],
            id="another subscription with a role",
        ),
        pytest.param(
            {ELSEWHERE: ACCESS_ADMINISTRATOR},
            {"INTERLINKED_HUB_VNET_ID": FAR_HUB},
            [f"{DEPLOY} on {FAR}; the owner"],
            id="a hub",
        ),
        pytest.param(
            {ELSEWHERE: ACCESS_ADMINISTRATOR, FAR_GROUP: ROLE_ADMINISTRATOR, FAR_HUB: OWNER},
            {"INTERLINKED_HUB_VNET_ID": FAR_HUB, "INTERLINKED_ROLE_DEFINITION_ID": ROLE},
            [f"{DEPLOY} on {FAR_GROUP}; the owner"],
            id="a hub with a role",
        ),
        pytest.param(
            {FAR_HUB: CONTRIBUTOR},
            {"INTERLINKED_OTHER_HUB_VNET_IDS": FAR_HUB},
            [f"{ASSIGN} on {FAR_HUB}; the owner"],
            id="one hub of several",
        ),
        pytest.param(
            {ELSEWHERE: ROLE_ADMINISTRATOR},
            {"INTERLINKED_OUTCOME_TOPIC_ID": FAR_TOPIC},
            [f"{DEPLOY} on /subscriptions/{ELSEWHERE}/resourceGroups/rg; the owner"],
            id="a topic",
        ),
    ],
)
def test_every_right_that_is_lacking_is_named(cli, granted, settings, lacking):
    cli.answers |= answers_of(granted)

    ended = cli.run("preflight.py", **SETTINGS | settings)

    assert ended.returncode == 1, ended.stderr
    found = [line for line in ended.stdout.splitlines() if line.startswith("- ")]
    assert len(found) == len(lacking), ended.stdout
    for line, words in zip(found, lacking, strict=True):
        assert f"you lack {words}" in line


@pytest.mark.parametrize(
    ("granted", "settings"),
    [
        pytest.param(
            {ELSEWHERE: ROLE_ADMINISTRATOR, FAR_GROUP: CONTRIBUTOR, FAR_HUB: OWNER},
            {"INTERLINKED_HUB_VNET_ID": FAR_HUB, "INTERLINKED_ROLE_DEFINITION_ID": ROLE},
            id="with a role nothing is deployed to the hub's subscription",
        ),
        pytest.param(
            {FAR_HUB: CONTRIBUTOR},
            {"INTERLINKED_HUB_VNET_ID": FAR_HUB, "INTERLINKED_OTHER_SUBSCRIPTION_IDS": ELSEWHERE},
            id="a hub in a listed subscription needs no right of its own",
        ),
    ],
)
def test_no_more_rights_are_asked_for_than_are_used(cli, granted, settings):
    cli.answers |= answers_of(granted)

    ended = cli.run("preflight.py", **SETTINGS | settings)

    assert ended.returncode == 0, ended.stdout


def test_what_is_left_out_leaves_the_rest_of_the_list(cli):
    cli.answers[f"{ELSEWHERE}{PERMISSIONS}"] = CONTRIBUTOR

    ended = cli.run("preflight.py", **SETTINGS, INTERLINKED_OTHER_SUBSCRIPTION_IDS=f"{ELSEWHERE},{THIRD}")

    assert (
        f"  azd env set INTERLINKED_OTHER_SUBSCRIPTION_IDS {THIRD}, and pass on what infra/grant.py dev "
        f"--subscription {OWN} --mode audit --at {ELSEWHERE} prints"
    ) in ended.stdout.splitlines()
