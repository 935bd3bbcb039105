"""What there is, of any type: the resource types of providers, and lists of resources."""

from typing import Any

from simulator.network.gateways import ATTACHED_TYPES
from simulator.network.resources import NETWORK
from simulator.world import World

_API_VERSIONS = ["2024-05-01", "2024-01-01", "2023-11-01", "2022-07-01", "2021-05-01", "2020-04-01"]
"""Some of those that exist, the newest first; the simulation takes any."""

_TYPES = {
    NETWORK: [
        "virtualNetworks",
        "virtualNetworks/subnets",
        "virtualNetworks/virtualNetworkPeerings",
        *ATTACHED_TYPES.values(),
    ],
    "Microsoft.Resources": ["resourceGroups", "subscriptions"],
}


def provider(subscription: str, namespace: str) -> dict[str, Any]:
    """A resource provider; one without simulated types is there too, so that clients can register it."""
    known = next((name for name in _TYPES if name.lower() == namespace.lower()), namespace)
    return {
        "id": f"/subscriptions/{subscription}/providers/{known}",
        "namespace": known,
        "registrationState": "Registered",
        "resourceTypes": [
            {"resourceType": kind, "apiVersions": _API_VERSIONS} for kind in _TYPES.get(known, [])
        ],
    }


def providers(subscription: str) -> list[dict[str, Any]]:
    return [provider(subscription, namespace) for namespace in _TYPES]


def resources(world: World, subscription: str, group: str | None) -> list[dict[str, Any]]:
    """Top-level resources, without their properties."""
    at = subscription.lower(), group.lower() if group is not None else None
    networks = [
        _resource(vnet.id, vnet.name, "virtualNetworks", vnet.location, vnet.tags)
        for key, vnet in world.estate.vnets.items()
        if at in ((key.subscription, key.group), (key.subscription, None))
    ]
    others = [
        _resource(one.id, one.name, one.kind, one.location, one.written.get("tags"))
        for key, one in world.attached.items()
        if at in ((key.subscription, key.group), (key.subscription, None))
    ]
    return networks + others


def _resource(
    resource_id: str, name: str, kind: str, location: str, tags: dict[str, str] | None
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": resource_id,
        "name": name,
        "type": f"{NETWORK}/{kind}",
        "location": location,
    }
    return found if tags is None else {**found, "tags": tags}
