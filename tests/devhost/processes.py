"""Python processes of our own: the runtime library takes one app each, and the tests' own may need another."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).parents[2]
APP = Path(__file__).with_name("app")
SETTINGS = {"SWEEP_SCHEDULE": "0 0 3 * * *", "AzureWebJobs.off.Disabled": "true"}
PATIENCE_SECONDS = 60
"""Far more than anything takes; nothing waits for it unless something is broken."""


def run_python(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (our own interpreter)
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@dataclass
class DevHost:
    """A running `python -m devhost` and what it has printed so far."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    port: int = 0
    _printed: Queue[str] = field(default_factory=Queue)

    def __post_init__(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()
        self.port = int(self.wait_for("Listening on").split()[2].rpartition(":")[2])

    def wait_for(self, text: str) -> str:
        """The first line with this text, whether already printed or still to come."""
        for line in self.lines:
            if text in line:
                return line
        while True:
            line = self._printed.get(timeout=PATIENCE_SECONDS)
            self.lines.append(line)
            if text in line:
                return line

    def request(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        connection.request(method, path, None if body is None else json.dumps(body), headers or {})
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response, text

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._printed.put(line.rstrip())


@contextmanager
def devhost(settings: Path) -> Iterator[DevHost]:
    """The sample app on a free port."""
    settings.write_text(json.dumps({"IsEncrypted": False, "Values": SETTINGS}))
    command = [sys.executable, "-m", "devhost", "--app", str(APP), "--settings", str(settings), "--port", "0"]
    with subprocess.Popen(  # noqa: S603 (our own interpreter)
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield DevHost(process)
        finally:
            process.kill()
