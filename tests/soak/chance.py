"""What decides everything that the app does not: what people do, and what befalls everybody.

A history asks its chance, which draws (`draw`), draws and writes down (`recording`), or plays a script (`scripted`).
"""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from simulator.eventgrid.event import ResourceEvent
from simulator.http import Request
from simulator.network.locks import LockMode
from simulator.trouble import Mishap

if TYPE_CHECKING:
    from tests.soak.people import People


class Deed(NamedTuple):
    """What somebody does: one of `People.deeds`."""

    name: str
    arguments: tuple[Any, ...] = ()


class EventFate(NamedTuple):
    delays: tuple[float, ...] = (0.0,)
    """Seconds by which each copy of the event is late."""
    recycled: bool = False
    """Whether the next invocation meets a new instance, while the old one still finishes what it does."""


class Chance(Protocol):
    hangs: bool
    """Whether operations may take an hour."""

    def deeds(self, people: "People") -> AsyncIterator[Deed]:
        """Each at its moment."""

    def befalls(self, request: Request) -> Mishap | None: ...

    def pace(self, kind: str, target: str) -> float:
        """How many times as long as usual an operation takes."""

    def fate(self, event: ResourceEvent) -> EventFate: ...

    def refusal(self, target: str) -> LockMode:
        """How a write is refused that meets another one, where the mode of locks is mixed."""

    def spread(self, event: ResourceEvent) -> float:
        """By how much another try to deliver an event is put off."""
