"""Draws, and writes down what was drawn."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from simulator.azure import Azure
from simulator.eventgrid.event import ResourceEvent
from simulator.http import Request
from simulator.network.locks import LockMode
from simulator.trouble import Kind, Mishap
from tests.soak.chance import Chance, Deed, EventFate
from tests.soak.draw import Conditions, Draw
from tests.soak.moments import Moments, of_event, of_operation, of_path, of_request
from tests.soak.people import People
from tests.soak.script import Entry, Fates, Script


class Recording:
    """Plays a draw. When the history is over, `script` holds it."""

    def __init__(self, draw: Draw) -> None:
        self.conditions: Conditions = draw
        self.script = Script(draw, hangs=draw.stuck_operations > 0)
        self._draw = draw

    def chance(self, azure: Azure) -> Chance:
        return _RecordedChance(self._draw.chance(azure), self.script, azure)


class _RecordedChance:
    def __init__(self, drawn: Chance, script: Script, azure: Azure) -> None:
        self.hangs = drawn.hangs
        self._drawn = drawn
        self._script = script
        self._moments = Moments(azure.clock)

    async def deeds(self, people: People) -> AsyncIterator[Deed]:
        async for deed in self._drawn.deeds(people):
            self._script.deeds.append([self._moments.now(), deed.name, *deed.arguments])
            yield deed

    def befalls(self, request: Request) -> Mishap | None:
        mishap = self._drawn.befalls(request)
        entry = self._note(Fates.REQUESTS, of_request(request), mishap and mishap.kind.name)
        return mishap and _RecordedMishap(mishap, entry)

    def pace(self, kind: str, target: str) -> float:
        pace = self._drawn.pace(kind, target)
        self._note(Fates.OPERATIONS, of_operation(kind, target), pace if pace != 1 else None)
        return pace

    def fate(self, event: ResourceEvent) -> EventFate:
        fate = self._drawn.fate(event)
        self._note(Fates.EVENTS, of_event(event), fate if fate != EventFate() else None)
        return fate

    def spread(self, event: ResourceEvent) -> float:
        spread = self._drawn.spread(event)
        self._note(Fates.RETRIES, of_event(event), spread)
        return spread

    def refusal(self, target: str) -> LockMode:
        refusal = self._drawn.refusal(target)
        self._note(Fates.REFUSALS, of_path(target), refusal)
        return refusal

    def _note(self, which: Fates, subject: str, what: Any) -> Entry:
        entry = [*self._moments.of(which, subject), what]
        if what is not None:
            self._script.fates[which].setdefault(subject, []).append(entry)
        return entry


@dataclass(frozen=True, slots=True)
class _RecordedMishap:
    drawn: Mishap
    entry: Entry

    @property
    def kind(self) -> Kind:
        return self.drawn.kind

    def detail[Detail](self, draw: Callable[[Random], Detail]) -> Detail:
        detail = self.drawn.detail(draw)
        self.entry.append(detail)
        return detail
