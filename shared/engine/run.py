"""What the work on one key of the queue has come to so far."""

import asyncio
from collections.abc import Mapping
from contextvars import Context, copy_context
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from ..events.attribution import EventAttribution
from ..model.errors import NetworkError
from ..model.ids import GroupId, PeeringId, VnetId
from ..model.observed import Vnet
from ..plan.plan import Finding, Plan
from .report import Blocked, Outcome, Report
from .writer import Written

if TYPE_CHECKING:
    from ..config.settings import Settings


class Everything(Enum):
    """What the timer asks for."""

    EVERYTHING = "everything"


EVERYTHING = Everything.EVERYTHING
type Key = VnetId | Everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What events said. Where to look is all that is believed of it."""

    peerings: frozenset[PeeringId] = frozenset()
    """Of the network, those that the events named; empty where one named the network itself."""
    attribution: EventAttribution | None = None

    def join(self, other: "Hint") -> "Hint":
        is_about_peerings = self.peerings and other.peerings
        return Hint(
            peerings=self.peerings | other.peerings if is_about_peerings else frozenset(),
            attribution=_joined(self.attribution, other.attribution),
        )


def _joined(one: EventAttribution | None, other: EventAttribution | None) -> EventAttribution | None:
    """The first actor that was named, and the earliest time."""
    if one is None or other is None:
        return one or other
    times = [time for time in (one.happened, other.happened) if time]
    return EventAttribution(actor=one.actor or other.actor, happened=min(times, default=None))


@dataclass(slots=True, eq=False)
class Run:
    """Begins when a key is added that nobody works on, and ends when nothing is left to do for it."""

    key: Key
    began: float
    hint: Hint | None = None
    context: Context = field(default_factory=copy_context)
    """Of the invocation that began it, for logs and traces."""
    ended: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    waiting: int = 0
    """Invocations that wait for it."""
    forwarded: list["Run"] = field(default_factory=list)
    """Those for the networks that this one turned out to be about."""

    outcome: Outcome = Outcome.IN_PROGRESS
    written: Written = field(default_factory=Written)
    unreadable: Mapping[VnetId, NetworkError] = field(default_factory=dict)
    """Networks of which the last look could not read enough."""
    hubs: tuple[Vnet, ...] = ()
    seen: Mapping[VnetId, Vnet] = field(default_factory=dict)
    plan: Plan = field(default_factory=lambda: Plan(pairs=(), findings=()))
    managers: Mapping[GroupId, str | None] = field(default_factory=dict)
    unlisted: frozenset[str] = frozenset()
    error: NetworkError | None = None
    """Why Azure could not be read just now."""
    failed_looks: int = 0
    """In a row."""
    fruitless_writes: int = 0
    """In a row."""
    looks_in_vain: int = 0
    """In a row: while what others write goes on."""
    idle_since: float | None = None

    reported_writes: int = 0
    report: Report | None = None
    """The last one that was given."""

    @property
    def network(self) -> VnetId | None:
        """None is everything."""
        return None if self.key is EVERYTHING else self.key

    def blocked(self) -> tuple[Blocked, ...]:
        unread = (Blocked(vnet=vnet, error=error) for vnet, error in self.unreadable.items())
        return (*self.written.blocked.values(), *unread)

    def outcome_now(self) -> Outcome:
        is_blocked = self.blocked() or any(finding.reason.blocks for finding in self.plan.findings)
        return Outcome.BLOCKED if is_blocked else Outcome.SETTLED

    def is_reported(self) -> bool:
        """Whether the last report says it all."""
        is_same = self.report is not None and self.report.outcome is self.outcome
        return is_same and self.ended.done() and self.reported_writes == len(self.written.applied)

    def report_now(self, settings: "Settings", now: float, writes_left: int | None) -> Report:
        """What it has come to since it was last reported."""
        hubs = [hub.id for hub in self.hubs or settings.document.hubs]
        settled: dict[VnetId, bool] = {}
        for (
            pair
        ) in self.plan.pairs:  # of a network in several pairs, as one that moves, whether all are settled
            settled[pair.spoke] = settled.get(pair.spoke, True) and pair.is_settled
        self.report = Report(
            outcome=self.outcome,
            look_at=self.network,
            named=self.hint.peerings if self.hint else frozenset(),
            hub=hubs[0] if len(hubs) == 1 else None,
            hubs={hub.id: len(hub.peerings) for hub in self.hubs},
            hub_of={pair.spoke: pair.hub for pair in self.plan.pairs},
            pairs=len(self.plan.pairs),
            pairs_settled=settled,
            applied=tuple(self.written.applied[self.reported_writes :]),
            due=tuple(change for pair in self.plan.pairs for change in pair.changes)
            if self.outcome is Outcome.CHANGES_DUE
            else (),
            blocked=self.blocked(),
            findings=self.plan.findings,
            unlisted=self.unlisted,
            error=self.error,
            refusals=+self.written.refused,
            writes_left=writes_left if self.written.applied else None,
            attribution=self.hint.attribution if self.hint else None,
            seconds=now - self.began,
        )
        self.reported_writes = len(self.written.applied)
        self.written.refused.clear()
        return self.report

    def with_findings(self, *findings: Finding) -> None:
        self.plan = replace(self.plan, findings=(*self.plan.findings, *findings))
