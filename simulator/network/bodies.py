"""How the network provider shows what it keeps: the JSON bodies of its answers."""

from typing import Any
from uuid import UUID

from simulator.network.estate import Estate
from simulator.network.resources import NETWORK, Peering, Prefixes, Subnet, Vnet


def etag_text(etag: UUID) -> str:
    return f'W/"{etag}"'


_EARLY = "2018-08-01"
"""No recording up to this api-version shows a peering's guid, sync level, type or newer options, and none after
it lacks the guid; since when each of the others is shown is not recorded."""


def vnet_body(estate: Estate, vnet: Vnet, api_version: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": vnet.name,
        "id": vnet.id,
        "etag": etag_text(vnet.etag),
        "type": f"{NETWORK}/virtualNetworks",
        "location": vnet.location,
    }
    if vnet.tags is not None:
        body["tags"] = vnet.tags
    body["properties"] = {
        "provisioningState": vnet.provisioning,
        "resourceGuid": str(vnet.guid),
        "addressSpace": _space(vnet.space, api_version),
        **vnet_defaults(api_version),
        **vnet.properties,
        "subnets": [subnet_body(vnet, subnet, api_version) for subnet in vnet.subnets.values()],
        "virtualNetworkPeerings": [
            peering_body(estate, vnet, half, api_version) for half in vnet.peerings.values()
        ],
    }
    return body


def vnet_defaults(api_version: str) -> dict[str, Any]:
    """What a network shows that nobody has set."""
    policies = {"privateEndpointVNetPolicies": "Disabled"} if api_version >= "2024-01-01" else {}
    return {"enableDdosProtection": False, **policies}


def subnet_defaults(api_version: str) -> dict[str, Any]:
    """What a subnet shows that nobody has set. Recordings of 2018 know no policies yet."""
    if api_version <= _EARLY:
        return {"delegations": []}
    return {
        "delegations": [],
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
    }


def subnet_body(vnet: Vnet, subnet: Subnet, api_version: str) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "provisioningState": subnet.provisioning,
        **subnet_defaults(api_version),
        **subnet.properties,
    }
    if subnet.ip_configurations:
        properties["ipConfigurations"] = [{"id": user} for user in subnet.ip_configurations]
    body = {
        "name": subnet.name,
        "id": vnet.subnet_id(subnet.name),
        "etag": etag_text(vnet.etag),
        "properties": properties,
    }
    if api_version > _EARLY:
        body["type"] = f"{NETWORK}/virtualNetworks/subnets"
    return body


def peering_body(estate: Estate, vnet: Vnet, half: Peering, api_version: str) -> dict[str, Any]:
    flags = half.flags
    remote = estate.vnets.get(half.remote)
    properties: dict[str, Any] = {
        "provisioningState": half.provisioning,
        "peeringState": half.state,
        "remoteVirtualNetwork": {"id": half.remote_id},
        "allowVirtualNetworkAccess": flags.allow_virtual_network_access,
        "allowForwardedTraffic": flags.allow_forwarded_traffic,
        "allowGatewayTransit": flags.allow_gateway_transit,
        "useRemoteGateways": flags.use_remote_gateways,
        "remoteAddressSpace": _space(half.remote_space, api_version),
    }
    if api_version > _EARLY:
        properties |= {
            "resourceGuid": str(half.guid),
            "peeringSyncLevel": estate.sync_level(vnet, half),
            "doNotVerifyRemoteGateways": flags.do_not_verify_remote_gateways,
            "peerCompleteVnets": flags.peer_complete_vnets,
            "remoteVirtualNetworkAddressSpace": _space(estate.remote_space_now(half), api_version),
            "routeServiceVips": {},
        }
    if flags.use_remote_gateways and remote is not None:
        properties["remoteGateways"] = [{"id": gateway} for gateway in remote.gateway_ids()]
    if remote is not None and "bgpCommunities" in remote.properties:
        properties["remoteBgpCommunities"] = remote.properties["bgpCommunities"]
    if remote is not None and "encryption" in remote.properties:
        properties["remoteVirtualNetworkEncryption"] = remote.properties["encryption"]
    if flags.enable_only_ipv6_peering is not None:
        properties["enableOnlyIPv6Peering"] = flags.enable_only_ipv6_peering
    if not flags.peer_complete_vnets:
        other = estate.other_half(vnet, half)
        now = estate.local_space_now(vnet, half)
        properties |= {
            "localSubnetNames": list(flags.local_subnet_names),
            "remoteSubnetNames": list(flags.remote_subnet_names),
            "localAddressSpace": _space(other.remote_space if other else now, api_version),
            "localVirtualNetworkAddressSpace": _space(now, api_version),
        }
    body = {
        "name": half.name,
        "id": vnet.peering_id(half.name),
        "etag": etag_text(vnet.etag),
        "properties": properties,
    }
    if api_version > _EARLY:
        body["type"] = f"{NETWORK}/virtualNetworks/virtualNetworkPeerings"
    return body


def _space(prefixes: Prefixes, api_version: str) -> dict[str, Any]:
    space: dict[str, Any] = {"addressPrefixes": list(prefixes)}
    if api_version >= "2024-01-01":
        space["ipamPoolPrefixAllocations"] = []
    return space
