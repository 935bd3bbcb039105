"""Everything around the templates that a machine reads."""

import json
import re

import pytest
import yaml

from tests.infra import code
from tests.infra.bicep.model import ROOT, Bicep, literal, read_estate

WORKFLOWS = [*sorted((ROOT / ".github/workflows").glob("*.yml")), ROOT / "infra/fleet/deploy.yml"]


def read_yaml(path):
    return yaml.safe_load((ROOT / path).read_text())


@pytest.mark.parametrize("folder", ["infra", "infra/events"])
def test_parameters_that_azd_fills_in_are_declared(folder):
    given = json.loads((ROOT / folder / "main.parameters.json").read_text())["parameters"]
    path = f"{folder}/main.bicep"
    declared = Bicep.parse(path, (ROOT / path).read_bytes()).of("param")
    required = {name for name, each in declared.items() if each.value is None}

    assert required <= given.keys() <= declared.keys()
    for name, each in given.items():
        # What azd's environment lacks, it takes from the shell's, where MODE or LOCATION may be somebody else's.
        assert re.fullmatch(r"\$\{(INTERLINKED|AZURE)_[A-Z_]+(=[^}]*)?\}", each["value"]), name
        # Unset, it becomes an empty text: azd asks where there is no default, and otherwise passes the text on.
        # https://github.com/Azure/azure-dev, armParameterFileValue in bicep_provider.go
        default = declared[name].value
        is_empty_by_default = default is None or literal(default) == ""
        assert is_empty_by_default or "=" in each["value"], name


def test_the_second_layer_takes_what_the_first_puts_out():
    main = Bicep.parse("infra/main.bicep", (ROOT / "infra/main.bicep").read_bytes())
    given = json.loads((ROOT / "infra/events/main.parameters.json").read_text())["parameters"]

    assert given["functionAppId"]["value"] == "${INTERLINKED_FUNCTION_APP_ID}"
    assert "INTERLINKED_FUNCTION_APP_ID" in main.of("output")


def test_azd_deploys_code_between_the_layers():
    azure = read_yaml("azure.yaml")
    layers = {each["name"]: each for each in azure["infra"]["layers"]}

    assert all((ROOT / each["path"] / "main.bicep").is_file() for each in layers.values())
    assert layers["events"]["dependsOn"] == ["core"]
    assert azure["workflows"]["up"] == [
        {"azd": "provision core"},
        {"azd": "deploy --all"},
        {"azd": "provision events"},
    ]
    assert azure["services"] == {
        "remediator": {"project": ".", "host": "function", "language": "python", "remoteBuild": True}
    }


def test_azd_down_is_refused_and_names_what_to_run():
    for hook in read_yaml("azure.yaml")["hooks"]["predown"].values():
        assert hook["run"].endswith("exit 1")
        assert "infra/uninstall.py" in hook["run"]


def test_each_layer_looks_first_and_only_once():
    """A hook of the project would run again for every layer."""
    azure = read_yaml("azure.yaml")
    looks = {
        layer["name"]: layer["hooks"]["preprovision"]["posix"]["run"] for layer in azure["infra"]["layers"]
    }

    assert "preprovision" not in azure["hooks"]
    assert looks == {"core": "python3 preflight.py", "events": "python3 ../wait_for_function.py"}
    assert azure["requiredVersions"]["azd"] == ">= 1.25.0"


def test_uninstalling_knows_the_names_that_the_templates_give():
    script = (ROOT / "infra/uninstall.py").read_text()

    assert 'f" for {environment} in {subscription}, at {home}"' in script
    estate = {path: (ROOT / path).read_text() for path in read_estate()}
    assert "for ${app}, at ${subscription().subscriptionId}'" in estate["infra/modules/role-definition.bicep"]
    assert "var app = '${name} in ${subscription().subscriptionId}'" in estate["infra/main.bicep"]
    assert "'interlinked-${environmentName}'" in estate["infra/events/main.bicep"]
    assert "'rg-${name}'" in estate["infra/main.bicep"]


def test_host_json_gives_the_timer_its_time():
    host = json.loads((ROOT / "host.json").read_text())
    hours, minutes, seconds = map(int, host["functionTimeout"].split(":"))
    longest = re.search(
        r"\@maxValue\((\d+)\)\nparam timerBudgetSeconds", (ROOT / "infra/main.bicep").read_text()
    )

    assert host["version"] == "2.0"
    assert int(longest[1]) < (hours * 60 + minutes) * 60 + seconds


def test_local_settings_name_only_what_something_reads():
    sample = json.loads((ROOT / "local.settings.sample.json").read_text())["Values"]
    around = {
        "FUNCTIONS_WORKER_RUNTIME",
        "AzureWebJobsStorage",
        "SSL_CERT_FILE",
        "IDENTITY_ENDPOINT",
        "IDENTITY_HEADER",
    }

    assert sample.keys() <= code.settings() | around


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_pins_its_actions_and_asks_for_little(path):
    workflow = yaml.safe_load(path.read_text())
    steps = [step for job in workflow["jobs"].values() for step in job.get("steps", [])]

    assert workflow["permissions"] in ({"contents": "read"}, {})
    for action in (step["uses"] for step in steps if "uses" in step):
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)
    assert all(job.get("timeout-minutes") for job in workflow["jobs"].values())
    # What somebody else may write, such as a branch's name, must not become part of a script.
    assert not any("${{" in step.get("run", "") for step in steps)


def test_every_json_and_yaml_file_parses():
    for path in [*ROOT.glob("infra/**/*.json"), ROOT / "host.json", ROOT / "local.settings.sample.json"]:
        json.loads(path.read_text())
    for path in [
        ROOT / "azure.yaml",
        ROOT / ".pre-commit-config.yaml",
        *ROOT.glob(".github/**/*.yml"),
        *ROOT.glob("infra/**/*.yml"),
    ]:
        yaml.safe_load(path.read_text())


def test_a_commit_is_checked_as_make_check_does():
    makefile = (ROOT / "Makefile").read_text()
    recipe = re.search(r"^check:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)[1]
    commands = recipe.replace("$(RUN)", ".venv/bin/python").replace("$(VENV)", ".venv").split("\n\t")
    (repo,) = read_yaml(".pre-commit-config.yaml")["repos"]

    assert [hook["entry"] for hook in repo["hooks"]] == [command.strip() for command in commands]
