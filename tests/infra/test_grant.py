"""What the owner of another subscription or hub is given to run."""

import json
import re
import shlex

import pytest

from tests.infra.azure_cli import AzureCli
from tests.infra.bicep.model import ROOT, Bicep

OWN = "11111111-1111-1111-1111-111111111111"
ELSEWHERE = "22222222-2222-2222-2222-222222222222"
HUB = f"/subscriptions/{ELSEWHERE}/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub"
ROLE = f"/subscriptions/{OWN}/providers/Microsoft.Authorization/roleDefinitions/role"


@pytest.fixture
def cli(tmp_path):
    return AzureCli(
        tmp_path,
        **{
            "identity list": [{"principalId": "principal", "location": "swedencentral"}],
            "deployment sub create": None,
            "role definition create": None,
            "role assignment create": None,
        },
    )


def granted(cli, at, *more):
    ended = cli.run("grant.py", "dev", "--subscription", OWN, "--mode", "audit", "--at", at, *more)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def after(words, option):
    return words[words.index(option) + 1]


@pytest.mark.parametrize(("at", "file"), [(ELSEWHERE, "spokes"), (HUB, "hubs")])
def test_the_template_is_given_what_it_asks_for(cli, at, file):
    command = next(line for line in granted(cli, at).splitlines() if "deployment" in line)
    words = shlex.split(command)
    template = after(words, "--template-file")
    given = dict(each.split("=", 1) for each in words[words.index("--parameters") + 1 :])

    assert template == f"infra/modules/{file}.bicep"
    assert given.keys() == Bicep.parse(template, (ROOT / template).read_bytes()).of("param").keys()
    assert given["app"] == f"dev in {OWN}"
    assert after(words, "--subscription") == ELSEWHERE
    assert "swedencentral" in after(words, "--name"), "a deployment of one name keeps its location"


@pytest.mark.parametrize(("at", "scope"), [(ELSEWHERE, f"/subscriptions/{ELSEWHERE}"), (HUB, HUB)])
def test_whoever_may_assign_roles_needs_no_deployment(cli, at, scope):
    ended = cli.shell(granted(cli, at).partition("# Or,")[2].partition("\n")[2])
    define, assign = cli.arguments
    body = json.loads(after(define, "--role-definition"))

    assert ended.returncode == 0, ended.stderr
    assert define[:3] == ["role", "definition", "create"]
    assert body["AssignableScopes"] == [f"/subscriptions/{ELSEWHERE}"]
    assert body["Actions"] == json.loads((ROOT / "infra/roles/audit.json").read_text())["actions"]
    assert assign[:3] == ["role", "assignment", "create"]
    assert after(assign, "--assignee-object-id") == "principal"
    assert after(assign, "--role") == body["Name"]
    assert after(assign, "--scope") == scope


def test_the_uninstaller_finds_a_role_that_was_made_so(cli):
    name = re.search(r'"Name": "([^"]*)"', granted(cli, ELSEWHERE))[1]

    assert name.endswith(f" for dev in {OWN}, at {ELSEWHERE}")


def test_a_role_made_beforehand_is_only_assigned(cli):
    text = granted(cli, HUB, "--role", ROLE)

    assert "role definition" not in text
    assert f"--role {ROLE} --scope {HUB}" in text
    assert f"roleDefinitionId={ROLE}" in text


@pytest.mark.parametrize(
    ("at", "identities", "said"),
    [
        pytest.param("hub", [], "is neither the ID of a subscription nor", id="neither"),
        pytest.param(HUB, [], "the app is not deployed yet", id="not deployed"),
    ],
)
def test_it_says_what_is_missing(cli, at, identities, said):
    cli.answers["identity list"] = identities

    ended = cli.run("grant.py", "dev", "--subscription", OWN, "--mode", "audit", "--at", at)

    assert ended.returncode == 1
    assert said in ended.stderr
