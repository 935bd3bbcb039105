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
from demo.processes import timer_runs
from demo.scenarios import SCENARIOS as DEMO_SCENARIOS
from simulator.network.locks import LockMode
from simulator.options import parser
from simulator.scenarios import SCENARIOS
from tests.devhost.processes import DevHost
from tests.recorded import demos
from tests.simulator.processes import PATIENCE_SECONDS, ROOT, simulator, wait_for

DOCUMENTS = {path.name: path.read_text() for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))}
HUB_HALF = "peer-vnet-myteam-dev-hub-vnet-play"
SPACE, GROWN_SPACE = "10.99.0.0/22", "10.99.0.0/22, 10.98.0.0/22"


def test_every_make_target_the_documents_name_can_be_made():
    targets = {name for text in DOCUMENTS.values() for name in re.findall(r"[`\n]make ([a-z]+)", text)}
    assert targets >= {"demo", "sim", "test", "unit"}
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


def test_the_scenarios_are_shown_with_the_documents_that_they_use():
    sections = re.split(r"^## ", DOCUMENTS["scenarios.md"], flags=re.MULTILINE)[1:]
    assert [section.split()[0] for section in sections] == list(DEMO_SCENARIOS)
    for section, scenario in zip(sections, DEMO_SCENARIOS.values(), strict=True):
        shown = re.findall("```yaml\n(.*?)```", section, re.DOTALL)
        used = [settings.get("TOPOLOGY", "") for settings in scenario.deployments.values()]
        assert all(text.startswith("".join(shown)) for text in used)
        assert {text.removeprefix("".join(shown)) for text in used} <= {"", "mesh: true\n"}


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["--port", "x"], 2, "argument --port: "),
        (["--host", "azure"], 2, "argument --host: "),
        (
            ["--scenario", "holidays"],
            2,
            "argument --scenario: invalid choice: 'holidays' (choose from 'workshop', 'two-regions', 'landing-zone')",
        ),
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


def is_quiet(said: list[str]) -> bool:
    """Whether the app says nothing for a simulated minute."""
    lines = len(said)
    time.sleep(2)
    return len(said) == lines


def test_make_sim_and_what_it_says_can_be_done(tmp_path):
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
            type_in = HowTo("".join(said))
            type_in("create a spoke")
            until(lambda: halves(type_in).get(HUB_HALF) == f"Connected  FullyInSync  {SPACE}")
            type_in("grow its address space")
            type_in("create a network that overlaps it")
            until(lambda: halves(type_in).get(HUB_HALF) == f"Connected  FullyInSync  {GROWN_SPACE}")
            until(lambda: any("needs a person" in line and "vnet-overlapping" in line for line in said))
            until(lambda: sum("change applied" in line for line in said) >= 3)
            until(
                lambda: is_quiet(said)
            )  # a run that still goes on would take the deletion for its own write's failure
            type_in("delete it again")
            type_in("delete one half of its peering")
            until(lambda: any("change applied" in line and '"disconnected"' in line for line in said))
            assert '"published": ' in type_in("see what Event Grid has done")
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(PATIENCE_SECONDS)
            reader.join(PATIENCE_SECONDS)

    text = "".join(said)
    assert (code, "Traceback" in text) == (0, False), text
    assert all("vnet-overlapping" in line for line in said if "ERROR" in line)
    assert not re.search("Request URL|Skipping|Auth level", text)
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
                (tmp_path / "app.log").write_text("\n".join(host.lines))
                begun, ended = timer_runs(tmp_path / "app.log")
                assert begun >= ended >= 1
                assert azure.rest("GET", "/simulator/counters")[2]["requests"]["GET vnets"] >= 1
            finally:
                process.send_signal(signal.SIGTERM)
                assert process.wait(PATIENCE_SECONDS) == 0


