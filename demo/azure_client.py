"""Azure's REST API as a team would call it, plus the simulator's own controls."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiohttp

from demo.processes import DemoError, Simulator

_NETWORK_VERSION = "2024-05-01"
_GROUP_VERSION = "2021-04-01"
_SUBSCRIPTION_VERSION = "2022-12-01"
_POLL_SECONDS = 0.1
"""Azure's Retry-After is meant for its own pace; the demo's time runs many times faster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureClient:
    endpoint: str
    subscription: str
    http: aiohttp.ClientSession

    @classmethod
    @asynccontextmanager
    async def connect(cls, azure: Simulator) -> AsyncIterator["AzureClient"]:
        trust = ssl.create_default_context(cafile=str(azure.ca_file))
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trust),
            headers={"Authorization": "Bearer anything"},
            timeout=aiohttp.ClientTimeout(total=30),
        ) as http:
            yield cls(
                endpoint=azure.endpoint, subscription=azure.settings["AZURE_SUBSCRIPTION_ID"], http=http
            )

    def within(self, subscription: str) -> "AzureClient":
        """The same client, for groups and networks of another subscription."""
        return replace(self, subscription=subscription)

    async def put_group(self, name: str, location: str) -> None:
        await self._write("PUT", self._group_url(name), _GROUP_VERSION, {"location": location})

    async def put_vnet(self, group: str, name: str, location: str, prefix: str) -> None:
        body = {"location": location, "properties": {"addressSpace": {"addressPrefixes": [prefix]}}}
        await self._write("PUT", self._vnet_url(group, name), _NETWORK_VERSION, body)

    async def delete_vnet(self, group: str, name: str) -> None:
        await self._write("DELETE", self._vnet_url(group, name), _NETWORK_VERSION)

    async def delete_peering(self, group: str, vnet: str, name: str) -> None:
        url = f"{self._vnet_url(group, vnet)}/virtualNetworkPeerings/{name}"
        await self._write("DELETE", url, _NETWORK_VERSION)

    async def set_option(self, group: str, vnet: str, name: str, option: str, *, to: bool) -> None:
        """Changes one option of a peering, and writes the rest of it as it is."""
        url = f"{self._vnet_url(group, vnet)}/virtualNetworkPeerings/{name}"
        half, _ = await self._request("GET", f"{url}?api-version={_NETWORK_VERSION}")
        half["properties"][option] = to
        await self._write("PUT", url, _NETWORK_VERSION, half)

    async def list_vnets(self) -> list[dict[str, Any]]:
        """All networks of all subscriptions, each with its halves of peerings."""
        subscriptions = await self._list("/subscriptions", _SUBSCRIPTION_VERSION)
        return [
            vnet
            for each in subscriptions
            for vnet in await self._list(
                f"{each['id']}/providers/Microsoft.Network/virtualNetworks", _NETWORK_VERSION
            )
        ]

    async def _list(self, path: str, version: str) -> list[dict[str, Any]]:
        url: str | None = f"{self.endpoint}{path}?api-version={version}"
        found: list[dict[str, Any]] = []
        while url:
            page, _ = await self._request("GET", url)
            found += page["value"]
            url = page.get("nextLink")
        return found

    async def simulated_seconds(self) -> float:
        """Since the simulator started."""
        clock, _ = await self._request("GET", f"{self.endpoint}/simulator/clock")
        return float(clock["seconds"])

    async def lose_events(self, which: str) -> None:
        await self._request("PUT", f"{self.endpoint}/simulator/eventgrid", {"lose": which})

    async def event_counters(self) -> dict[str, int]:
        """What Event Grid has done since the simulator started."""
        counters, _ = await self._request("GET", f"{self.endpoint}/simulator/counters")
        return dict(counters["event_grid"])

    def _group_url(self, group: str) -> str:
        return f"{self.endpoint}/subscriptions/{self.subscription}/resourceGroups/{group}"

    def _vnet_url(self, group: str, vnet: str) -> str:
        return f"{self._group_url(group)}/providers/Microsoft.Network/virtualNetworks/{vnet}"

    async def _write(
        self, method: str, url: str, version: str, body: Mapping[str, object] | None = None
    ) -> None:
        """Returns when the operation has ended, not when it was accepted."""
        _, headers = await self._request(method, f"{url}?api-version={version}", body)
        operation = headers.get("Azure-AsyncOperation")
        while operation:
            state, _ = await self._request("GET", operation)
            match state.get("status"):
                case "Succeeded":
                    return
                case "Failed" | "Canceled":
                    raise DemoError(f"{method} {url} was accepted and then failed: {state.get('error')}")
            await asyncio.sleep(_POLL_SECONDS)

    async def _request(
        self, method: str, url: str, body: Mapping[str, object] | None = None
    ) -> tuple[Any, Mapping[str, str]]:
        try:
            async with self.http.request(method, url, json=body) as response:
                text = await response.text()
                if response.status >= 400:
                    raise DemoError(f"{method} {url} was answered with {response.status}: {text}")
                return (await response.json() if text else {}), response.headers
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DemoError(f"{method} {url} was not answered: {error or type(error).__name__}") from error
