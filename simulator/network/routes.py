"""The network provider's REST surface: what each method and path does to the world."""

from math import ceil
from typing import Any
from uuid import UUID

from simulator import errors
from simulator.http import Response, json_object, json_response
from simulator.network import refusals
from simulator.network.bodies import etag_text, peering_body, subnet_body, vnet_body
from simulator.network.gateways import ATTACHED_TYPES, GATEWAYS, Attached, AttachedKey
from simulator.network.locks import Operation
from simulator.network.requests import (
    flags_of,
    further_properties,
    location_of,
    properties_of,
    remote_id_of,
    space_of,
    subnet_of,
    subnets_of,
    tags_of,
)
from simulator.network.resources import NETWORK, Peering, Subnet, Vnet, VnetKey
from simulator.operation_urls import check_signature, operation_url
from simulator.routing import Call, Routes
from simulator.world import Group, World

_SUBSCRIPTION = "/subscriptions/{sub}"
_GROUP = _SUBSCRIPTION + "/resourcegroups/{group}"
_PROVIDER = "/providers/microsoft.network"
_VNET = _GROUP + _PROVIDER + "/virtualnetworks/{vnet}"
# Recorded on networks since 2020 and on peerings by 2023.
_NOTIFIES_SINCE = "2020-01-01"
_PEERINGS_NOTIFY_SINCE = "2022-01-01"


