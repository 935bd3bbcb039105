"""`python -m simulator serve` as a process, and plain REST against it."""

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60
"""Far more than anything takes; nothing waits for it unless something is broken."""


@dataclass(frozen=True)
class Rest:
    """Any ARM client: a bearer token, and trust in one certificate authority."""

    endpoint: str
    ca: Path | None = None

    def __call__(self, method: str, path: str, body: object = None) -> tuple[int, Message, Any]:
        """Status, headers and content of the answer; a path of this endpoint or a whole URL."""
        url = path if path.startswith("http") else self.endpoint + path
        request = Request(url, method=method, data=None if body is None else json.dumps(body).encode())  # noqa: S310 (ours)
        request.add_header("Authorization", "Bearer anything")
        request.add_header("Content-Type", "application/json")
        trust = ssl.create_default_context(cafile=self.ca) if self.ca else None
        try:
            with urlopen(request, timeout=PATIENCE_SECONDS, context=trust) as answer:  # noqa: S310 (ours)
                return answer.status, answer.headers, _content(answer)
        except HTTPError as error:
            with error:
                return error.code, error.headers, _content(error)


@dataclass(frozen=True)
class Served:
    process: subprocess.Popen[str]
    folder: Path
    rest: Rest

    def end(self, number: int) -> tuple[int, str, str]:
        """Exit code and what was printed."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, out, err


@contextmanager
def simulator(folder: Path, *options: str) -> Iterator[Served]:
    """A simulator on a free port, as soon as its `endpoint` is there."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "simulator",
        "serve",
        "--port",
        "0",
        "--state-dir",
        folder,
        *options,
    ]
    with subprocess.Popen(  # noqa: S603 (our own interpreter)
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            endpoint = wait_for(folder / "endpoint", process).removesuffix("\n")
            yield Served(process, folder, Rest(endpoint, folder / "ca.pem" if "https" in endpoint else None))
        finally:
            process.kill()


def wait_for(file: Path, process: subprocess.Popen[str]) -> str:
    """The first that is to be seen of a file."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not file.is_file():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, f"no {file}"
        time.sleep(0.01)
    return file.read_text()


def _content(answer: IO[bytes]) -> Any:
    text = answer.read()
    return json.loads(text) if text else None
