"""Simulated time: seconds of the event loop's clock, optionally running faster than the loop."""

import asyncio
from datetime import UTC, datetime, timedelta

DEFAULT_START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class Clock:
    """Time as the simulated Azure sees it.

    `scale` is how many simulated seconds pass in one second of the event loop. On a loop whose own clock
    jumps (looptime) the scale stays 1 and a simulated day takes seconds all the same.
    """

    def __init__(self, *, start: datetime = DEFAULT_START, scale: float = 1.0) -> None:
        if scale <= 0:
            raise ValueError(f"time scale: {scale} is not a positive number")
        self.scale = scale
        self._start = start
        self._loop = asyncio.get_running_loop()
        self._loop_start = self._loop.time()

    def now(self) -> float:
        """Simulated seconds since the start."""
        return (self._loop.time() - self._loop_start) * self.scale

    def utc(self) -> datetime:
        """The simulated date and time, in UTC."""
        return self._start + timedelta(seconds=self.now())

    async def sleep(self, seconds: float) -> None:
        """Waits for so many simulated seconds."""
        await asyncio.sleep(seconds / self.scale)

    def client_seconds(self, seconds: float) -> float:
        """How long simulated `seconds` last for a client, whose own clock is the event loop's."""
        return seconds / self.scale
