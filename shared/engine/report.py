"""What one run saw, did and could not do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..events.attribution import EventAttribution
from ..model.changes import Change
from ..model.errors import NetworkError
from ..model.ids import PeeringId, VnetId
from ..plan.plan import Finding


class Outcome(StrEnum):
    SETTLED = "settled"
    """Azure reports everything as it should be."""
    IN_PROGRESS = "in-progress"
    """The budget ended first; the events of our own writes, and the timer, continue it."""
    BLOCKED = "blocked"
    """Something needs a person; everything else is settled."""
    CHANGES_DUE = "changes-due"
    """Something is to be changed, and the run was only to look."""
    UNREADABLE = "unreadable"
    """Azure could not be read, so nothing more was decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """A network whose pair Azure refuses to bring to what is wanted until somebody acts."""

    vnet: VnetId
    error: NetworkError
    peering: PeeringId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    outcome: Outcome
    hub: VnetId | None
    look_at: VnetId | PeeringId | None
    """What the run was about; None is everything."""
    pairs: int
    hubs: Mapping[VnetId, int] = field(default_factory=dict)
    """How many peerings each hub has that was read, in the order of the topology document."""
    hub_of: Mapping[VnetId, VnetId] = field(default_factory=dict)
    """The hub of each spoke that the last look came to."""
    pairs_settled: Mapping[VnetId, bool] = field(default_factory=dict)
    """Whether nothing is left to do for a spoke, of those the last look came to."""
    applied: tuple[Change, ...] = ()
    due: tuple[Change, ...] = ()
    """What would have been changed by a run that was only to look."""
    blocked: tuple[Blocked, ...] = ()
    findings: tuple[Finding, ...] = ()
    unlisted: frozenset[str] = frozenset()
    """Subscriptions whose networks were not listed, so that nothing is known of them."""
    error: NetworkError | None = None
    """Why Azure could not be read."""
    refusals: Mapping[str, int] = field(default_factory=dict)
    """How often Azure refused a write, by error code."""
    writes_left: int | None = None
    """How many more writes Resource Manager takes for now, where the run wrote and Azure said so."""
    attribution: EventAttribution | None = None
    """What the event claims that began the run; None where it was no event."""
    seconds: float = 0.0
