"""The commands the documentation names, as a newcomer types them."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from demo.__main__ import main as demo
from simulator.network.locks import LockMode
from simulator.options import parser
from simulator.scenarios import SCENARIOS
from tests.devhost.processes import DevHost
from tests.simulator.processes import PATIENCE_SECONDS, ROOT, Rest, simulator, wait_for

DOCUMENTS = {path.name: path.read_text() for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))}
SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-play"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-play"
VERSION = "?api-version=2024-05-01"


def test_every_make_target_the_documents_name_can_be_made():
    targets = {name for text in DOCUMENTS.values() for name in re.findall(r"[`\n]make ([a-z]+)", text)}
    assert targets >= {"demo", "sim", "test"}
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607 (whichever is on PATH)
    assert targets <= set(re.findall(r"make (\w+)", listed))


def test_every_simulator_command_in_the_documents_is_understood():
    lines = re.findall(r"python -m simulator (serve .*)", "\n".join(DOCUMENTS.values()))
    commands = [shlex.split(line) for line in lines if not line.startswith("serve`")]
    assert commands
    for command in commands:
        parser().parse_args(command)


def test_the_documents_know_the_simulators_options_and_no_others(capsys):
    with pytest.raises(SystemExit):
        parser().parse_args(["serve", "--help"])
    options = set(re.findall(r"^  (--[a-z-]+)", capsys.readouterr().out, re.MULTILINE))
    table = DOCUMENTS["simulator.md"].partition("| option |")[2].partition("\n\n")[0]

    assert set(re.findall(r"^\| `(--[a-z-]+)`", table, re.MULTILINE)) == options


@pytest.mark.parametrize(
    ("heading", "values"), [("| `--lock-mode` | the second write |", LockMode), ("| scenario |", SCENARIOS)]
)
def test_the_documents_explain_each_choice(heading, values):
    table = DOCUMENTS["simulator.md"].partition(heading)[2].partition("\n\n")[0]

    assert re.findall(r"^\| `([^`]+)`", table, re.MULTILINE) == [str(value) for value in values]


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["--port", "x"], 2, "argument --port: "),
        (["--host", "azure"], 2, "argument --host: "),
        (["--port", "70000"], 1, "port 70000 cannot be used"),
        (
            ["--stay", "--port", "0", "--app-port", "0", "--state-dir", "/dev/null/x"],
            1,
            "--state-dir /dev/null/x ",
        ),
    ],
)
def test_a_bad_argument_of_the_demo_is_one_clear_line(capsys, arguments, code, complaint):
    assert demo(arguments) == code

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"demo: {complaint}")


def test_make_sim_from_start_to_end(tmp_path):
    """On free ports, and with a state directory of its own: somebody may be using what `make sim` left running."""
    command = [sys.executable, "-m", "demo", "--stay", "--host", "devhost", "--port", "0", "--app-port", "0"]
    with subprocess.Popen(  # noqa: S603 (our own interpreter)
        [*command, "--state-dir", tmp_path],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        said: list[str] = []
        reader = threading.Thread(target=lambda: said.extend(process.stdout), daemon=True)
        reader.start()
        try:
            endpoint = wait_for(tmp_path / "endpoint", process).strip()
            until(lambda: any("Listening on" in line for line in said))
            app = next(line.split()[2] for line in said if "Listening on" in line)
            wait_for(tmp_path / "events", process)
            arm = Rest(endpoint, tmp_path / "ca.pem")
            arm("PUT", f"{GROUP}?api-version=2021-04-01", {"location": "westeurope"})
            space = {"addressSpace": {"addressPrefixes": ["10.99.0.0/22"]}}
            arm("PUT", NETWORK + VERSION, {"location": "westeurope", "properties": space})
            until(lambda: peering_states(arm) == ["Connected"])
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(PATIENCE_SECONDS)
            reader.join(PATIENCE_SECONDS)

    text = "".join(said)
    assert (code, "Traceback" in text, "ERROR" in text) == (0, False, False), text
    assert not (tmp_path / "endpoint").exists()
    for url in (endpoint, app):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])))


def test_the_sample_settings_lead_the_app_to_the_simulator(tmp_path):
    """Nothing of it is in the environment; for the certificate authority, that is how it has to be."""
    sample = json.loads((ROOT / "local.settings.sample.json").read_text())
    with simulator(tmp_path, "--scenario", "workshop") as azure:
        made = json.loads((tmp_path / "settings.json").read_text())["Values"]
        assert made.keys() <= sample["Values"].keys()
        sample["Values"] |= made
        settings = tmp_path / "local.settings.json"
        settings.write_text(json.dumps(sample))
        environ = {name: value for name, value in os.environ.items() if name not in sample["Values"]}
        with subprocess.Popen(  # noqa: S603 (our own interpreter)
            [sys.executable, "-m", "devhost", "--port", "0", "--settings", settings],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                host = DevHost(process)
                assert host.request("POST", "/admin/functions/on_schedule", {})[0].status == 202
                assert "Succeeded" in host.wait_for("Executed 'Functions.on_schedule'")
                assert azure.rest("GET", "/simulator/counters")[2]["requests"]["GET vnets"] >= 1
            finally:
                process.send_signal(signal.SIGTERM)
                assert process.wait(PATIENCE_SECONDS) == 0


def test_make_sim_is_that():
    shown = subprocess.run(["make", "-n", "sim"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 (whichever is on PATH)
    assert ".venv/bin/python -m demo --stay" in shown.stdout.splitlines()


def peering_states(arm):
    _, _, listed = arm("GET", f"{NETWORK}/virtualNetworkPeerings{VERSION}")
    return [peering["properties"]["peeringState"] for peering in listed["value"]]


def until(holds):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)
