"""The REST surface of resource groups."""

from math import ceil
from uuid import UUID

from simulator import errors
from simulator.http import Response, json_object, json_response
from simulator.network.requests import location_of, tags_of
from simulator.operation_urls import check_signature, operation_url
from simulator.routing import Call, Routes
from simulator.world import Group, World


class GroupRoutes:
    """Handlers over one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, routes: Routes) -> None:
        routes.add("/subscriptions/{sub}/resourcegroups", "groups", GET=self._list_groups)
        routes.add(
            "/subscriptions/{sub}/resourcegroups/{group}",
            "group",
            GET=self._get_group,
            HEAD=self._head_group,
            PUT=self._put_group,
            DELETE=self._delete_group,
        )
        routes.add("/subscriptions/{sub}/operationresults/{operation}", "operation", GET=self._group_gone)

    def _list_groups(self, call: Call) -> Response:
        at = call["sub"].lower()
        found = [_group_body(group) for (sub, _), group in self._world.groups.items() if sub == at]
        return json_response(200, {"value": found})

    def _get_group(self, call: Call) -> Response:
        return json_response(200, _group_body(self._world.group(call["sub"], call["group"])))

    def _head_group(self, call: Call) -> Response:
        known = (call["sub"].lower(), call["group"].lower()) in self._world.groups
        return Response(status=204 if known else 404)

    def _put_group(self, call: Call) -> Response:
        body = json_object(call.request.body)
        if body is None:
            raise errors.gateway_error(
                400, "InvalidRequestContent", "The request content is not a JSON object."
            )
        group, created = self._world.put_group(
            call["sub"], call["group"], location_of(body), tags_of(body), body.get("managedBy")
        )
        return json_response(201 if created else 200, _group_body(group))

    def _delete_group(self, call: Call) -> Response:
        group = self._world.group_to_write(call["sub"], call["group"])
        operation = self._world.delete_group(group)
        path = f"/subscriptions/{call['sub']}/operationresults/{operation.id}"
        location = operation_url(call.request.base, path, call.api_version, self._world.clock)
        return Response(status=202, headers={"Location": location, **self._group_retry()})

    def _group_gone(self, call: Call) -> Response:
        """202 while the group is being deleted, then 200."""
        check_signature(call.request, call.request.path)
        try:
            operation = self._world.operations.get(UUID(call["operation"]))
        except ValueError:
            operation = None
        if operation is None:
            raise errors.gateway_error(404, "OperationNotFound", f"No operation {call['operation']}.")
        if operation.finished:
            return Response(status=200)
        return Response(status=202, headers={"Location": call.request.url, **self._group_retry()})

    def _group_retry(self) -> dict[str, str]:
        wait = self._world.clock.client_seconds(self._world.retry_after.group_delete)
        return {"Retry-After": str(max(1, ceil(wait)))}


def _group_body(group: Group) -> dict[str, object]:
    body: dict[str, object] = {
        "id": group.id,
        "name": group.name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": group.location,
        "properties": {"provisioningState": "Deleting" if group.deleting else "Succeeded"},
    }
    if group.tags is not None:
        body["tags"] = group.tags
    if group.managed_by is not None:
        body["managedBy"] = group.managed_by
    return body
