"""One look of a command at Azure, with the plan for it. Pure."""

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
    observation: Observation
    plan: Plan
    hubs: tuple[Vnet, ...]
    """The hubs that were found."""
    opens: datetime | None
    """When the next change window opens, if none is open."""
    unreadable: Mapping[VnetId, NetworkError] = field(default_factory=dict)
    """Networks that could not be read, so that nothing is done for them."""

    @property
    def networks(self) -> Mapping[VnetId, Vnet]:
        return self.observation.observed.vnets

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

    @property
    def exit_code(self) -> ExitCode:
        if self.unreadable or self.for_a_person:
            return ExitCode.PERSON
        return ExitCode.DUE if self.unsettled else ExitCode.DONE
