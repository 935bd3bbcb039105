"""When the last full pass ended, for the other instances: on Flex Consumption HTTP triggers and timers run apart.
No decision rests on it.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from ..engine.report import Outcome
from .facts import fact
from .store import MAX_STORE_SECONDS, Store, StoreUnavailableError

logger = logging.getLogger("interlinked")

BLOB = "pass.json"
FORMAT_VERSION = 1
_MAX_READ_SECONDS = 2.0
"""A page that waits for storage is worse than one that does not know the last pass."""
_TRIES = 3
_SKEW = timedelta(minutes=1)
"""How far clocks of instances may be apart; a pass that ended later than that from now is ignored."""


class FullPass(NamedTuple):
    """A run over everything."""

    ended: datetime
    outcome: Outcome


class Heartbeat:
    """Raises nothing: where the store is unavailable, instances do not know of each other's passes."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._own: FullPass | None = None
        self._problem: str | None = None

    async def note(self, outcome: Outcome) -> None:
        """Saves that a full pass of this process has just ended."""
        self._own = ended = FullPass(self._now(), outcome)
        try:
            async with asyncio.timeout(MAX_STORE_SECONDS):
                await self._save(ended)
            self._problem = None
        except (StoreUnavailableError, TimeoutError) as error:
            code = error.code if isinstance(error, StoreUnavailableError) else "Timeout"
            if code != self._problem:
                logger.warning(fact("pass not remembered", code=code, message=error))
            self._problem = code

    async def of_others(self) -> tuple[Outcome, float] | None:
        """The outcome of the last full pass and how many seconds ago it ended; None if no other process did it."""
        try:
            async with asyncio.timeout(_MAX_READ_SECONDS):
                found, _ = await self._load()
        except (StoreUnavailableError, TimeoutError):
            return None
        if found is None or found == self._own:
            return None
        return found.outcome, max(0.0, (self._now() - found.ended).total_seconds())

    async def _save(self, ended: FullPass) -> None:
        """Keeps the later one, where another instance saves at the same time."""
        for _ in range(_TRIES):
            found, etag = await self._load()
            if found and found.ended >= ended.ended:
                return
            if await self._store.save(_dump(ended), etag):
                return

    async def _load(self) -> tuple[FullPass | None, str | None]:
        content, etag = await self._store.load()
        try:
            found = _parse(content)
        except (ValueError, KeyError, TypeError):
            found = None  # the next pass replaces it
        return (None if found and found.ended > self._now() + _SKEW else found), etag


def _dump(full_pass: FullPass) -> bytes:
    return json.dumps(
        {"version": FORMAT_VERSION, "endedAt": full_pass.ended.isoformat(), "outcome": full_pass.outcome}
    ).encode()


def _parse(content: bytes) -> FullPass | None:
    if not content:
        return None
    kept = json.loads(content)
    ended = datetime.fromisoformat(kept["endedAt"])
    if kept["version"] != FORMAT_VERSION or ended.utcoffset() is None:
        raise ValueError("of another version")
    return FullPass(ended, Outcome(kept["outcome"]))
