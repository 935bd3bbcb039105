"""The host's idea of what time it is."""

import asyncio
from datetime import UTC, datetime, timedelta


class Clock:
    """A start moment plus the seconds of the event loop, so that a simulated loop brings its own time along.

    A real loop's clock may stand still while a laptop sleeps; the schedules are then late by as much.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start or datetime.now(UTC)
        self._loop = asyncio.get_running_loop()
        self._loop_start = self._loop.time()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._loop.time() - self._loop_start)

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep((moment - self.now()).total_seconds())