class NetworkRoutes:
    """Handlers over one world."""

    def __init__(self, world: World, *, page_size: int) -> None:
        self._world = world
        self._page_size = page_size

    def add_to(self, routes: Routes) -> None:
        for scope in (_SUBSCRIPTION, _GROUP):
            routes.add(scope + _PROVIDER + "/virtualnetworks", "vnets", GET=self._list_vnets)
        routes.add(
            _VNET,
            "vnet",
            GET=self._get_vnet,
            PUT=self._put_vnet,
            PATCH=self._patch_vnet,
            DELETE=self._delete_vnet,
        )
        routes.add(_VNET + "/virtualnetworkpeerings", "peerings", GET=self._list_peerings)
        routes.add(
            _VNET + "/virtualnetworkpeerings/{peering}",
            "peering",
            GET=self._get_peering,
            PUT=self._put_peering,
            DELETE=self._delete_peering,
        )
        routes.add(_VNET + "/subnets", "subnets", GET=self._list_subnets)
        routes.add(
            _VNET + "/subnets/{subnet}",
            "subnet",
            GET=self._get_subnet,
            PUT=self._put_subnet,
            DELETE=self._delete_subnet,
        )
        for kind in ATTACHED_TYPES:
            routes.add(f"{_GROUP}{_PROVIDER}/(?P<kind>{kind})", kind, GET=self._list_attached)
            routes.add(
                f"{_GROUP}{_PROVIDER}/(?P<kind>{kind})/{{name}}",
                kind,
                GET=self._get_attached,
                PUT=self._put_attached,
                DELETE=self._delete_attached,
            )
        operations = _SUBSCRIPTION + _PROVIDER + "/locations/{location}"
        routes.add(operations + "/operations/{operation}", "operation", GET=self._poll)
        routes.add(operations + "/operationresults/{operation}", "operation", GET=self._result)

    # --- virtual networks -------------------------------------------------------------------------

    def _list_vnets(self, call: Call) -> Response:
        group = call.parts.get("group")
        if group is not None:
            self._world.group(call["sub"], group)
        found = [
            vnet
            for key, vnet in self._world.estate.vnets.items()
            if key.subscription == call["sub"].lower() and (group is None or key.group == group.lower())
        ]
        return self._page(call, found)

    def _page(self, call: Call, vnets: list[Vnet]) -> Response:
        """One page; where the next begins is told by the last network of this one, so that a network that
        comes or goes meanwhile neither doubles nor hides another."""
        ordered = sorted(vnets, key=lambda vnet: vnet.key)
        after = call.request.query.get("$skiptoken")
        if after is not None:
            start = VnetKey.of(*(bytes.fromhex(after).decode().split("/")))
            ordered = [vnet for vnet in ordered if vnet.key > start]
        page = ordered[: self._page_size]
        body: dict[str, Any] = {"value": [self._vnet_body(vnet, call) for vnet in page]}
        if len(ordered) > len(page):
            token = "/".join(page[-1].key).encode().hex()
            body["nextLink"] = (
                f"{call.request.base}{call.request.path}?api-version={call.api_version}&$skiptoken={token}"
            )
        return json_response(200, body)

    def _get_vnet(self, call: Call) -> Response:
        vnet = self._vnet(call)
        return json_response(200, self._vnet_body(vnet, call), {"ETag": etag_text(vnet.etag)})

    def _put_vnet(self, call: Call) -> Response:
        group = self._world.group_to_write(call["sub"], call["group"])
        body = _body(call)
        properties = properties_of(body)
        self._check_etag(call, self._world.estate.vnets.get(_key(call)))
        written = self._world.put_vnet(
            group,
            call["vnet"],
            location=location_of(body),
            space=space_of(properties),
            tags=tags_of(body),
            properties=further_properties(properties),
            subnets=subnets_of(properties),
            api_version=call.api_version,
            late_failure=call.late_failure,
        )
        return self._accepted(
            call,
            201 if written.created else 200,
            written.operation,
            self._world.retry_after.network_write,
            self._vnet_body(written.resource, call),
        )

    def _patch_vnet(self, call: Call) -> Response:
        vnet = self._vnet(call)
        self._world.put_tags(vnet, tags_of(_body(call)) or {})
        return json_response(200, self._vnet_body(vnet, call))

    def _delete_vnet(self, call: Call) -> Response:
        self._world.group_to_write(call["sub"], call["group"])
        vnet = self._world.estate.vnets.get(_key(call))
        if vnet is None:
            return Response(status=204)
        return self._accepted(
            call,
            202,
            self._world.delete_vnet(vnet, late_failure=call.late_failure),
            self._world.retry_after.delete,
            None,
        )

    # --- peerings ---------------------------------------------------------------------------------

    def _list_peerings(self, call: Call) -> Response:
        vnet = self._vnet(call)
        bodies = [
            peering_body(self._world.estate, vnet, half, call.api_version) for half in vnet.peerings.values()
        ]
        return json_response(200, {"value": bodies})

    def _get_peering(self, call: Call) -> Response:
        vnet = self._vnet(call)
        half = self._half(call, vnet)
        if half is None:
            raise refusals.peering_not_found(vnet.peering_id(call["peering"]))
        body = peering_body(self._world.estate, vnet, half, call.api_version)
        return json_response(200, body, {"ETag": etag_text(vnet.etag)})

    def _put_peering(self, call: Call) -> Response:
        self._world.group_to_write(call["sub"], call["group"])
        vnet = self._vnet(call)
        properties = properties_of(_body(call))
        self._check_etag(call, vnet)
        written = self._world.put_peering(
            vnet,
            call["peering"],
            remote_id_of(properties),
            flags_of(properties),
            sync=call.request.query.get("syncremoteaddressspace", "").lower() == "true",
            late_failure=call.late_failure,
        )
        return self._accepted(
            call,
            201 if written.created else 200,
            written.operation,
            self._world.retry_after.peering_write,
            peering_body(written.estate, written.vnet, written.resource, call.api_version),
        )

    def _delete_peering(self, call: Call) -> Response:
        self._world.group_to_write(call["sub"], call["group"])
        vnet = self._vnet(call)
        half = self._half(call, vnet)
        if half is None:
            return Response(status=204)
        operation = self._world.delete_peering(vnet, half, late_failure=call.late_failure)
        return self._accepted(call, 202, operation, self._world.retry_after.delete, None)

    # --- subnets ----------------------------------------------------------------------------------

    def _list_subnets(self, call: Call) -> Response:
        vnet = self._vnet(call)
        return json_response(
            200, {"value": [subnet_body(vnet, subnet, call.api_version) for subnet in vnet.subnets.values()]}
        )

    def _get_subnet(self, call: Call) -> Response:
        vnet = self._vnet(call)
        subnet = self._subnet(call, vnet)
        if subnet is None:
            raise refusals.peering_not_found(vnet.subnet_id(call["subnet"]))
        return json_response(200, subnet_body(vnet, subnet, call.api_version), {"ETag": etag_text(vnet.etag)})

    def _put_subnet(self, call: Call) -> Response:
        self._world.group_to_write(call["sub"], call["group"])
        vnet = self._vnet(call)
        written = self._world.put_subnet(vnet, subnet_of(call["subnet"], _body(call)))
        return self._accepted(
            call,
            201 if written.created else 200,
            written.operation,
            self._world.retry_after.network_write,
            subnet_body(vnet, written.resource, call.api_version),
        )

    def _delete_subnet(self, call: Call) -> Response:
        self._world.group_to_write(call["sub"], call["group"])
        vnet = self._vnet(call)
        subnet = self._subnet(call, vnet)
        if subnet is None:
            return Response(status=204)
        operation = self._world.delete_subnet(vnet, subnet)
        return self._accepted(call, 202, operation, self._world.retry_after.delete, None)

    # --- gateways and public addresses ------------------------------------------------------------

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
        group: Group = self._world.group_to_write(call["sub"], call["group"])
        body = _body(call)
        location_of(body)
        written = self._world.put_attached(group, ATTACHED_TYPES[call["kind"].lower()], call["name"], body)
        return self._accepted(
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
        return self._accepted(call, 202, operation, self._world.retry_after.delete, None)

    # --- operations -------------------------------------------------------------------------------

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

    def _accepted(
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

    # --- finding ----------------------------------------------------------------------------------

    def _vnet(self, call: Call) -> Vnet:
        return self._world.vnet(call["sub"], call["group"], call["vnet"])

    def _half(self, call: Call, vnet: Vnet) -> Peering | None:
        return vnet.peerings.get(call["peering"].lower())

    def _subnet(self, call: Call, vnet: Vnet) -> Subnet | None:
        return vnet.subnets.get(call["subnet"].lower())

    def _attached(self, call: Call) -> Attached | None:
        sub, group, kind, name = (call[part].lower() for part in ("sub", "group", "kind", "name"))
        return self._world.attached.get(AttachedKey(sub, group, kind, name))

    def _vnet_body(self, vnet: Vnet, call: Call) -> dict[str, Any]:
        return vnet_body(self._world.estate, vnet, call.api_version)

    def _check_etag(self, call: Call, vnet: Vnet | None) -> None:
        wanted = call.request.headers.get("if-match")
        if wanted is not None and wanted != "*" and (vnet is None or wanted != etag_text(vnet.etag)):
            raise refusals.etag_mismatch(vnet.id if vnet else call.request.path)


def _key(call: Call) -> VnetKey:
    return VnetKey.of(call["sub"], call["group"], call["vnet"])


def _body(call: Call) -> dict[str, Any]:
    body = json_object(call.request.body)
    if body is None:
        raise errors.gateway_error(400, "InvalidRequestContent", "The request content is not a JSON object.")
    return body
