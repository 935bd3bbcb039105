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
    """Whether each half has the present address space of the other network."""

    FULLY_IN_SYNC = "FullyInSync"
    LOCAL_NOT_IN_SYNC = "LocalNotInSync"
    REMOTE_NOT_IN_SYNC = "RemoteNotInSync"
    LOCAL_AND_REMOTE_NOT_IN_SYNC = "LocalAndRemoteNotInSync"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedPeering:
    """One half of a pair: the peering from one network to another, as Azure reports it."""

    id: PeeringId
    remote: VnetId
    state: PeeringState
    sync: SyncLevel
    provisioning: str
    properties: Mapping[str, Any] = field(repr=False)
    """Everything Azure reported, so that a write keeps what is not managed here."""
    remote_prefixes: tuple[str, ...] = ()
    """The remote's address space in force (`remoteAddressSpace`); held by halves that are not Connected, too."""
    remote_prefixes_now: tuple[str, ...] = ()
    """The remote's present one (`remoteVirtualNetworkAddressSpace`), which the next write takes over."""
    guid: UUID | None = None

    def held_prefixes(self) -> tuple[str, ...]:
        """Addresses that nothing else peered to the same network may overlap with."""
        return (*self.remote_prefixes, *self.remote_prefixes_now)

    def is_under_way(self) -> bool:
        """Whether Azure is still writing or deleting this half."""
        return self.provisioning in ("Creating", "Updating", "Deleting")

    def is_behind(self) -> bool:
        """Whether the remote's address space in force is old; only writing this half repairs that."""
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
    """Changes when the network is deleted and created again under the same name."""
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

    def may_lead_to(self, remote: VnetId) -> bool:
        """Whether a half whose remote cannot be told may be the missing one to that network."""
        return remote not in self._by_remote and any(half.remote.may_be(remote) for half in self.peerings)

    def peering_called(self, name: str) -> ObservedPeering | None:
        return self._by_name.get(name.lower())


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedNetworks:
    """Virtual networks that were seen, and those proven gone. What is in neither is unknown."""

    vnets: Mapping[VnetId, Vnet]
    gone: frozenset[VnetId] = frozenset()
    managers: Mapping[GroupId, str | None] = field(default_factory=dict)
    """By resource group that was read: the ID of the resource that manages it, or None where none does."""

    @classmethod
    def of(cls, vnets: Iterable[Vnet], gone: Iterable[VnetId] = ()) -> "ObservedNetworks":
        return cls(vnets={vnet.id: vnet for vnet in vnets}, gone=frozenset(gone))