@pytest.mark.parametrize(
    ("variables", "options"),
    [
        ([], ""),
        (["PORT=8553"], " --port 8553"),
        (["PORT=1", "APP_PORT=2"], " --port 1 --app-port 2"),
        (["SCENARIO=two-regions", "PORT=1"], " --scenario 'two-regions' --port 1"),
    ],
)
@pytest.mark.parametrize("from_elsewhere", [False, True])
def test_make_sim_is_that(tmp_path, from_elsewhere, variables, options):
    where = ["-f", ROOT / "Makefile"] if from_elsewhere else []
    shown = make(tmp_path if from_elsewhere else ROOT, *where, "-n", "sim", *variables)
    assert f".venv/bin/python -m demo --stay{options}" in shown.stdout.splitlines()


@pytest.mark.parametrize(
    ("variables", "options"), [([], ""), (["SCENARIO=landing-zone"], " --scenario 'landing-zone'")]
)
def test_make_demo_is_that(variables, options):
    assert f".venv/bin/python -m demo{options}" in make(ROOT, "-n", "demo", *variables).stdout.splitlines()


def test_make_unit_needs_no_simulated_azure():
    command = make(ROOT, "-n", "unit").stdout
    left_out = {ROOT / path for path in re.findall(r"--ignore=(\S+)", command)}
    folders = re.findall(r" (tests/\S+)", command)
    played = {path for folder in folders for path in (ROOT / folder).rglob("test_*.py")} - left_out
    assert all(path.is_file() for path in left_out)
    assert ROOT / "tests/plan/test_limits.py" in played
    for path in played:
        assert not re.search(r"^from (simulator|devhost|tests\.stories)", path.read_text(), re.MULTILINE), (
            path
        )


def test_the_stories_end_as_recorded():
    """`make demo` alone, with the workshop's, is a step of its own in CI."""
    played = list(demos.play_all(DEMO_SCENARIOS))

    assert [demo.returncode for demo in played] == [0, 0, 0], played
    tables = [demos.topology(demo.stdout) for demo in played]
    assert tables == [demos.kept(scenario) for scenario in DEMO_SCENARIOS]


@pytest.mark.parametrize("python", ["", "/no/such/python", "false"])
def test_a_python_that_does_not_fit_is_one_clear_line(tmp_path, python):
    folder = tmp_path / "a folder"
    folder.mkdir()
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        (folder / name).write_text((ROOT / name).read_text())

    ended = make(folder, "demo", f"PYTHON={python}")

    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert f"Python 3.13 or later is needed, and PYTHON='{python}' is not" in ended.stderr


def test_showing_what_does_not_run_is_one_clear_line(tmp_path, capsys):
    assert demo(["--show", "--state-dir", str(tmp_path)]) == 1

    out, err = capsys.readouterr()
    assert (out, err) == ("", f"demo: no simulated Azure runs in {tmp_path}; make sim starts one\n")


def make(folder, *arguments):
    """As from a shell, although the tests themselves may run under make."""
    ours = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "PORT", "APP_PORT", "SCENARIO"}
    environ = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(  # noqa: S603 (of this file)
        ["make", *arguments],  # noqa: S607 (whichever is on PATH)
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


class HowTo:
    """The printed commands, typed into bash."""

    def __init__(self, printed):
        text = printed.partition("in this folder:\n")[2].partition("\n[")[0]
        self._setting_up, *tasks = re.split(r"\n  (?=[a-z][^=()\n]*\n    )", text)
        self._tasks = dict(task.split("\n", 1) for task in tasks)

    def __call__(self, beginning):
        task = next(commands for name, commands in self._tasks.items() if name.startswith(beginning))
        script = f"set -eu\n{self._setting_up}\n{task.partition('\n\n')[0]}"
        typed = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603, S607 (what is printed)
        assert (typed.returncode, typed.stderr, '"error"' in typed.stdout) == (0, "", False), typed
        return typed.stdout


def halves(type_in):
    """What the table shows behind the name of each half."""
    rows = re.findall(r"(peer-\S+)  +(.*)", type_in("look at all networks and peerings"))
    return {name: re.sub(" {2,}", "  ", rest) for name, rest in rows}


def until(holds):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)
