"""What there is, of any type: the resource types of providers, and lists of resources."""

from typing import Any

from simulator import errors
from simulator.http import Response, json_response
from simulator.network.gateways import ATTACHED_TYPES
from simulator.network.resources import NETWORK
from simulator.routing import Call, Routes
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


NAMESPACES = tuple(_TYPES)


class ResourceLists:
    """Handlers that list resources of every type."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, routes: Routes) -> None:
        for scope in ("/subscriptions/{sub}", "/subscriptions/{sub}/resourcegroups/{group}"):
            routes.add(f"{scope}/resources", "resources", GET=self._list)

    def _list(self, call: Call) -> Response:
        if call.request.query.get("$filter"):  # Azure CLI sends an empty one
            raise errors.gateway_error(
                400, "InvalidFilterInQueryString", "Filters over resources are not simulated."
            )
        group = call.parts.get("group")
        if group is not None:
            self._world.group(call["sub"], group)
        return json_response(200, {"value": resources(self._world, call["sub"], group)})


def provider(subscription: str, namespace: str, state: str) -> dict[str, Any]:
    """A resource provider; one without simulated types is there too, so that clients can register it."""
    known = next((name for name in _TYPES if name.lower() == namespace.lower()), namespace)
    return {
        "id": f"/subscriptions/{subscription}/providers/{known}",
        "namespace": known,
        "registrationState": state,
        "resourceTypes": [
            {"resourceType": kind, "apiVersions": _API_VERSIONS} for kind in _TYPES.get(known, [])
        ],
    }


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
