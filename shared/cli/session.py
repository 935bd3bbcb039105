"""What all commands share: the settings, the client of Azure, and one look with the plan for it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..config.settings import Settings
from ..engine.observer import Observer
from ..engine.ports import NetworkApi
from ..model.reasons import Reason
from ..plan.decide import decide
from .look import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    settings: Settings
    network: NetworkApi
    event_subscriptions: Callable[[str], Awaitable[Sequence[Mapping[str, Any]]]]
    """Those that report changes in a subscription, as Event Grid describes them; raises `NetworkError`."""
    now: Callable[[], datetime]

    async def look(self) -> Look:
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
            observation = observation.with_managers(managers)
            decision = decide(observation, self.settings, now)
        document = observation.document
        return Look(
            observation=observation,
            plan=decision.plan,
            hubs=decision.hubs,
            opens=document.next_opening(now) if document.may_only_add(now) else None,
            unreadable=unreadable,
        )
