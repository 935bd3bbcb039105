"""The REST surface of gateways and public addresses."""

from simulator import errors
from simulator.http import Response, json_response
from simulator.network.bodies import etag_text
from simulator.network.gateways import ATTACHED_TYPES, GATEWAYS, Attached, AttachedKey
from simulator.network.operation_routes import OperationRoutes
from simulator.network.requests import body_of, location_of
from simulator.network.resources import NETWORK
from simulator.routing import Call, Routes
from simulator.world import World

_COLLECTION = "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.network/(?P<kind>%s)"


class GatewayRoutes:
    """Handlers over one world."""

    def __init__(self, world: World, operations: OperationRoutes) -> None:
        self._world = world
        self._operations = operations

    def add_to(self, routes: Routes) -> None:
        for kind in ATTACHED_TYPES:
            routes.add(_COLLECTION % kind, kind, GET=self._list_attached)
            routes.add(
                _COLLECTION % kind + "/{name}",
                kind,
                GET=self._get_attached,
                PUT=self._put_attached,
                DELETE=self._delete_attached,
            )

    def _list_attached(self, call: Call) -> Response:
        group = self._world.group(call["sub"], call["group"])
        found = [
            one.body()
            for key, one in self._world.attached.items()
            if (key.subscription, key.group, key.kind)
            == (group.subscription.lower(), group.name.lower(), call["kind"].lower())
        ]
        return json_response(200, {"value": found})

    def _get_attached(self, call: Call) -> Response:
        resource = self._attached(call)
        if resource is None:
            group = self._world.group(call["sub"], call["group"])
            kind = ATTACHED_TYPES[call["kind"].lower()]
            raise errors.resource_not_found(f"{NETWORK}/{kind}", call["name"], group.name)
        tagged = resource.kind != GATEWAYS  # recorded in 2023: an address has the header, a gateway does not
        return json_response(200, resource.body(), {"ETag": etag_text(resource.etag)} if tagged else None)

    def _put_attached(self, call: Call) -> Response:
        group = self._world.group_to_write(call["sub"], call["group"])
        body = body_of(call)
        location_of(body)
        written = self._world.put_attached(group, ATTACHED_TYPES[call["kind"].lower()], call["name"], body)
        return self._operations.accepted(
            call,
            201 if written.created else 200,
            written.operation,
            self._world.retry_after.peering_write,
            written.resource.body(),
        )

    def _delete_attached(self, call: Call) -> Response:
        self._world.group_to_write(call["sub"], call["group"])
        resource = self._attached(call)
        if resource is None:
            return Response(status=204)
        operation = self._world.delete_attached(resource)
        return self._operations.accepted(call, 202, operation, self._world.retry_after.delete, None)

    def _attached(self, call: Call) -> Attached | None:
        sub, group, kind, name = (call[part].lower() for part in ("sub", "group", "kind", "name"))
        return self._world.attached.get(AttachedKey(sub, group, kind, name))
