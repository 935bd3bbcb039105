"""Azure Resource Manager: authentication, API versions, what holds for every request, and the way to the
providers."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from math import ceil
from urllib.parse import unquote

from simulator import errors, metadata
from simulator.catalogue import ResourceLists
from simulator.directory import Directory
from simulator.eventgrid.resources import EventGridRoutes
from simulator.faults import Faults
from simulator.groups import GroupRoutes
from simulator.http import Request, Response, json_response
from simulator.languages import in_german
from simulator.linked_tenants import auxiliary_callers
from simulator.management_locks import ManagementLocks
from simulator.network.routes import NetworkRoutes
from simulator.rbac import AccessControl
from simulator.routing import Call, Handler, Routes
from simulator.subscriptions import Subscriptions
from simulator.tags import TagRoutes
from simulator.throttling import Throttling
from simulator.tokens import caller_of
from simulator.world import World

_API_VERSION = re.compile(r"\d{4}-\d\d-\d\d(-preview)?")
_NETWORK_PATH = "/providers/microsoft.network/"
_WRITES = {"PUT", "PATCH", "DELETE"}


@dataclass(slots=True)
class Counters:
    """What was asked of Azure Resource Manager so far."""

    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By method and kind of resource."""
    writes_refused: Counter[str] = field(default_factory=Counter)
    """By error code."""

    def as_dict(self) -> dict[str, dict[str, int]]:
        return {
            "requests": {
                f"{method} {kind}": count for (method, kind), count in sorted(self.requests.items())
            },
            "writes_refused": dict(sorted(self.writes_refused.items())),
        }


class Arm:
    """Answers ARM requests from the world, whatever carries them."""

    def __init__(
        self,
        world: World,
        *,
        page_size: int = 100,
        throttling: bool = False,
        directory: Directory | None = None,
    ) -> None:
        self.world = world
        self.directory = directory or Directory()
        self.faults = Faults()
        self.counters = Counters()
        self.throttling = Throttling(clock=world.clock, refuses=throttling)
        self.subscriptions = Subscriptions(world, self.directory)
        self.access = AccessControl(world.clock, self.directory)
        self.management_locks = ManagementLocks()
        self.eventgrid = EventGridRoutes()
        self._routes = Routes()
        NetworkRoutes(world, page_size=page_size).add_to(self._routes)
        GroupRoutes(world).add_to(self._routes)
        TagRoutes(world).add_to(self._routes)
        ResourceLists(world).add_to(self._routes)
        self.subscriptions.add_to(self._routes)
        self.management_locks.add_to(self._routes)
        self.eventgrid.add_to(self._routes)

    async def handle(self, request: Request) -> Response:
        """The answer to one request; every refusal in Azure's error shape."""
        path = unquote(request.path)
        found = self._routes.find(request.method, path)
        kind = found[0] if found else "unknown"
        self.counters.requests[request.method, kind] += 1
        counted = self.throttling.count(request.method, path)
        try:
            for trouble in (counted.refusal, self.faults.refusal(request)):
                if trouble is not None:
                    raise trouble
            response = self._answer(request, path, found)
            lost = self.faults.lost_answer(request)
            if lost is not None:
                response = self._refusal(lost)
        except errors.ArmError as error:
            if request.method in _WRITES:
                self.counters.writes_refused[error.code] += 1
            response = self._refusal(error)
        request_id = response.headers.get("x-ms-request-id", str(self.world.new_guid()))
        headers = {
            "x-ms-request-id": request_id,
            "x-ms-correlation-request-id": request.headers.get("x-ms-correlation-request-id", request_id),
            "x-ms-routing-request-id": f"SIMULATOR:{request_id}",
            **counted.headers,
            **response.headers,
        }
        if _NETWORK_PATH in path.lower() and "x-ms-failure-cause" not in headers:
            headers["x-ms-arm-service-request-id"] = request_id
        return Response(status=response.status, headers=headers, body=self._in_language(response.body))

    def _answer(
        self, request: Request, path: str, found: tuple[str, Handler | None, dict[str, str]] | None
    ) -> Response:
        if path == metadata.PATH:
            return json_response(200, metadata.endpoints(request.base, request.query.get("api-version", "")))
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise errors.unauthenticated()
        api_version = request.query.get("api-version")
        if api_version is None:
            raise errors.gateway_error(
                400,
                "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required.",
            )
        if not _API_VERSION.fullmatch(api_version):
            raise errors.gateway_error(
                400, "InvalidApiVersionParameter", f"The api-version '{api_version}' is invalid."
            )
        if found is None:
            raise errors.gateway_error(404, "InvalidResourceType", f"{path} is not simulated.")
        _, handler, parts = found
        if handler is None:
            raise errors.gateway_error(
                405, "MethodNotAllowed", f"{request.method} is not offered for {path}."
            )
        caller = caller_of(token.strip())
        beside = auxiliary_callers(request.headers)
        if "sub" in parts:
            self.subscriptions.check(request.method, path, parts["sub"])
            self.access.check(request, path, caller, beside)
            self.management_locks.check(request.method, path)
        with self.world.acting_for(caller):
            return handler(
                Call(
                    request=request,
                    parts=parts,
                    api_version=api_version,
                    late_failure=self.faults.late_failure(request),
                )
            )

    def _refusal(self, error: errors.ArmError) -> Response:
        headers = dict(error.headers)
        if error.by_gateway:
            headers["x-ms-failure-cause"] = "gateway"
        if error.retry_after_seconds is not None:
            wait = self.world.clock.client_seconds(error.retry_after_seconds)
            headers["Retry-After"] = str(max(1, ceil(wait)))
        return json_response(error.status, error.body(), headers)

    def _in_language(self, body: bytes) -> bytes:
        if self.faults.language == "en" or b'"error"' not in body:
            return body
        content = json.loads(body)
        return json.dumps({**content, "error": in_german(content["error"])}, ensure_ascii=False).encode()
