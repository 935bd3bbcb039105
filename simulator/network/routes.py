"""The network provider's REST surface: what each method and path does to the world."""

from typing import Any

from simulator.http import Response, json_response
from simulator.network import refusals
from simulator.network.bodies import etag_text, peering_body, subnet_body, vnet_body
from simulator.network.gateway_routes import GatewayRoutes
from simulator.network.operation_routes import OperationRoutes
from simulator.network.requests import (
    body_of,
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
from simulator.network.resources import Peering, Subnet, Vnet, VnetKey
from simulator.routing import Call, Routes
from simulator.world import World

_SUBSCRIPTION = "/subscriptions/{sub}"
_GROUP = _SUBSCRIPTION + "/resourcegroups/{group}"
_PROVIDER = "/providers/microsoft.network"
_VNET = _GROUP + _PROVIDER + "/virtualnetworks/{vnet}"


class NetworkRoutes:
    """Handlers over one world."""

    def __init__(self, world: World, *, page_size: int) -> None:
        self._world = world
        self._page_size = page_size
        self._operations = OperationRoutes(world)
        self._gateways = GatewayRoutes(world, self._operations)

    def add_to(self, routes: Routes) -> None:
        self._operations.add_to(routes)
        self._gateways.add_to(routes)
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
        body = body_of(call)
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
        return self._operations.accepted(
            call,
            201 if written.created else 200,
            written.operation,
            self._world.retry_after.network_write,
            self._vnet_body(written.resource, call),
        )

    def _patch_vnet(self, call: Call) -> Response:
        vnet = self._vnet(call)
        self._world.put_tags(vnet, tags_of(body_of(call)) or {})
        return json_response(200, self._vnet_body(vnet, call))

    def _delete_vnet(self, call: Call) -> Response:
        self._world.group_to_write(call["sub"], call["group"])
        vnet = self._world.estate.vnets.get(_key(call))
        if vnet is None:
            return Response(status=204)
        return self._operations.accepted(
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
        properties = properties_of(body_of(call))
        self._check_etag(call, vnet)
        written = self._world.put_peering(
            vnet,
            call["peering"],
            remote_id_of(properties),
            flags_of(properties),
            sync=call.request.query.get("syncremoteaddressspace", "").lower() == "true",
            late_failure=call.late_failure,
        )
        return self._operations.accepted(
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
        self._check_etag(call, vnet)
        operation = self._world.delete_peering(vnet, half, late_failure=call.late_failure)
        return self._operations.accepted(call, 202, operation, self._world.retry_after.delete, None)

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
        written = self._world.put_subnet(vnet, subnet_of(call["subnet"], body_of(call)))
        return self._operations.accepted(
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
        return self._operations.accepted(call, 202, operation, self._world.retry_after.delete, None)

    # --- finding ----------------------------------------------------------------------------------

    def _vnet(self, call: Call) -> Vnet:
        return self._world.vnet(call["sub"], call["group"], call["vnet"])

    def _half(self, call: Call, vnet: Vnet) -> Peering | None:
        return vnet.peerings.get(call["peering"].lower())

    def _subnet(self, call: Call, vnet: Vnet) -> Subnet | None:
        return vnet.subnets.get(call["subnet"].lower())

    def _vnet_body(self, vnet: Vnet, call: Call) -> dict[str, Any]:
        return vnet_body(self._world.estate, vnet, call.api_version)

    def _check_etag(self, call: Call, vnet: Vnet | None) -> None:
        wanted = call.request.headers.get("if-match")
        if wanted is not None and wanted != "*" and (vnet is None or wanted != etag_text(vnet.etag)):
            raise refusals.etag_mismatch(vnet.id if vnet else call.request.path)


def _key(call: Call) -> VnetKey:
    return VnetKey.of(call["sub"], call["group"], call["vnet"])
