"""What one look of a command brought, and what is to be done about it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..model.errors import NetworkError
from ..model.ids import VnetId
from ..model.observed import Vnet
from ..model.reasons import Reason
from ..plan.observation import Observation
from ..plan.plan import Finding, PairPlan, Plan
from .exit_codes import ExitCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen, and what is to be done about it."""

    observation: Observation
    plan: Plan
    hubs: tuple[Vnet, ...]
    """Those that can be told and were read."""
    opens: datetime | None
    """When the next change window opens, if none is open."""
    unreadable: Mapping[VnetId, NetworkError] = field(default_factory=dict)
    """Networks about which Azure would not say enough."""

    @property
    def networks(self) -> Mapping[VnetId, Vnet]:
        return self.observation.topology.vnets

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
        """Not so what merely has its turn in the next run."""
        return tuple(
            finding
            for finding in self.plan.findings
            if finding.reason.blocks and finding.reason is not Reason.CHANGES_HELD_BACK
        )

    @property
    def ending(self) -> ExitCode:
        if self.unreadable or self.for_a_person:
            return ExitCode.PERSON
        return ExitCode.DUE if self.unsettled else ExitCode.DONE
