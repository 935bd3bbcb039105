"""Between the code and the events."""

import sys

import pytest

from tests.infra.azure_cli import AzureCli
from tests.infra.bicep.model import ROOT

APP = "/subscriptions/1/resourceGroups/rg-dev/providers/Microsoft.Web/sites/func-dev"
ASKED = f"rest --method get --url {APP}/functions/on_network_event?api-version=2024-11-01"


@pytest.fixture
def cli(tmp_path):
    return AzureCli(tmp_path)


def wait(cli, seconds):
    """The script with shorter pauses than people have to wait."""
    text = f'cd {ROOT}/infra && {sys.executable} -c \'import sys; sys.path.insert(0, "."); import wait_for_function as w; sys.exit(w.main("{APP}", {seconds}, 0.01))\''
    return cli.shell(text)


def test_it_waits_until_azure_lists_the_function_and_says_so(cli):
    cli.answers[ASKED] = {"in turn": ["ERROR: Not Found", "ERROR: Not Found", {"id": "x"}]}

    ended = wait(cli, 300)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == [
        "waiting until Azure lists on_network_event of func-dev, up to 300 s",
        "not yet: ERROR: Not Found",
        "it is there",
    ]
    assert len(cli.asked) == 3


def test_it_gives_up_and_says_what_to_do(cli):
    cli.answers[ASKED] = "ERROR: Not Found"

    ended = wait(cli, 0.5)

    assert ended.returncode == 1
    assert ended.stdout.splitlines()[-1].startswith("it did not come: deploy the code")


def test_azd_tells_it_the_app_and_five_minutes_are_the_most(cli):
    cli.answers[ASKED] = {"id": "x"}

    ended = cli.run("wait_for_function.py", INTERLINKED_FUNCTION_APP_ID=APP)

    assert ended.returncode == 0
    assert "up to 300 s" in ended.stdout


def test_without_an_app_there_is_nothing_to_wait_for(cli):
    ended = cli.run("wait_for_function.py")

    assert ended.returncode == 1
    assert "deploy the app first" in ended.stdout
