"""What one look at Azure brought, with the plan for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..model.errors import NetworkError
from ..model.ids import VnetId
from ..model.observed import Vnet
from ..model.reasons import Reason
from .observation import Observation
from .plan import Finding, PairPlan, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    observation: Observation
    plan: Plan
    hubs: tuple[Vnet, ...]
    """The hubs that were found."""
    decided_at: datetime
    unreadable: Mapping[VnetId, NetworkError] = field(default_factory=dict)
    """Networks that could not be read, so that nothing is done for them."""

    @property
    def networks(self) -> Mapping[VnetId, Vnet]:
        return self.observation.observed.vnets

    @property
    def opens(self) -> datetime | None:
        """When the next change window opens, if none is open."""
        document, at = self.observation.document, self.decided_at
        return document.next_opening(at) if document.may_only_add(at) else None

    @property
    def unsettled(self) -> tuple[PairPlan, ...]:
        """Pairs for which something is due or under way."""
        return tuple(
            pair for pair in self.plan.pairs if not pair.is_settled and pair.spoke not in self.unreadable
        )

    @property
    def held(self) -> tuple[PairPlan, ...]:
        """Pairs for which all that is due waits for a change window."""
        return tuple(pair for pair in self.plan.pairs if pair.waits is Reason.OUTSIDE_WINDOW)

    @property
    def for_a_person(self) -> tuple[Finding, ...]:
        """Findings that somebody has to act on; changes left to the next run are none."""
        return tuple(
            finding
            for finding in self.plan.findings
            if finding.reason.blocks and finding.reason is not Reason.CHANGES_HELD_BACK
        )
