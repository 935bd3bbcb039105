"""Long-running operations over REST: how a write is accepted, and how its operation is followed."""

from math import ceil
from uuid import UUID

from simulator.http import Response, json_response
from simulator.network import refusals
from simulator.network.locks import Operation
from simulator.network.resources import NETWORK
from simulator.operation_urls import check_signature, operation_url
from simulator.routing import Call, Routes
from simulator.world import World

_LOCATION = "/subscriptions/{sub}/providers/microsoft.network/locations/{location}"
# Recorded on networks since 2020 and on peerings by 2023.
_NOTIFIES_SINCE = "2020-01-01"
_PEERINGS_NOTIFY_SINCE = "2022-01-01"


class OperationRoutes:
    """Handlers over one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, routes: Routes) -> None:
        routes.add(_LOCATION + "/operations/{operation}", "operation", GET=self._poll)
        routes.add(_LOCATION + "/operationresults/{operation}", "operation", GET=self._result)

    def _poll(self, call: Call) -> Response:
        operation = self._operation(call)
        if not operation.finished:
            return json_response(200, {"status": "InProgress"}, self._retry(self._world.retry_after.poll))
        if operation.error is not None:
            return json_response(200, {"status": "Failed", **operation.error.body()})
        return json_response(200, {"status": "Succeeded"})

    def _result(self, call: Call) -> Response:
        operation = self._operation(call)
        if not operation.finished:
            where = {"Location": call.request.url}
            return Response(status=202, headers=where | self._retry(self._world.retry_after.poll))
        return Response(status=204)

    def _operation(self, call: Call) -> Operation:
        check_signature(call.request, call.request.path)
        try:
            operation = self._world.operations.get(UUID(call["operation"]))
        except ValueError:
            operation = None
        if operation is None:
            raise refusals.operation_not_found(call["operation"])
        return operation

    def accepted(
        self, call: Call, status: int, operation: Operation, retry_after: int, body: object
    ) -> Response:
        headers = {
            "Azure-AsyncOperation": self._operation_url(call, operation, "operations"),
            "x-ms-request-id": str(operation.id),
        }
        if call.api_version >= (_PEERINGS_NOTIFY_SINCE if "Peering" in operation.kind else _NOTIFIES_SINCE):
            headers["Azure-AsyncNotification"] = "Enabled"
        if operation.removes:
            headers["Location"] = self._operation_url(call, operation, "operationResults")
        if not operation.finished:
            headers |= self._retry(retry_after)
        if body is None:
            return Response(status=status, headers=headers)
        return json_response(status, body, headers)

    def _operation_url(self, call: Call, operation: Operation, collection: str) -> str:
        path = (
            f"/subscriptions/{operation.subscription}/providers/{NETWORK}/locations/{operation.location}/"
            f"{collection}/{operation.id}"
        )
        return operation_url(call.request.base, path, call.api_version, self._world.clock)

    def _retry(self, seconds: float) -> dict[str, str]:
        """In whole seconds of the client's clock, at least one."""
        return {"Retry-After": str(max(1, ceil(self._world.clock.client_seconds(seconds))))}
