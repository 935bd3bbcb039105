"""JSON that the app writes, from stories in the simulated Azure that bring forth all its forms."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

import looptime

from devhost.exchange import Request
from simulator.errors import gateway_error
from tests.cli.shell import Shell
from tests.clouds import EU, SUBSCRIPTION, US, Cloud
from tests.stories.test_triggers import deployment

_HUBS = "hubs:\n  - {name: hub, location: swedencentral}\n"
_CLOSED = _HUBS + "changeWindows: [{days: [sunday], start: '22:00', end: '23:00'}]"
_LIMITED = _HUBS + "limits: {changes: 1}"
_NETWORKS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks"
_UNREADABLE = _HUBS + f"  - {{name: hidden, id: {_NETWORKS}/hidden}}\ndefaultHub: hub"


def plans() -> list[dict[str, Any]]:
    return _in_simulated_time(_plans())


async def _plans() -> list[dict[str, Any]]:
    """Halves to create, to change and to delete, what waits for a window, and what needs a person,
    with advice and without."""
    cloud = Cloud()
    await cloud.workshop()
    await Shell(cloud)("apply")
    cloud.world.delete_vnet(cloud.find(EU))
    cloud.vnet("new", "northeurope", "10.0.16.0/22")
    cloud.vnet("clash", "westeurope", "10.0.2.0/24")
    cloud.vnet(US, "eastus2", "10.0.8.0/22", "10.0.12.0/22")
    await asyncio.sleep(11)
    shells = (
        Shell(cloud),
        Shell(cloud, HUB_LOCATION="", TOPOLOGY=_CLOSED, HUB_PEERING_OPTIONS="allowForwardedTraffic=false"),
        Shell(cloud, HUB_LOCATION="", TOPOLOGY=_LIMITED),
        Shell(cloud, HUB_LOCATION="", TOPOLOGY=_UNREADABLE),
    )
    cloud.arm.faults.refuse("GET", "/hidden", gateway_error(403, "SomethingNew", "not you"))
    return [json.loads((await shell("plan", "--output", "json")).out) for shell in shells]


def answers() -> list[dict[str, Any]]:
    return _in_simulated_time(_answers())


async def _answers() -> list[dict[str, Any]]:
    """Of health, where it is well and where it is not, with advice and without, and of a route that cannot answer."""
    async with deployment() as (_, cloud, host):
        without_a_hub = await host.handle(_get("health"))
        refused = await host.handle(_get("status?format=none"))
        await cloud.workshop()
        await asyncio.sleep(60)
        well = await host.handle(_get("health"))
        await asyncio.sleep(3600)
        without_a_timer = await host.handle(_get("health"))
    return [json.loads(answer.body) for answer in (without_a_hub, refused, well, without_a_timer)]


def _get(path: str) -> Request:
    return Request(method="GET", url=f"http://localhost:7071/api/{path}")


def _in_simulated_time[T](story: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=looptime.new_event_loop) as runner:
        return runner.run(story)
