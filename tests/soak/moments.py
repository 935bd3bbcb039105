"""When something was asked, and about what: by these a script finds again what it has written down."""

import re
from dataclasses import dataclass, field

from simulator.clock import Clock
from simulator.eventgrid.event import ResourceEvent
from simulator.http import Request
from tests.clouds import SUBSCRIPTION

_UNSAID = {"", "subscriptions", SUBSCRIPTION, "resourcegroups", "providers", "microsoft.network"}
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

type Moment = tuple[float, int]
"""Simulated seconds, and how often the same was asked before in this very instant."""


@dataclass
class Moments:
    clock: Clock
    _last: dict[tuple[str, str], Moment] = field(default_factory=dict)

    def now(self) -> float:
        return round(self.clock.now(), 6)

    def of(self, what: str, subject: str) -> Moment:
        """The moment in which this is asked about the subject once more."""
        now = self.now()
        then, times = self._last.get((what, subject), (now, -1))
        moment = self._last[what, subject] = now, times + 1 if then == now else 0
        return moment


def of_request(request: Request) -> str:
    return f"{request.method} {of_path(request.path)}"


def of_operation(kind: str, target: str) -> str:
    return f"{kind} {of_path(target)}"


def of_event(event: ResourceEvent) -> str:
    return f"{event.verb} {of_path(event.resource_id)}"


def of_path(path: str) -> str:
    """The same whatever guids there are."""
    parts = [part for part in path.lower().split("/") if part not in _UNSAID]
    return _GUID.sub("*", "/".join(parts))
