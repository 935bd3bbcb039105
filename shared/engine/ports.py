"""What the engine asks of Azure and of reporting; `azure/` and `reporting/` implement it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..model.changes import Change
from ..model.errors import NetworkError
from ..model.ids import GroupId, PeeringId, VnetId
from ..model.observed import ObservedPeering, Vnet
from .report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A write Azure goes on with by itself."""

    change: Change
    operation_url: str | None
    """The URL to poll. Opaque, and signed: never logged."""
    writes_left: int | None = None
    """How many more writes Azure takes from us for now, where it says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What Azure says of an operation: whether it goes on, and why it failed if it did."""

    is_running: bool
    error: NetworkError | None = None


class NetworkApi(Protocol):
    """Everything raises `NetworkError`."""

    async def list_vnets(self, subscription: str) -> tuple[Vnet, ...]:
        """All networks of a subscription, every page of them or an error."""

    async def get_vnet(self, vnet: VnetId) -> Vnet | None:
        """The network, or None where Azure says that it does not exist."""

    async def get_peering(self, peering: PeeringId) -> ObservedPeering | None:
        """The peering, or None where Azure says that it does not exist."""

    async def list_managers(self, subscription: str) -> Mapping[GroupId, str | None]:
        """Who manages each resource group of a subscription: a resource ID, or None for its owner alone."""

    async def get_manager(self, group: GroupId) -> str | None:
        """The same for one group."""

    async def apply(self, change: Change) -> Accepted:
        """Hands a change to Azure; returns as soon as it is accepted."""

    async def progress(self, accepted: Accepted) -> Progress:
        """How far Azure is with an accepted write."""


class Reporter(Protocol):
    """Reports what runs come to."""

    def progress(self, *, pairs: int, accepted: int, ended: int, seconds: float) -> None:
        """How far a long run is: its pairs, its writes so far, and for how long it has gone on."""

    async def write(self, report: Report, *, seconds: float) -> None:
        """What a run came to; `seconds` is what it has left for that."""
