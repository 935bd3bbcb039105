"""A simulated Azure in this process with Microsoft's SDK as its client, in simulated time."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from azure.core.exceptions import HttpResponseError
from azure.mgmt.network.aio import NetworkManagementClient
from azure.mgmt.network.models import VirtualNetwork, VirtualNetworkPeering

from simulator.azure import Azure
from simulator.eventgrid.post import Post
from simulator.http import Request
from simulator.transport import installed
from tests.clouds import ELSEWHERE, SUBSCRIPTION, AnyToken
from tests.signed_in import nobody

ENDPOINT = "https://management.azure.com"
VERSION = "2026-03-01"


def group_path(group: str = "rg", subscription: str = SUBSCRIPTION) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{group}"


def vnet_path(name: str, group: str = "rg", subscription: str = SUBSCRIPTION) -> str:
    return f"{group_path(group, subscription)}/providers/Microsoft.Network/virtualNetworks/{name}"


def peering_path(local: str, name: str) -> str:
    return f"{vnet_path(local)}/virtualNetworkPeerings/{name}"


def to(remote: str, subscription: str = SUBSCRIPTION, **properties: object) -> Any:
    """The body of a peering; flags in Azure's spelling."""
    return {
        "properties": {"remoteVirtualNetwork": {"id": vnet_path(remote, subscription=subscription)}}
        | properties
    }


class Sdk:
    """Short words for what a client does; everything is named after the networks it lies between."""

    def __init__(self, azure: Azure, clients: Mapping[str, NetworkManagementClient]) -> None:
        self.azure, self.world, self.faults = azure, azure.world, azure.arm.faults
        self._clients = clients
        self.client = clients[SUBSCRIPTION]

    async def raw(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        version: str = VERSION,
        headers: Mapping[str, str] | None = None,
        **query: str,
    ) -> tuple[int, Mapping[str, str], Any]:
        """(status, headers, body) of one request, as HTTP has it."""
        url = path if path.startswith("http") else ENDPOINT + path
        if "?" not in url:
            url += "?" + "&".join(
                f"{name}={value}" for name, value in ({"api-version": version} | query).items()
            )
        response = await self.azure.handle(
            Request(
                method=method,
                url=url,
                headers={"authorization": "Bearer any", **(headers or {})},
                body=b"" if body is None else json.dumps(body).encode(),
            )
        )
        return response.status, response.headers, json.loads(response.body) if response.body else None

    async def group(self, name: str = "rg", subscription: str = SUBSCRIPTION) -> None:
        await self.raw("PUT", group_path(name, subscription), {"location": "westeurope"})

    async def vnet(
        self,
        name: str,
        *prefixes: str,
        subscription: str = SUBSCRIPTION,
        location: str = "westeurope",
        **properties: object,
    ) -> VirtualNetwork:
        body: Any = {
            "location": location,
            "properties": {"addressSpace": {"addressPrefixes": list(prefixes)}} | properties,
        }
        poller = await self._clients[subscription].virtual_networks.begin_create_or_update("rg", name, body)
        return await poller.result()

    async def delete_vnet(self, name: str) -> None:
        await (await self.client.virtual_networks.begin_delete("rg", name)).result()

    async def peer(
        self,
        local: str,
        remote: str,
        *,
        name: str | None = None,
        subscription: str = SUBSCRIPTION,
        options: Mapping[str, Any] | None = None,
        **flags: object,
    ) -> VirtualNetworkPeering:
        """Writes the half on `local` that points to `remote`, and waits until it is done."""
        poller = await self.client.virtual_network_peerings.begin_create_or_update(
            "rg", local, name or f"{local}-{remote}", to(remote, subscription, **flags), **(options or {})
        )
        return await poller.result()

    async def unpeer(self, local: str, remote: str) -> None:
        await (
            await self.client.virtual_network_peerings.begin_delete("rg", local, f"{local}-{remote}")
        ).result()

    async def half(self, local: str, remote: str) -> VirtualNetworkPeering:
        return await self.client.virtual_network_peerings.get("rg", local, f"{local}-{remote}")

    async def states(self) -> tuple[str | None, ...]:
        """Of a's half and b's half, None for a missing one."""
        found: list[str | None] = []
        for local, remote in ("ab", "ba"):
            try:
                found.append((await self.half(local, remote)).peering_state)
            except HttpResponseError as error:
                code = error.error and error.error.code
                assert code in ("NotFound", "ResourceNotFound")
                found.append(None)
        return tuple(found)

    async def gateway(self, vnet: str, name: str = "gateway") -> None:
        subnet = f"{vnet_path(vnet)}/subnets/GatewaySubnet"
        body: Any = {
            "location": "westeurope",
            "properties": {
                "ipConfigurations": [{"name": "default", "properties": {"subnet": {"id": subnet}}}]
            },
        }
        poller = await self.client.virtual_network_gateways.begin_create_or_update("rg", name, body)
        await poller.result()


@asynccontextmanager
async def sdk(*, retries: int = 0, post: Post = nobody, **options: Any) -> AsyncIterator[Sdk]:
    """Networks a (10.0.0.0/16) and b (10.1.0.0/16) in the group rg, and a client that retries so often."""
    azure = Azure(post=post, **options)
    with installed(azure.handle):
        clients = {
            one: NetworkManagementClient(AnyToken(), one, retry_total=retries)
            for one in (SUBSCRIPTION, ELSEWHERE)
        }
        cloud = Sdk(azure, clients)
        await cloud.group()
        await cloud.vnet("a", "10.0.0.0/16")
        await cloud.vnet("b", "10.1.0.0/16")
        try:
            yield cloud
        finally:
            for client in clients.values():
                await client.close()
            await azure.aclose()
