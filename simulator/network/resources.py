"""What the network provider keeps: virtual networks, their subnets and their peerings."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

NETWORK = "Microsoft.Network"

type Prefixes = tuple[str, ...]


class VnetKey(NamedTuple):
    """Who a virtual network is. Resource IDs compare without regard to case, so the parts are folded."""

    subscription: str
    group: str
    name: str

    @classmethod
    def of(cls, subscription: str, group: str, name: str) -> "VnetKey":
        return cls(subscription.lower(), group.lower(), name.lower())

    @classmethod
    def parse(cls, vnet_id: object) -> "VnetKey | None":
        """The key of a virtual network's resource ID, or None where it is not one."""
        if not isinstance(vnet_id, str):
            return None
        match vnet_id.lower().split("/"):
            case [
                "",
                "subscriptions",
                subscription,
                "resourcegroups",
                group,
                "providers",
                "microsoft.network",
                "virtualnetworks",
                name,
            ] if subscription and group and name:
                return cls(subscription, group, name)
        return None


class PeeringState(StrEnum):
    INITIATED = "Initiated"
    CONNECTED = "Connected"
    DISCONNECTED = "Disconnected"


class SyncLevel(StrEnum):
    FULLY = "FullyInSync"
    LOCAL_NOT = "LocalNotInSync"
    REMOTE_NOT = "RemoteNotInSync"
    NEITHER = "LocalAndRemoteNotInSync"


class Provisioning(StrEnum):
    SUCCEEDED = "Succeeded"
    UPDATING = "Updating"
    DELETING = "Deleting"
    FAILED = "Failed"


@dataclass(slots=True, kw_only=True)
class Subnet:
    name: str
    properties: dict[str, Any]
    """As the client wrote them: prefixes, delegations, policies."""
    provisioning: Provisioning = Provisioning.UPDATING
    ip_configurations: list[str] = field(default_factory=list)
    """Resource IDs of what uses the subnet, a gateway's among them."""

    def prefixes(self) -> Prefixes:
        many = self.properties.get("addressPrefixes")
        return tuple(many) if many else (self.properties["addressPrefix"],)


@dataclass(slots=True, kw_only=True)
class PeeringFlags:
    """What a client may choose. Absent ones take the service's defaults."""

    allow_virtual_network_access: bool = True
    allow_forwarded_traffic: bool = False
    allow_gateway_transit: bool = False
    use_remote_gateways: bool = False
    do_not_verify_remote_gateways: bool = False
    peer_complete_vnets: bool = True
    enable_only_ipv6_peering: bool | None = None
    local_subnet_names: Prefixes = ()
    remote_subnet_names: Prefixes = ()


@dataclass(slots=True, kw_only=True)
class Peering:
    """One direction of a link: a half, kept on its local virtual network."""

    name: str
    remote: VnetKey
    remote_id: str
    """The remote's resource ID as the client spelt it."""
    remote_guid: UUID
    """Which incarnation of the remote this half was made against."""
    guid: UUID
    state: PeeringState
    flags: PeeringFlags
    remote_space: Prefixes
    """The remote's address space that is in force here; differs from what it has now until synced."""
    provisioning: Provisioning = Provisioning.UPDATING
    operation: str = ""
    """ID of the operation that wrote this half last."""


@dataclass(slots=True, kw_only=True)
class Vnet:
    key: VnetKey
    id: str
    name: str
    location: str
    guid: UUID
    etag: UUID
    space: Prefixes
    tags: dict[str, str] | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    """What a client set beyond the address space: DHCP options, encryption, protection plans."""
    provisioning: Provisioning = Provisioning.UPDATING
    operation: str = ""
    subnets: dict[str, Subnet] = field(default_factory=dict)
    """By folded name."""
    peerings: dict[str, Peering] = field(default_factory=dict)
    """By folded name."""

    def peering_id(self, name: str) -> str:
        return f"{self.id}/virtualNetworkPeerings/{name}"

    def subnet_id(self, name: str) -> str:
        return f"{self.id}/subnets/{name}"

    def peering_to(self, remote: VnetKey) -> Peering | None:
        return next((half for half in self.peerings.values() if half.remote == remote), None)

    def gateway_ids(self) -> list[str]:
        """The gateways in this network, as the GatewaySubnet's IP configurations tell."""
        subnet = self.subnets.get("gatewaysubnet")
        used_by = subnet.ip_configurations if subnet else []
        owners = (ip_configuration.rpartition("/ipConfigurations/")[0] for ip_configuration in used_by)
        return list(dict.fromkeys(owner for owner in owners if "/virtualnetworkgateways/" in owner.lower()))
