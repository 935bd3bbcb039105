"""How fast we may write: Resource Manager says how many writes are left, the network provider counts those of five minutes.

https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
"""

import asyncio
from collections import deque

_WINDOW_SECONDS = 300.0
_WRITES_PER_WINDOW = 900
"""Of the 1,000 that the network provider takes, others write as well."""
_REFILL_PER_SECOND = 10.0
_RESERVE = 5.0
_TICK_SECONDS = 0.1
"""What is a little short of a whole write is not worth a timer of its own."""


class WriteRateLimiter:
    """One for all writes of a process."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._sent: deque[float] = deque()
        self._left = float("inf")
        self._left_at = 0.0
        self._not_before = 0.0

    async def admit(self, writes: int = 1) -> None:
        """Waits until so many more may be sent, and counts them.

        A pair is admitted as a whole, so that its second half never waits behind the first halves of others. With
        0 writes it waits only for a pause to end.
        """
        if not writes:
            while (wait := self._not_before - self._now()) > 0:  # noqa: ASYNC110, it is time that is waited for
                await asyncio.sleep(max(wait, _TICK_SECONDS))
            return
        async with self._lock:
            while (wait := self._wait(self._now(), writes)) > 0:  # noqa: ASYNC110, it is time that is waited for
                await asyncio.sleep(wait)
            self._sent.extend([self._now()] * writes)
            self._left -= writes

    @property
    def writes_left(self) -> int | None:
        """What Azure last said is left, less what was sent since; None before it has said so."""
        return None if self._left == float("inf") else int(self._left)

    def note_left(self, writes_left: int | None) -> None:
        """What an answer says is left. Answers may come out of order, so the lower figure is kept."""
        if writes_left is None:
            return
        now = self._now()
        self._left = min(writes_left, self._now_left(now)) if self._left != float("inf") else writes_left
        self._left_at = now

    def pause(self, seconds: float) -> None:
        """Nothing is written for so long."""
        self._not_before = max(self._not_before, self._now() + seconds)

    def _wait(self, now: float, writes: int) -> float:
        while self._sent and self._sent[0] <= now - _WINDOW_SECONDS:
            self._sent.popleft()
        wait = self._not_before - now
        if len(self._sent) + writes > _WRITES_PER_WINDOW:
            wait = max(wait, self._sent[0] + _WINDOW_SECONDS - now)
        if (short := _RESERVE + writes - 1 - self._now_left(now)) > 0:
            wait = max(wait, short / _REFILL_PER_SECOND)
        return max(wait, _TICK_SECONDS) if wait > 0 else 0.0

    def _now_left(self, now: float) -> float:
        return self._left + (now - self._left_at) * _REFILL_PER_SECOND

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
