"""The deployment by az alone, in the documentation and in the workflow for a fleet, with an az that only writes down."""

import re

import pytest
import yaml

from tests.infra.azure_cli import AzureCli
from tests.infra.bicep.model import ROOT, Bicep

APP = "/subscriptions/1/resourceGroups/rg-dev/providers/Microsoft.Web/sites/func-dev"
CODE = "functionapp deployment source config-zip"
FUNCTION = "rest --method get"
TOPIC = "existingSystemTopicName=events existingSystemTopicResourceGroup=Default-EventGrid"
TEMPLATES = {"main.json": "infra/main.bicep", "events-main.json": "infra/events/main.bicep"}


def documented():
    section = (ROOT / "docs/deploy.md").read_text().partition("## Without azd")[2]
    return re.search(r"```\n(.*?)```", section, re.DOTALL)[1]


def of_the_fleet():
    workflow = yaml.safe_load((ROOT / "infra/fleet/deploy.yml").read_text())
    steps = workflow["jobs"]["deploy"]["steps"]
    # Each step is a process of its own, and reads what an earlier one left in GITHUB_ENV.
    runs = [f"set -a; . ./env; set +a\n{each['run']}" for each in steps if "az " in each.get("run", "")]
    return "\n".join(f"(\n{run}\n)" for run in runs)


@pytest.fixture(params=[documented, of_the_fleet], ids=["documented", "of the fleet"])
def deploy(request, tmp_path):
    """Runs it, and returns what came of it and what az was asked."""
    cli = AzureCli(
        tmp_path,
        **{
            "deployment sub create": None,
            "functionapp list": APP,
            CODE: None,
            FUNCTION: {},
            "eventgrid system-topic list": "",
        },
    )
    sleep = tmp_path / "sleep"
    sleep.write_text(f"#!/bin/sh\necho slept $1 >> {tmp_path}/slept\n")
    sleep.chmod(0o755)
    (tmp_path / "env").touch()

    def run(**answers):
        cli.answers |= answers
        ended = cli.shell(
            request.param(),
            NAME="dev",
            LOCATION="swedencentral",
            HUB="hub",
            MODE="audit",
            ROLE="",
            GITHUB_ENV=str(tmp_path / "env"),
        )
        return ended, cli.arguments

    return run


def deployments(asked):
    """Name, template and parameters of each."""
    for words in asked:
        if words[:3] == ["deployment", "sub", "create"]:
            given = dict(each.split("=", 1) for each in words[words.index("--parameters") + 1 :])
            yield words[words.index("--name") + 1], words[words.index("--template-file") + 1], given


def test_it_deploys_the_app_then_its_code_then_the_events(deploy):
    ended, asked = deploy()

    assert ended.returncode == 0, ended.stderr
    kinds = [" ".join(words[:2]) for words in asked]
    assert kinds == [
        "deployment sub",
        "functionapp list",
        "functionapp deployment",
        "rest --method",
        "eventgrid system-topic",
        "deployment sub",
    ]
    for name, template, given in deployments(asked):
        path = TEMPLATES[template]
        declared = Bicep.parse(path, (ROOT / path).read_bytes()).of("param")
        assert (
            {each for each, param in declared.items() if param.value is None}
            <= given.keys()
            <= declared.keys()
        )
        assert name.endswith("-swedencentral"), "another location needs another name"


def test_every_deployment_that_has_a_location_is_named_after_it():
    """Of a name that is known from another location, Azure says InvalidDeploymentLocation."""
    files = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("infra/**/*.yml"), *ROOT.glob(".github/**/*.yml")]
    text = "\n".join(path.read_text() for path in files).replace("\\\n", " ")
    commands = re.findall(
        r"az (?:deployment (?:sub|mg|tenant)|stack (?:sub|mg)) create [^\n`]*--location[^\n]*", text
    )

    assert len(commands) >= 7
    for command in commands:
        location = re.search(r"--location (\S+)", command)[1].strip('"')
        assert re.search(rf"--name \"?[\w-]+-{re.escape(location)}\"? ", command), command


def test_a_system_topic_that_is_there_is_used(deploy):
    _, asked = deploy(**{"eventgrid system-topic list": TOPIC})

    *_, (_, _, given) = deployments(asked)
    assert given["existingSystemTopicName"] == "events"
    assert given["existingSystemTopicResourceGroup"] == "Default-EventGrid"
    assert given["functionAppId"] == APP


def test_the_code_is_deployed_again_until_the_roles_have_arrived(deploy, tmp_path):
    ended, asked = deploy(**{CODE: {"in turn": ["ERROR: 403", "ERROR: 403", None]}})

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("the roles of the app's identity may not have arrived") == 2
    assert (tmp_path / "slept").read_text().splitlines() == ["slept 60", "slept 60"]
    assert sum(words[1] == "deployment" for words in asked if words[0] == "functionapp") == 3


@pytest.mark.parametrize("deploy", [of_the_fleet], indirect=True)
def test_a_pipeline_stops_where_the_code_cannot_be_deployed(deploy):
    ended, asked = deploy(**{CODE: "ERROR: 403"})

    assert ended.returncode == 1
    assert len(list(deployments(asked))) == 1


def test_it_waits_for_the_function_before_the_events(deploy, tmp_path):
    ended, _ = deploy(**{FUNCTION: {"in turn": ["ERROR: Not Found", "ERROR: Not Found", {}]}})

    assert ended.returncode == 0, ended.stderr
    assert "waiting until Azure lists the function on_network_event" in ended.stdout
    assert (tmp_path / "slept").read_text().splitlines() == ["slept 10", "slept 10"]
