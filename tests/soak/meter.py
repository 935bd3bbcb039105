"""Watches what the app asks of Azure: not too much, not in vain, and never sooner than Azure wants it."""

import json
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from simulator.clock import Clock
from simulator.http import Request, Response

CALLS_A_RUN, CALLS_A_WRITE = 20, 12
"""So many for every run, and so many more for every write that Azure took; runs that meet trouble look again."""
CALLS_BEYOND = 60
CALLS_A_MINUTE = 250
"""By one process, of an estate as small as these."""
REFUSED_SHARE, REFUSED_BEYOND = 0.3, 4
"""Of the writes that Azure took, so many may be refused as busy; and a few, and one for each new process."""
_BUSY = {"AnotherOperationInProgress", "RetryableError", "ReferencedResourceNotProvisioned"}
_PATIENCE_SECONDS = 60
"""What Azure wants to put off for longer is left to later runs."""
_ROUNDING_SECONDS = 1


@dataclass
class Meter:
    """Stands between the app and everything that can go wrong."""

    handle: Callable[[Request], Awaitable[Response]]
    clock: Clock
    caller: Callable[[], Hashable]
    """The process that is asking."""
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    _minutes: dict[Hashable, deque[float]] = field(default_factory=dict)
    _not_before: dict[tuple[Hashable, str], float] = field(default_factory=dict)

    async def __call__(self, request: Request) -> Response:
        if not request.path.lower().startswith("/subscriptions/"):
            return await self.handle(request)
        self.counts["calls"] += 1
        self._note_minute()
        if request.method == "GET":
            return await self.handle(request)
        key = (self.caller(), request.path.lower())
        early = self._not_before.pop(key, 0.0) - self.clock.now()
        if early > _ROUNDING_SECONDS:
            self.broken.append(
                f"{request.method} {request.path} came {early:.1f} s before Retry-After was over"
            )
        response = await self.handle(request)
        if response.status < 300:
            self.counts["taken"] += 1
        else:
            self.counts["busy"] += _code(response) in _BUSY
            wait = response.headers.get("Retry-After", "")
            if response.status == 429 and wait.isdecimal() and int(wait) <= _PATIENCE_SECONDS:
                self._not_before[key] = self.clock.now() + int(wait)
        return response

    def _note_minute(self) -> None:
        """A loop without pauses shows here."""
        now, caller = self.clock.now(), self.caller()
        calls = self._minutes.setdefault(caller, deque())
        calls.append(now)
        while calls[0] < now - 60:
            calls.popleft()
        if len(calls) == CALLS_A_MINUTE + 1:
            self.broken.append(f"more than {CALLS_A_MINUTE} calls within a minute, at {now:.0f} s")

    def check(self, made: Counter[str]) -> list[str]:
        """What was too much for what the app `made`: runs, and processes that begin with nothing learned."""
        broken = []
        runs = made["event runs"] + made["timer runs"] + made["crashes"]
        calls, taken, busy = (self.counts[name] for name in ("calls", "taken", "busy"))
        most = CALLS_BEYOND + CALLS_A_RUN * runs + CALLS_A_WRITE * taken
        if calls > most:
            broken.append(f"{calls} calls for {runs} runs and {taken} writes, at most {most} are allowed")
        if busy > REFUSED_BEYOND + REFUSED_SHARE * taken + made["instances"]:
            broken.append(f"{busy} writes refused as busy, {taken} taken, by {made['instances']} processes")
        return broken


def _code(response: Response) -> str:
    try:
        return str(json.loads(response.body)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return ""
