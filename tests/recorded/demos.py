"""How the stories of `make demo` end: the topology as Azure lists it then. When it is so differs from run to run."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.simulator.processes import PATIENCE_SECONDS, ROOT

_TOPOLOGIES = Path(__file__).with_name("topologies")
_HEADING = "the topology as Azure lists it:\n\n"


def play_all(scenarios: Iterable[str]) -> Iterator[subprocess.CompletedProcess[str]]:
    """All at once, as each mostly waits."""
    with ThreadPoolExecutor() as pool:
        yield from pool.map(_play, scenarios)


def _play(scenario: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (our own interpreter)
        [sys.executable, "-m", "demo", "--host", "devhost", "--scenario", scenario],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE_SECONDS,
        check=False,
    )


def topology(printed: str) -> str:
    """The table that a story ends with."""
    return printed.partition(_HEADING)[2].strip() + "\n"


def kept(scenario: str) -> str:
    return _file(scenario).read_text(encoding="utf-8")


def keep(scenario: str, table: str) -> None:
    _file(scenario).write_text(table, encoding="utf-8")


def _file(scenario: str) -> Path:
    return _TOPOLOGIES / f"{scenario}.txt"
