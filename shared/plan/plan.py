"""What is due, and what somebody should know, as values."""

from dataclasses import dataclass

from ..model.changes import Change
from ..model.ids import PairId, VnetId
from ..model.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about a network that is reported and not acted upon."""

    vnet: VnetId | None
    """None is the whole deployment."""
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPlan:
    """What is due for the hub and one other network: changes in the order Azure accepts them."""

    hub: VnetId
    spoke: VnetId
    changes: tuple[Change, ...] = ()
    waits: Reason | None = None
    """Why nothing is written yet although something is due."""
    then: tuple[Change, ...] = ()
    """What follows later, as far as it is known now."""
    is_settled: bool = False
    """Nothing is due and nothing is under way, or nothing can be done about it."""

    @property
    def id(self) -> PairId:
        return PairId(self.hub, self.spoke)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    pairs: tuple[PairPlan, ...]
    findings: tuple[Finding, ...]
