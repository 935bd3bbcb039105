"""What clients send to the network provider: bodies read into what the rules work on."""

from typing import Any

from simulator import errors
from simulator.http import json_object
from simulator.network import refusals
from simulator.network.resources import PeeringFlags, Prefixes, Subnet
from simulator.routing import Call

_READ_ONLY = {"provisioningState", "resourceGuid", "virtualNetworkPeerings", "subnets", "addressSpace"}
_SUBNET_READ_ONLY = {"provisioningState", "ipConfigurations"}
_FLAGS = {
    "allowVirtualNetworkAccess": "allow_virtual_network_access",
    "allowForwardedTraffic": "allow_forwarded_traffic",
    "allowGatewayTransit": "allow_gateway_transit",
    "useRemoteGateways": "use_remote_gateways",
    "doNotVerifyRemoteGateways": "do_not_verify_remote_gateways",
    "peerCompleteVnets": "peer_complete_vnets",
    "enableOnlyIPv6Peering": "enable_only_ipv6_peering",
}


def body_of(call: Call) -> dict[str, Any]:
    body = json_object(call.request.body)
    if body is None:
        raise errors.gateway_error(400, "InvalidRequestContent", "The request content is not a JSON object.")
    return body


def properties_of(body: dict[str, Any]) -> dict[str, Any]:
    properties = body.get("properties")
    if properties is None:
        return {}
    if not isinstance(properties, dict):
        raise refusals.invalid_body("properties is not an object.")
    return properties


def location_of(body: dict[str, Any]) -> str:
    location = body.get("location")
    if not isinstance(location, str) or not location:
        raise errors.gateway_error(
            400, "LocationRequired", "The location property is required for this definition."
        )
    return location.replace(" ", "").lower()


def tags_of(body: dict[str, Any]) -> dict[str, str] | None:
    tags = body.get("tags")
    if tags is not None and not isinstance(tags, dict):
        raise refusals.invalid_body("tags is not an object.")
    return tags


def space_of(properties: dict[str, Any]) -> Prefixes:
    space = properties.get("addressSpace")
    prefixes = space.get("addressPrefixes") if isinstance(space, dict) else None
    if not isinstance(prefixes, list) or not prefixes:
        raise refusals.invalid_body("addressSpace.addressPrefixes is missing or empty.")
    return tuple(prefixes)


def further_properties(properties: dict[str, Any]) -> dict[str, Any]:
    """What a network keeps as written, beyond what the rules look at."""
    return {name: value for name, value in properties.items() if name not in _READ_ONLY and value is not None}


def subnets_of(properties: dict[str, Any]) -> dict[str, Subnet] | None:
    subnets = properties.get("subnets")
    if subnets is None:
        return None
    if not isinstance(subnets, list):
        raise refusals.invalid_body("subnets is not a list.")
    found = [subnet_of(item.get("name"), item) for item in subnets if isinstance(item, dict)]
    return {subnet.name.lower(): subnet for subnet in found}


def subnet_of(name: object, body: dict[str, Any]) -> Subnet:
    properties = properties_of(body)
    if not isinstance(name, str) or not name:
        raise refusals.invalid_body("a subnet has no name.")
    if not properties.get("addressPrefix") and not properties.get("addressPrefixes"):
        raise refusals.invalid_body(f"addressPrefix of subnet {name} is missing.")
    kept = {field: value for field, value in properties.items() if field not in _SUBNET_READ_ONLY}
    return Subnet(name=name, properties=kept)


def remote_id_of(properties: dict[str, Any]) -> str:
    remote = properties.get("remoteVirtualNetwork")
    remote_id = remote.get("id") if isinstance(remote, dict) else None
    if not isinstance(remote_id, str) or not remote_id:
        raise refusals.invalid_body("remoteVirtualNetwork.id is missing.")
    return remote_id


def flags_of(properties: dict[str, Any]) -> PeeringFlags:
    """The options of a peering; those left out take the service's defaults, on an update too."""
    flags = PeeringFlags()
    for name, attribute in _FLAGS.items():
        value = properties.get(name)
        if value is None:
            continue
        if not isinstance(value, bool):
            raise refusals.invalid_body(f"{name} is {value!r}; true or false is accepted.")
        setattr(flags, attribute, value)
    flags.local_subnet_names = tuple(properties.get("localSubnetNames") or ())
    flags.remote_subnet_names = tuple(properties.get("remoteSubnetNames") or ())
    return flags
