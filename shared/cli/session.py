"""What all commands share: the settings, the door to Azure, and one look with what follows from it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.cli.ending import Exit
from shared.network import Network, NetworkError
from shared.planner.decide import decide
from shared.planner.observation import Observation
from shared.planner.plan import Finding, PairPlan, Plan
from shared.reasons import Reason
from shared.reconcile.observer import Observer
from shared.resource_ids import VnetId
from shared.settings import Settings
from shared.topology import Vnet


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
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
    def ending(self) -> Exit:
        if self.unreadable or self.for_a_person:
            return Exit.PERSON
        return Exit.DUE if self.unsettled else Exit.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    settings: Settings
    network: Network
    event_subscriptions: Callable[[str], Awaitable[Sequence[Mapping[str, Any]]]]
    """Those that tell of changes in a subscription, as Event Grid describes them; raises `NetworkError`."""
    now: Callable[[], datetime]

    async def look(self) -> Decision:
        """Raises `HubError` and `NetworkError`."""
        observer = Observer(self.network, self.settings)
        observation = await observer.observe(None)
        now = self.now()
        decision = decide(observation, self.settings, now)
        unread = {
            pair.spoke: pair.spoke.group_id
            for pair in decision.plan.pairs
            if pair.waits is Reason.GROUP_UNREAD
        }
        unreadable = dict(observation.unreadable)
        if unread:
            managers, errors = await observer.read_managers(tuple(dict.fromkeys(unread.values())))
            unreadable |= {vnet: errors[group] for vnet, group in unread.items() if group in errors}
            observation = observation.knowing(managers)
            decision = decide(observation, self.settings, now)
        document = observation.document
        return Decision(
            observation=observation,
            plan=decision.plan,
            hubs=decision.hubs,
            opens=document.next_opening(now) if document.may_only_add(now) else None,
            unreadable=unreadable,
        )
