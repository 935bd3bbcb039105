"""What one run saw, did and could not do."""

from dataclasses import dataclass
from enum import StrEnum

from shared.network import NetworkError
from shared.plan import Change
from shared.resource_ids import VnetId


class Outcome(StrEnum):
    SETTLED = "settled"
    """Azure reports everything as it should be."""
    IN_PROGRESS = "in-progress"
    """The budget ended first; the events of our own writes, and the timer, continue it."""
    BLOCKED = "blocked"
    """Something needs a person; everything else is settled."""
    UNREADABLE = "unreadable"
    """Azure could not be read, so nothing more was decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """A network that cannot be brought to what is wanted until somebody acts."""

    vnet: VnetId
    change: Change
    error: NetworkError


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    outcome: Outcome
    hub: VnetId
    pairs: int
    applied: tuple[Change, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    error: NetworkError | None = None
    """Why Azure could not be read."""
    seconds: float = 0.0
