"""What Azure answered to recorded requests, held against what the simulator answers.

The recordings are not part of this repository. INTERLINKED_TRACES names a folder that holds them as *.json,
with `replay.py`, which replays one against an endpoint and exits with 0 if nothing is different.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulator.processes import simulator

FOLDER = Path(os.environ.get("INTERLINKED_TRACES") or "/nowhere")
TRACES = sorted(FOLDER.glob("*.json"))
SECONDS_FOR_ALL = 120

pytestmark = pytest.mark.skipif(
    not (FOLDER / "replay.py").is_file(),
    reason="INTERLINKED_TRACES does not name a folder with replay.py and recordings",
)


def test_recorded_traffic_is_answered_as_azure_did(tmp_path):
    assert TRACES, f"no recordings in {FOLDER}"
    with simulator(tmp_path, "--time-scale", "200") as azure:
        told = {trace.name: _replayed(trace, azure) for trace in TRACES}

    assert {name: code for name, (code, _) in told.items()} == dict.fromkeys(told, 0), told


def _replayed(trace, azure):
    command = [sys.executable, "replay.py", trace, "--endpoint", azure.rest.endpoint, "--ca", azure.rest.ca]
    ended = subprocess.run(  # noqa: S603 (what the person who set the variable asked for)
        [*command, "--token", "anything", "--max-sleep", "0.05", "--quiet"],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=SECONDS_FOR_ALL,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr
