"""Hears what the app does in a history: each request and each line of its log, with the simulated time."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from simulator.clock import Clock
from simulator.http import Request, Response
from simulator.transport import Handle
from tests.soak.__main__ import run
from tests.soak.history import Verdict

_LOGGER = logging.getLogger("interlinked")


class Recorder(logging.Handler):
    """Notes a line for each step of the app."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[str] = []

    def tap(self, handle: Handle, clock: Clock) -> Handle:
        """Stands between the app and all else."""
        self._clock = clock

        async def handle_and_note(request: Request) -> Response:
            self._note(f"{request.method} {request.url} {request.body.decode()}")
            return await handle(request)

        return handle_and_note

    def emit(self, record: logging.LogRecord) -> None:
        self._note(f"{record.levelname} {record.getMessage()}")

    def _note(self, what: str) -> None:
        self.steps.append(f"{self._clock.now():.3f} {what.rstrip()}")


def record(seed: int) -> tuple[Verdict, list[str]]:
    """Plays one history. Returns what became of it, and the steps of the app."""
    recorder = Recorder()
    with _hearing(recorder):
        verdict = run(seed, recorder.tap)
    return verdict, recorder.steps


@cache
def played(seed: int) -> tuple[Verdict, list[str]]:
    """The same, for all tests that ask, of one time that it was played."""
    return record(seed)


@contextmanager
def _hearing(recorder: Recorder) -> Iterator[None]:
    level = _LOGGER.level
    _LOGGER.addHandler(recorder)
    _LOGGER.setLevel(logging.DEBUG)
    _LOGGER.propagate = False
    try:
        yield
    finally:
        _LOGGER.removeHandler(recorder)
        _LOGGER.setLevel(level)
        _LOGGER.propagate = True
