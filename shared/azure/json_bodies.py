"""Reads the network provider's JSON into the model. Pure."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from ..model.ids import PeeringId, VnetId
from ..model.observed import ObservedPeering, PeeringState, SyncLevel, Vnet


def vnet_of(body: Mapping[str, Any], subscription: str = "") -> Vnet:
    """A network of the subscription as the network provider's JSON shows it."""
    vnet = VnetId.reported(str(body.get("id")), subscription)
    properties = body["properties"]
    return Vnet(
        id=vnet,
        location=body["location"].replace(" ", "").lower(),
        provisioning=properties.get("provisioningState", ""),
        address_prefixes=_prefixes(properties.get("addressSpace")),
        guid=_guid(properties.get("resourceGuid")),
        has_gateway=any(_carries_gateway(subnet) for subnet in properties.get("subnets") or ()),
        tags=dict(body.get("tags") or {}),
        peerings=tuple(
            peering_of(vnet, half)
            for half in properties.get("virtualNetworkPeerings") or ()
            if "/microsoft.classicnetwork/" not in _remote_id(half).lower()  # they are not managed here
        ),
    )


def _remote_id(half: Mapping[str, Any]) -> str:
    return str((half["properties"].get("remoteVirtualNetwork") or {}).get("id", ""))


def peering_of(vnet: VnetId, body: Mapping[str, Any]) -> ObservedPeering:
    """A peering as the network provider's JSON shows it."""
    properties = body["properties"]
    return ObservedPeering(
        id=PeeringId(vnet=vnet, name=body["name"]),
        remote=VnetId.reported(_remote_id(body)),
        remote_prefixes=_prefixes(properties.get("remoteAddressSpace")),
        remote_prefixes_now=_prefixes(properties.get("remoteVirtualNetworkAddressSpace")),
        guid=_guid(properties.get("resourceGuid")),
        state=_known(PeeringState, properties.get("peeringState")),
        sync=_known(SyncLevel, properties.get("peeringSyncLevel")),
        provisioning=properties.get("provisioningState", ""),
        properties=properties,
    )


def _prefixes(space: Mapping[str, Any] | None) -> tuple[str, ...]:
    return tuple((space or {}).get("addressPrefixes") or ())


def _guid(text: object) -> UUID | None:
    """None for text that is no GUID: it is only a hint, so nothing fails for it."""
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _carries_gateway(subnet: Mapping[str, Any]) -> bool:
    used_by = (subnet.get("properties") or {}).get("ipConfigurations") or ()
    return subnet.get("name", "").lower() == "gatewaysubnet" and any(
        "/virtualnetworkgateways/" in configuration.get("id", "").lower() for configuration in used_by
    )


def _known[Value: (PeeringState, SyncLevel)](kind: type[Value], value: object) -> Value:
    """A known value of Azure's, or `unknown`."""
    return next((known for known in kind if known == value), kind("unknown"))
