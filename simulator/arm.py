"""Azure Resource Manager: authentication, API versions, resource groups, and the way to the providers."""

import re
from collections import Counter
from dataclasses import dataclass, field
from math import ceil
from urllib.parse import unquote
from uuid import UUID

from simulator import catalogue, errors, metadata
from simulator.faults import Faults
from simulator.http import Request, Response, json_object, json_response
from simulator.network.requests import location_of, tags_of
from simulator.network.routes import NetworkRoutes
from simulator.routing import Call, Handler, Routes
from simulator.tags import TagRoutes
from simulator.world import Group, World

_API_VERSION = re.compile(r"\d{4}-\d\d-\d\d(-preview)?")
TENANT = "55555555-5555-5555-5555-555555555555"
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

    def __init__(self, world: World, *, page_size: int = 100, faults: Faults | None = None) -> None:
        self.world = world
        self.faults = faults or Faults()
        self.counters = Counters()
        self._routes = Routes()
        NetworkRoutes(world, page_size=page_size).add_to(self._routes)
        TagRoutes(world).add_to(self._routes)
        self._routes.add("/subscriptions/{sub}/resourcegroups", "groups", GET=self._list_groups)
        self._routes.add(
            "/subscriptions/{sub}/resourcegroups/{group}",
            "group",
            GET=self._get_group,
            HEAD=self._head_group,
            PUT=self._put_group,
            DELETE=self._delete_group,
        )
        self._routes.add(
            "/subscriptions/{sub}/operationresults/{operation}", "operation", GET=self._group_gone
        )
        self._routes.add("/tenants", "tenants", GET=self._list_tenants)
        self._routes.add("/subscriptions", "subscriptions", GET=self._list_subscriptions)
        self._routes.add("/subscriptions/{sub}", "subscription", GET=self._get_subscription)
        self._routes.add("/subscriptions/{sub}/resources", "resources", GET=self._list_resources)
        self._routes.add(
            "/subscriptions/{sub}/resourcegroups/{group}/resources", "resources", GET=self._list_resources
        )
        self._routes.add("/subscriptions/{sub}/providers", "providers", GET=self._list_providers)
        self._routes.add("/subscriptions/{sub}/providers/{namespace}", "provider", GET=self._get_provider)
        self._routes.add(
            "/subscriptions/{sub}/providers/{namespace}/register", "provider", POST=self._get_provider
        )

    async def handle(self, request: Request) -> Response:
        """The answer to one request; every refusal in Azure's error shape."""
        path = unquote(request.path)
        found = self._routes.find(request.method, path)
        kind = found[0] if found else "unknown"
        self.counters.requests[request.method, kind] += 1
        try:
            self.faults.meet(request)
            response = self._answer(request, path, found)
        except errors.ArmError as error:
            if request.method in _WRITES:
                self.counters.writes_refused[error.code] += 1
            response = self._refusal(error)
        request_id = response.headers.get("x-ms-request-id", str(self.world.new_guid()))
        headers = {
            "x-ms-request-id": request_id,
            "x-ms-correlation-request-id": request.headers.get("x-ms-correlation-request-id", request_id),
            "x-ms-routing-request-id": f"SIMULATOR:{request_id}",
        }
        return Response(status=response.status, headers={**headers, **response.headers}, body=response.body)

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
        if "sub" in parts:
            _check_subscription(parts["sub"])
        if handler is None:
            raise errors.gateway_error(
                405, "MethodNotAllowed", f"{request.method} is not offered for {path}."
            )
        return handler(Call(request=request, parts=parts, api_version=api_version))

    def _refusal(self, error: errors.ArmError) -> Response:
        headers = dict(error.headers)
        if error.by_gateway:
            headers["x-ms-failure-cause"] = "gateway"
        if error.retry_after_seconds is not None:
            wait = self.world.clock.client_seconds(error.retry_after_seconds)
            headers["Retry-After"] = str(max(1, ceil(wait)))
        return json_response(error.status, error.body(), headers)

    # --- resource groups --------------------------------------------------------------------------

    def _list_groups(self, call: Call) -> Response:
        at = call["sub"].lower()
        found = [_group_body(group) for (sub, _), group in self.world.groups.items() if sub == at]
        return json_response(200, {"value": found})

    def _get_group(self, call: Call) -> Response:
        return json_response(200, _group_body(self.world.group(call["sub"], call["group"])))

    def _head_group(self, call: Call) -> Response:
        known = (call["sub"].lower(), call["group"].lower()) in self.world.groups
        return Response(status=204 if known else 404)

    def _put_group(self, call: Call) -> Response:
        body = json_object(call.request.body)
        if body is None:
            raise errors.gateway_error(
                400, "InvalidRequestContent", "The request content is not a JSON object."
            )
        group, created = self.world.put_group(
            call["sub"], call["group"], location_of(body), tags_of(body), body.get("managedBy")
        )
        return json_response(201 if created else 200, _group_body(group))

    def _delete_group(self, call: Call) -> Response:
        group = self.world.group_to_write(call["sub"], call["group"])
        operation = self.world.delete_group(group)
        location = (
            f"{call.request.base}/subscriptions/{call['sub']}/operationresults/{operation.id}"
            f"?api-version={call.api_version}"
        )
        return Response(status=202, headers={"Location": location, **self._group_retry()})

    def _group_gone(self, call: Call) -> Response:
        """202 while the group is being deleted, then 200."""
        try:
            operation = self.world.operations.get(UUID(call["operation"]))
        except ValueError:
            operation = None
        if operation is None:
            raise errors.gateway_error(404, "OperationNotFound", f"No operation {call['operation']}.")
        if operation.finished:
            return Response(status=200)
        return Response(status=202, headers={"Location": call.request.url, **self._group_retry()})

    def _group_retry(self) -> dict[str, str]:
        wait = self.world.clock.client_seconds(self.world.retry_after.group_delete)
        return {"Retry-After": str(max(1, ceil(wait)))}

    # --- subscriptions and providers --------------------------------------------------------------

    def _list_tenants(self, _: Call) -> Response:
        tenant = {"id": f"/tenants/{TENANT}", "tenantId": TENANT, "displayName": "Simulated"}
        return json_response(200, {"value": [tenant]})

    def _list_subscriptions(self, _: Call) -> Response:
        """Any well-formed subscription ID can be used; listed are those with something in them."""
        known = dict.fromkeys(subscription for subscription, _ in self.world.groups)
        return json_response(200, {"value": [_subscription_body(subscription) for subscription in known]})

    def _get_subscription(self, call: Call) -> Response:
        return json_response(200, _subscription_body(call["sub"]))

    def _list_providers(self, call: Call) -> Response:
        return json_response(200, {"value": catalogue.providers(call["sub"])})

    def _get_provider(self, call: Call) -> Response:
        return json_response(200, catalogue.provider(call["sub"], call["namespace"]))

    def _list_resources(self, call: Call) -> Response:
        if call.request.query.get("$filter"):  # Azure CLI sends an empty one
            raise errors.gateway_error(
                400, "InvalidFilterInQueryString", "Filters over resources are not simulated."
            )
        group = call.parts.get("group")
        if group is not None:
            self.world.group(call["sub"], group)
        return json_response(200, {"value": catalogue.resources(self.world, call["sub"], group)})


def _subscription_body(subscription: str) -> dict[str, object]:
    return {
        "id": f"/subscriptions/{subscription}",
        "subscriptionId": subscription,
        "tenantId": TENANT,
        "displayName": f"Simulated {subscription[:8]}",
        "state": "Enabled",
    }


def _check_subscription(subscription: str) -> None:
    try:
        UUID(subscription)
    except ValueError as error:
        raise errors.gateway_error(
            400,
            "InvalidSubscriptionId",
            f"The provided subscription identifier '{subscription}' is malformed.",
        ) from error


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
