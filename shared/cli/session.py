"""What all commands share: the settings, the client of Azure, and one look with the plan for it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..config.settings import Settings
from ..engine.look import look
from ..engine.observer import Observer
from ..engine.ports import NetworkApi
from ..plan.look import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    settings: Settings
    network: NetworkApi
    event_subscriptions: Callable[[str], Awaitable[Sequence[Mapping[str, Any]]]]
    """Those that report changes in a subscription, as Event Grid describes them; raises `NetworkError`."""
    now: Callable[[], datetime]

    async def look(self) -> Look:
        """Raises `HubError` and `NetworkError`."""
        return await look(Observer(self.network, self.settings), self.settings, self.now)
