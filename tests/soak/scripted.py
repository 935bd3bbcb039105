"""Plays a script, without drawing anything.

A fate lies in wait: from its moment on it befalls the next request, operation or event with its subject, and after
a period of the timer it lapses. While the app asks what it asked, that is the one it befell. When it asks more, less or
later, the same trouble still meets the same resource, beside the same deeds. Counting the requests would not do: one
more, and all that follows befalls others.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from simulator.azure import Azure
from simulator.clock import Clock
from simulator.eventgrid.event import ResourceEvent
from simulator.http import Request
from simulator.network.locks import LockMode
from simulator.trouble import Kind, Mishap
from tests.soak.chance import Chance, Deed, EventFate
from tests.soak.draw import Conditions
from tests.soak.moments import Moments, of_event, of_operation, of_path, of_request
from tests.soak.people import People
from tests.soak.script import Entry, Fates, Script

LAPSES_AFTER_SECONDS = 300.0
_USUAL: dict[Kind, Any] = {
    Kind.THROTTLED: None,
    Kind.SERVER_ERROR: (500, "InternalServerError"),
    Kind.TOKEN_FAILS: (500, "InternalServerError"),
    Kind.ANSWER_LOST: (500, "InternalServerError"),
    Kind.SLOW_ANSWER: 5.0,
    Kind.TOKEN_SLOW: 5.0,
    Kind.CRASH: False,
    Kind.LIST_SHORT: (),
    Kind.LIST_STALE: 0,
}
"""Details of mishaps that had no effect when they were written down."""


@dataclass(frozen=True, slots=True)
class Playback:
    """A source of a history."""

    script: Script

    @property
    def conditions(self) -> Conditions:
        return self.script.conditions

    def chance(self, azure: Azure) -> Chance:
        return ScriptedChance(self.script, azure.clock)


class ScriptedChance:
    def __init__(self, script: Script, clock: Clock) -> None:
        self.hangs = script.hangs
        self._deeds = script.deeds
        self._moments = Moments(clock)
        self._waiting = {
            (which, subject): list(entries)
            for which, found in script.fates.items()
            for subject, entries in found.items()
        }

    async def deeds(self, _people: People) -> AsyncIterator[Deed]:
        for at, name, *arguments in self._deeds:
            await self._moments.clock.sleep(at - self._moments.clock.now())
            yield Deed(name, tuple(arguments))

    def befalls(self, request: Request) -> Mishap | None:
        befallen = self._take(Fates.REQUESTS, of_request(request))
        return _ScriptedMishap(Kind[befallen[0]], befallen[1:]) if befallen else None

    def pace(self, kind: str, target: str) -> float:
        (pace,) = self._take(Fates.OPERATIONS, of_operation(kind, target)) or (1.0,)
        return pace

    def fate(self, event: ResourceEvent) -> EventFate:
        fate = self._take(Fates.EVENTS, of_event(event))
        return EventFate(*fate[0]) if fate else EventFate()

    def spread(self, event: ResourceEvent) -> float:
        (spread,) = self._take(Fates.RETRIES, of_event(event)) or (1.0,)
        return spread

    def refusal(self, target: str) -> LockMode:
        (refusal,) = self._take(Fates.REFUSALS, of_path(target)) or (LockMode.CONFLICT,)
        return LockMode(refusal)

    def _take(self, which: Fates, subject: str) -> Entry:
        """What has waited longest, but not too long; without its moment."""
        moment = self._moments.of(which, subject)
        waiting = self._waiting.get((which, subject), [])
        while waiting and tuple(waiting[0][:2]) <= moment:
            at, _, *what = waiting.pop(0)
            if moment[0] - at <= LAPSES_AFTER_SECONDS:
                return what
        return []


@dataclass(frozen=True, slots=True)
class _ScriptedMishap:
    kind: Kind
    details: Entry

    def detail[Detail](self, _draw: Callable[[Random], Detail]) -> Detail:
        detail: Detail = self.details[0] if self.details else _USUAL[self.kind]
        return detail
