"""Azure as `apply` uses it: shows every write, and refuses those that were not reviewed.

Once it is closed, by an interruption, pairs that were begun are finished and no other is begun.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..engine.ports import Accepted, NetworkApi, Progress
from ..model.changes import Change, Put
from ..model.errors import ErrorKind, NetworkError
from ..model.ids import GroupId, PeeringId, VnetId
from ..model.observed import ObservedPeering, Vnet

NOT_IN_PLAN, INTERRUPTED = "NotInPlan", "Interrupted"

type _Write = tuple[PeeringId, VnetId, Mapping[str, Any] | None]


@dataclass(slots=True)
class PlanGuard:
    """A `NetworkApi` around `network`; `on_event` gets what happens to each change, in words."""

    network: NetworkApi
    on_event: Callable[[Change, str], None]
    _allowed: list[_Write] | None = None
    """The writes that were reviewed; None is any."""
    _begun: set[frozenset[VnetId]] = field(default_factory=set)
    is_closed: bool = False

    def allow_only(self, changes: Iterable[Change]) -> None:
        self._allowed = [_write(change) for change in changes]

    def close(self) -> None:
        self.is_closed = True

    async def apply(self, change: Change) -> Accepted:
        pair = frozenset({change.peering.vnet, change.remote})
        if self.is_closed and pair not in self._begun:
            raise _held(INTERRUPTED, f"{change.peering} was not begun, since the run was interrupted")
        if self._allowed is not None and _write(change) not in self._allowed:
            raise _held(
                NOT_IN_PLAN, f"{change.peering} is to be written in a way that the plan does not have"
            )
        try:
            accepted = await self.network.apply(change)
        except NetworkError as error:
            self.on_event(change, f"not taken by Azure, {error}")
            raise
        self._begun.add(pair)
        self.on_event(change, "accepted")
        return accepted

    async def progress(self, accepted: Accepted) -> Progress:
        progress = await self.network.progress(accepted)
        if not progress.is_running:
            self.on_event(accepted.change, f"failed, {progress.error}" if progress.error else "done")
        return progress

    async def list_vnets(self, subscription: str) -> tuple[Vnet, ...]:
        return await self.network.list_vnets(subscription)

    async def get_vnet(self, vnet: VnetId) -> Vnet | None:
        return await self.network.get_vnet(vnet)

    async def get_peering(self, peering: PeeringId) -> ObservedPeering | None:
        return await self.network.get_peering(peering)

    async def list_managers(self, subscription: str) -> Mapping[GroupId, str | None]:
        return await self.network.list_managers(subscription)

    async def get_manager(self, group: GroupId) -> str | None:
        return await self.network.get_manager(group)


def _write(change: Change) -> _Write:
    """What reaches Azure of a change; its reason does not."""
    return change.peering, change.remote, change.properties if isinstance(change, Put) else None


def _held(code: str, message: str) -> NetworkError:
    return NetworkError(kind=ErrorKind.NEEDS_A_PERSON, code=code, message=message)
