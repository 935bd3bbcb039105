"""Scripts that people run outside the app's environment: on the Python of macOS, and on Windows."""

import ast
import os
import shutil
import subprocess

import pytest
import yaml

from tests.infra import test_preflight, test_uninstall
from tests.infra.azure_cli import AzureCli
from tests.infra.bicep.model import ROOT
from tests.infra.windows import MangledError, through_cmd

OLDEST = (3, 9)
"""What macOS brings, https://developer.apple.com/xcode."""

SCRIPTS = sorted(path for path in (ROOT / "infra").glob("*.py") if path.name != "package.py")
APP = "/subscriptions/1/resourceGroups/rg-dev/providers/Microsoft.Web/sites/func-dev"
RUNS = {
    "preflight": (
        ("preflight.py", "--yes"),
        test_preflight.SETTINGS
        | {
            "INTERLINKED_OTHER_SUBSCRIPTION_IDS": test_preflight.ELSEWHERE,
            "INTERLINKED_OUTCOME_TOPIC_ID": test_preflight.FAR_TOPIC,
        },
        test_preflight.READY
        | {"provider show": {"registrationState": "NotRegistered"}, "provider register": None},
    ),
    "preflight by region": (
        ("preflight.py", "environmentName=dev", "location=swedencentral", "hubLocation=swedencentral"),
        {},
        test_preflight.READY,
    ),
    "uninstall": (
        ("uninstall.py", "dev", "--subscription", test_uninstall.OWN, "--yes"),
        {},
        test_uninstall.DEPLOYED,
    ),
    "grant": (
        (
            "grant.py",
            "dev",
            "--subscription",
            test_uninstall.OWN,
            "--mode",
            "audit",
            "--at",
            test_uninstall.FAR_HUB,
        ),
        {},
        {"identity list": [{"principalId": "p", "location": "swedencentral"}]},
    ),
    "wait_for_function": (("wait_for_function.py", APP), {}, {"rest --method get": {"id": "x"}}),
}


def oldest_python():
    """On PATH, or among those of pyenv, and what makes pyenv run it."""
    kept = _output("pyenv", "versions", "--bare").split()
    for minor in range(OLDEST[1], 13):
        chosen = [version for version in kept if version.startswith(f"3.{minor}.")]
        environ = {"PYENV_VERSION": chosen[-1], "HOME": os.environ["HOME"]} if chosen else {}
        program = f"python3.{minor}"
        if _output(program, "--version", **environ):
            return program, environ
    pytest.skip("no Python older than the app's is on PATH; CI has 3.9")


def _output(program, *arguments, **environ):
    if not shutil.which(program):
        return ""
    ended = subprocess.run(  # noqa: S603 (pyenv and Python, to see which there are)
        [program, *arguments], env={**os.environ, **environ}, capture_output=True, text=True, check=False
    )
    return ended.stdout


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_is_written_in_the_oldest_python(path):
    ast.parse(path.read_text(), feature_version=OLDEST)


@pytest.mark.parametrize(("run", "environ", "answers"), RUNS.values(), ids=RUNS)
def test_a_script_runs_on_the_oldest_python(tmp_path, run, environ, answers):
    cli = AzureCli(tmp_path, **answers)
    cli.python, chosen = oldest_python()

    ended = cli.run(*run, **environ | chosen)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert cli.asked


@pytest.mark.parametrize(("run", "environ", "answers"), RUNS.values(), ids=RUNS)
def test_what_az_is_asked_survives_windows(tmp_path, run, environ, answers):
    cli = AzureCli(tmp_path, **answers)
    ended = cli.run(*run, **environ)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert cli.arguments
    for arguments in cli.arguments:
        assert through_cmd(arguments) == arguments


def test_every_script_is_tried():
    libraries = {"azure_cli", "parameters", "rights"}

    assert {path.stem for path in SCRIPTS} - libraries == {
        run[0].removesuffix(".py") for run, *_ in RUNS.values()
    }


@pytest.mark.parametrize(
    "argument",
    ["a&b", "[?a=='x' || b=='y']", "[?tags.\"azd-env-name\"=='x'] | [0]", "%PATH%", "a>b", '{"a": "b&c"}'],
)
def test_what_windows_mangles_is_noticed(argument):
    with pytest.raises(MangledError):
        through_cmd(["group", "list", "--query", argument])


@pytest.mark.parametrize("argument", ["", "a b", "a\\", "a b\\", "--x=y", "$skiptoken=eyJ=", "[0].name"])
def test_what_windows_leaves_alone_arrives(argument):
    assert through_cmd(["group", argument, "list"]) == ["group", argument, "list"]


def hooks():
    azure = yaml.safe_load((ROOT / "azure.yaml").read_text())
    for layer in azure["infra"]["layers"]:
        for name, hook in layer.get("hooks", {}).items():
            yield ROOT / layer["path"], f"{layer['name']} {name}", hook
    for name, hook in azure["hooks"].items():
        yield ROOT, name, hook


HOOKS = list(hooks())


@pytest.mark.parametrize(("folder", "name", "hook"), HOOKS, ids=[name for _, name, _ in HOOKS])
def test_azd_has_a_form_of_each_hook_for_windows(folder, name, hook):
    assert hook.keys() == {"posix", "windows"}
    assert hook["windows"]["shell"] == "pwsh"
    assert "python3" not in hook["windows"]["run"]
    for run in (hook["posix"]["run"], hook["windows"]["run"]):
        scripts = [word.strip("';") for word in run.split() if word.strip("';").endswith(".py")]
        assert scripts
        # Layers run theirs in their own folder.
        assert all((folder / script).is_file() for script in scripts)
