"""What Azure reports: virtual networks, their peerings, and what could not be seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from .ids import GroupId, PeeringId, VnetId


class PeeringState(StrEnum):
    """https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview"""

    INITIATED = "Initiated"
    CONNECTED = "Connected"
    DISCONNECTED = "Disconnected"
    UNKNOWN = "unknown"
    """Anything this version does not know: never acted upon."""


class SyncLevel(StrEnum):
    """Whether both halves have each other's address space of now."""

    FULLY_IN_SYNC = "FullyInSync"
    LOCAL_NOT_IN_SYNC = "LocalNotInSync"
    REMOTE_NOT_IN_SYNC = "RemoteNotInSync"
    LOCAL_AND_REMOTE_NOT_IN_SYNC = "LocalAndRemoteNotInSync"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedPeering:
    """One direction of a link, as Azure reports it."""

    id: PeeringId
    remote: VnetId
    state: PeeringState
    sync: SyncLevel
    provisioning: str
    properties: Mapping[str, Any] = field(repr=False)
    """The whole of what Azure said, so that a write carries over what we do not manage."""
    remote_prefixes: tuple[str, ...] = ()
    """The remote's address space in force here, which a half that waits or lost its other half holds as well."""
    remote_prefixes_now: tuple[str, ...] = ()
    """What the remote has by now, and what the next write of this half takes over."""
    guid: UUID | None = None

    def held_prefixes(self) -> tuple[str, ...]:
        """What nobody else who is peered to the same network may overlap with."""
        return (*self.remote_prefixes, *self.remote_prefixes_now)

    def is_under_way(self) -> bool:
        """Whether a write or delete of this half goes on."""
        return self.provisioning in ("Creating", "Updating", "Deleting")

    def is_behind(self) -> bool:
        """Whether this half has an old address space of the remote, which only a write here repairs."""
        return self.sync in (SyncLevel.LOCAL_NOT_IN_SYNC, SyncLevel.LOCAL_AND_REMOTE_NOT_IN_SYNC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vnet:
    """A virtual network with the peerings it carries."""

    id: VnetId
    location: str
    provisioning: str
    address_prefixes: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    peerings: tuple[ObservedPeering, ...] = ()
    guid: UUID | None = None
    """Another one after the network was deleted and created again under its name."""
    has_gateway: bool = False
    """Whether a VPN or ExpressRoute gateway uses its GatewaySubnet."""
    _by_remote: Mapping[VnetId, ObservedPeering] = field(init=False, repr=False, compare=False)
    _by_name: Mapping[str, ObservedPeering] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_remote", {half.remote: half for half in self.peerings})
        object.__setattr__(self, "_by_name", {half.id.name.lower(): half for half in self.peerings})

    def peering_to(self, remote: VnetId) -> ObservedPeering | None:
        """Ours or not: Azure allows one peering per pair and direction, whatever its name."""
        return self._by_remote.get(remote)

    def peering_called(self, name: str) -> ObservedPeering | None:
        return self._by_name.get(name.lower())


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedNetworks:
    """Virtual networks that were seen, and those proven gone. What is in neither is unknown."""

    vnets: Mapping[VnetId, Vnet]
    gone: frozenset[VnetId] = frozenset()
    managers: Mapping[GroupId, str | None] = field(default_factory=dict)
    """Who manages each resource group that was read: a resource ID, or None for nobody but its owner."""

    @classmethod
    def of(cls, vnets: Iterable[Vnet], gone: Iterable[VnetId] = ()) -> "ObservedNetworks":
        return cls(vnets={vnet.id: vnet for vnet in vnets}, gone=frozenset(gone))
