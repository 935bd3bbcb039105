"""The door to Azure: what the logic may ask, and how Azure can fail to answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from shared.changes import Change
from shared.resource_ids import GroupId, PeeringId, VnetId
from shared.topology import ObservedPeering, Vnet


class Trouble(StrEnum):
    """What an error means for what to do next."""

    BUSY = "busy"
    """Another write is under way; the same request will be accepted soon."""
    THROTTLED = "throttled"
    """Too many calls; stop until Azure says."""
    STALE = "stale"
    """The decision was made from an old picture; look again."""
    NEEDS_A_PERSON = "needs-a-person"
    """No repetition helps until somebody changes something."""
    UNAVAILABLE = "unavailable"
    """No usable answer: whether a write took effect is unknown."""


@dataclass(slots=True, kw_only=True)
class NetworkError(Exception):
    """A request Azure did not carry out, or did not answer."""

    trouble: Trouble
    code: str
    message: str
    retry_after_seconds: float | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A write Azure goes on with by itself."""

    change: Change
    operation_url: str | None
    """Where Azure tells how it ends. Opaque, and signed: never logged."""
    writes_left: int | None = None
    """How many more writes Azure takes from us for now, where it says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What Azure says of an operation: whether it goes on, and why it failed if it did."""

    is_running: bool
    error: NetworkError | None = None


class Network(Protocol):
    """Everything raises `NetworkError`."""

    async def list_vnets(self, subscription: str) -> tuple[Vnet, ...]:
        """All networks of a subscription, every page of them or an error."""
        ...

    async def get_vnet(self, vnet: VnetId) -> Vnet | None:
        """The network, or None where Azure says that it does not exist."""
        ...

    async def get_peering(self, peering: PeeringId) -> ObservedPeering | None:
        """The peering, or None where Azure says that it does not exist."""
        ...

    async def list_managers(self, subscription: str) -> Mapping[GroupId, str | None]:
        """Who manages each resource group of a subscription: a resource ID, or None for its owner alone."""
        ...

    async def get_manager(self, group: GroupId) -> str | None:
        """The same for one group."""
        ...

    async def apply(self, change: Change) -> Accepted:
        """Hands a change to Azure; returns as soon as it is accepted."""
        ...

    async def progress(self, accepted: Accepted) -> Progress:
        """How far Azure is with an accepted write."""
        ...
