"""When everything was last checked, for instances that did not do it: on Flex Consumption HTTP triggers and timers
run apart. Nothing is decided by it.
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
_MOST_SECONDS_TO_READ = 2.0
"""A page that waits for storage is worse than one that does not know the last pass."""
_TRIES = 3
_SKEW = timedelta(minutes=1)
"""How far clocks of instances may be apart; what lies further ahead is not believed."""


class FullPass(NamedTuple):
    ended: datetime
    outcome: Outcome


class Heartbeat:
    """Never fails: what cannot be saved or read is not known to other instances, or of them."""

    def __init__(self, memory: Store, now: Callable[[], datetime]) -> None:
        self._memory = memory
        self._now = now
        self._own: FullPass | None = None
        self._problem: str | None = None

    async def note(self, outcome: Outcome) -> None:
        """A full pass of this process has just ended."""
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
        """How the last pass ended and how many seconds ago, if another process did it."""
        try:
            async with asyncio.timeout(_MOST_SECONDS_TO_READ):
                found, _ = await self._load()
        except (StoreUnavailableError, TimeoutError):
            return None
        if found is None or found == self._own:
            return None
        return found.outcome, max(0.0, (self._now() - found.ended).total_seconds())

    async def _save(self, ended: FullPass) -> None:
        """Whoever was quicker may have ended an earlier pass, or a later one, which stays."""
        for _ in range(_TRIES):
            found, etag = await self._load()
            if found and found.ended >= ended.ended:
                return
            if await self._memory.save(_dump(ended), etag):
                return

    async def _load(self) -> tuple[FullPass | None, str | None]:
        content, etag = await self._memory.load()
        try:
            found = _parse(content)
        except (ValueError, KeyError, TypeError):
            found = None  # the next pass writes it anew
        return (None if found and found.ended > self._now() + _SKEW else found), etag


def _dump(one: FullPass) -> bytes:
    return json.dumps(
        {"version": FORMAT_VERSION, "endedAt": one.ended.isoformat(), "outcome": one.outcome}
    ).encode()


def _parse(content: bytes) -> FullPass | None:
    if not content:
        return None
    kept = json.loads(content)
    ended = datetime.fromisoformat(kept["endedAt"])
    if kept["version"] != FORMAT_VERSION or ended.utcoffset() is None:
        raise ValueError("of another version")
    return FullPass(ended, Outcome(kept["outcome"]))
