"""The process against a served simulator, as a person at a keyboard meets it."""

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.simulator.processes import PATIENCE_SECONDS, ROOT, simulator

COMMAND = [sys.executable, "-m", "shared"]
ENVIRON = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("AZURE_", "IDENTITY_", "HUB_", "ARM_", "SSL_CERT"))
}


def interlinked(*words, **environ):
    return subprocess.run(  # noqa: S603 (our own interpreter)
        [*COMMAND, *map(str, words)],
        cwd=ROOT,
        env=ENVIRON | environ,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulator")
    with simulator(folder, "--scenario", "workshop-spokes", "--time-scale", "20"):
        yield folder


def test_a_plan_is_made_applied_and_refused_afterwards(state, tmp_path):
    options, file = ("--simulator", state, "--hub", "swedencentral"), tmp_path / "network.plan"

    def run(code, *words):
        ran = interlinked(*words, *options)
        assert (ran.returncode, "\x1b" in ran.stdout, ran.stderr.count("\n")) == (
            code,
            False,
            int(code == 1),
        ), ran
        return ran.stdout + ran.stderr

    assert "Plan: 4 to create" in run(2, "plan", "--out", file)
    assert "2 of 2 pairs verified, 4 writes." in run(0, "apply", file)
    assert "is out of date, nothing was written" in run(1, "apply", file)


def test_endpoint_and_certificate_authority_do_as_well_as_the_simulators_folder(state):
    settings = json.loads((state / "settings.json").read_text())["Values"]
    ran = interlinked(
        *("doctor", "--endpoint", settings["ARM_ENDPOINT"], "--ca", state / "ca.pem"),
        AZURE_SUBSCRIPTION_ID=settings["AZURE_SUBSCRIPTION_ID"],
        HUB_LOCATION="swedencentral",
    )

    assert (ran.returncode, ran.stderr) == (3, "")
    bad = [line for line in ran.stdout.splitlines() if line.startswith("bad ")]
    assert [line.split()[1] for line in bad] == ["events"]  # a simulator by itself delivers to nobody


def test_nobody_there_is_one_line():
    ran = interlinked(
        *("plan", "--endpoint", "https://localhost:9", "--hub", "swedencentral"),
        *("--subscription", "00000000-0000-0000-0000-000000000001"),
        IDENTITY_ENDPOINT="https://localhost:9/msi/token",
        IDENTITY_HEADER="any",
    )

    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert ran.stderr.startswith("interlinked: AuthenticationFailed: ")
    assert ran.stderr.endswith("; interlinked doctor tells what is missing\n")


def test_the_first_interruption_finishes_what_was_begun_and_the_second_stops(tmp_path):
    slow = "lone_peering_write=600,paired_peering_write=600"
    with simulator(tmp_path, "--scenario", "workshop-spokes", "--durations", slow) as azure:
        with subprocess.Popen(  # noqa: S603 (our own interpreter)
            [*COMMAND, "apply", "--simulator", str(tmp_path), "--hub", "swedencentral"],
            cwd=ROOT,
            env=ENVIRON,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                while "accepted" not in process.stdout.readline():
                    assert process.poll() is None, process.communicate()
                process.send_signal(signal.SIGINT)
                first = process.stderr.readline()
                process.send_signal(signal.SIGINT)
                _, rest = process.communicate(timeout=PATIENCE_SECONDS)
            finally:
                process.kill()
        assert azure.process.poll() is None

    assert first.startswith("interlinked: interrupted: pairs that were begun are finished")
    assert process.returncode == 130
    assert rest.startswith("interlinked: interrupted; nothing more is written")
    assert rest.count("\n") == 1
