"""What a team does in Azure, and what must become of its peerings."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from demo.azure_client import AzureClient
from demo.processes import DemoError
from demo.table import topology_table

HUB_LOCATION = "swedencentral"
TIMER_SECONDS = 10
"""Real seconds between runs of the timer."""

_STEP_SECONDS = 60.0
_POLL_SECONDS = 0.1
_HEALTHY = {"peeringState": "Connected", "peeringSyncLevel": "FullyInSync", "provisioningState": "Succeeded"}

type Sides = Mapping[tuple[str, str], Mapping[str, Any]]
"""Properties of each side of a peering, by names of its network and of itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    name: str
    location: str
    prefix: str

    @property
    def group(self) -> str:
        return self.name.replace("vnet-", "rg-", 1)


HUB = Network(name="vnet-myteam-dev-hub", location=HUB_LOCATION, prefix="10.0.0.0/22")
EU = Network(name="vnet-myteam-dev-eu", location="westeurope", prefix="10.0.4.0/22")
US = Network(name="vnet-myteam-dev-us", location="eastus2", prefix="10.0.8.0/22")


async def play(azure: AzureClient) -> None:
    await _Story(azure).play()


@dataclass(frozen=True, slots=True)
class _Story:
    azure: AzureClient

    async def play(self) -> None:
        for network in (HUB, EU, US):
            await self._create(network)
        for spoke in (EU, US):
            await self._connected(spoke)
        await self._a_spoke_goes_and_comes_back()
        await self._an_event_is_lost()
        await self._everything_is_whole()

    async def _create(self, network: Network) -> None:
        await self.azure.put_group(network.group, network.location)
        await self.azure.put_vnet(network.group, network.name, network.location, network.prefix)
        await self._say(f"the team creates {network.name} ({network.location}, {network.prefix})")

    async def _connected(self, spoke: Network, how: str = "") -> None:
        await self._until(
            f"{HUB.name} and {spoke.name} are Connected and FullyInSync on both sides",
            lambda sides: all(_is_healthy(sides.get(side)) for side in _pair(spoke)),
        )
        await self._say(f"{HUB.name} <-> {spoke.name}: Connected, FullyInSync on both sides{how}")

    async def _a_spoke_goes_and_comes_back(self) -> None:
        await self.azure.delete_vnet(EU.group, EU.name)
        await self._say(f"the team deletes {EU.name}")
        hub_side, _ = _pair(EU)
        await self._until(f"the leftover {hub_side[1]} is removed", lambda sides: hub_side not in sides)
        await self._say(f"the hub's leftover {hub_side[1]} is removed")
        await self._create(EU)
        await self._connected(EU)

    async def _an_event_is_lost(self) -> None:
        await self.azure.lose_events("all")
        await self._say("Event Grid loses every event from now on")
        hub_side, spoke_side = _pair(US)
        await _right_after_a_timer_run()
        await self.azure.delete_peering(US.group, US.name, spoke_side[1])
        await self._say(f"the team deletes {spoke_side[1]} by mistake")
        await self._until(
            f"the loss of {spoke_side[1]} shows on the hub",
            lambda sides: (
                spoke_side not in sides and sides.get(hub_side, {}).get("peeringState") == "Disconnected"
            ),
        )
        await self._say(f"{hub_side[1]} is Disconnected, and no event tells the app")
        await self._connected(US, ", repaired by the timer")
        await self.azure.lose_events("none")
        await self._say("Event Grid loses nothing any more")

    async def _everything_is_whole(self) -> None:
        wanted = {side for spoke in (EU, US) for side in _pair(spoke)}
        await self._until(
            "there are two pairs of healthy peerings and no others",
            lambda sides: sides.keys() == wanted and all(map(_is_healthy, sides.values())),
        )
        await self._say("the topology as Azure lists it:")
        print(f"\n{topology_table(await self.azure.list_vnets())}\n", flush=True)

    async def _until(self, fact: str, holds: Callable[[Sides], bool]) -> None:
        deadline = time.monotonic() + _STEP_SECONDS
        while not holds(sides := _sides(await self.azure.list_vnets())):
            if time.monotonic() > deadline:
                raise DemoError(f"not so within {_STEP_SECONDS:.0f} s: {fact}; found {_summary(sides)}")
            await asyncio.sleep(_POLL_SECONDS)

    async def _say(self, fact: str) -> None:
        minutes, seconds = divmod(int(await self.azure.simulated_seconds()), 60)
        hours, minutes = divmod(minutes, 60)
        print(f"+{hours:02}:{minutes:02}:{seconds:02}  {fact}", flush=True)


async def _right_after_a_timer_run() -> None:
    """The break has to be seen before the next run mends it."""
    since_last_run = time.time() % TIMER_SECONDS
    if not 1 <= since_last_run <= TIMER_SECONDS / 2:
        await asyncio.sleep((1 - since_last_run) % TIMER_SECONDS)


def _pair(spoke: Network) -> tuple[tuple[str, str], tuple[str, str]]:
    """The hub's side and the spoke's."""
    return (
        (HUB.name, f"peer-{HUB.name}-{spoke.name}"),
        (spoke.name, f"peer-{spoke.name}-{HUB.name}"),
    )


def _sides(vnets: list[dict[str, Any]]) -> Sides:
    return {
        (vnet["name"], peering["name"]): peering["properties"]
        for vnet in vnets
        for peering in vnet["properties"]["virtualNetworkPeerings"]
    }


def _is_healthy(properties: Mapping[str, Any] | None) -> bool:
    return properties is not None and _HEALTHY.items() <= properties.items()


def _summary(sides: Sides) -> str:
    return (
        ", ".join(
            f"{name} {'/'.join(str(properties.get(key)) for key in _HEALTHY)}"
            for (_, name), properties in sorted(sides.items())
        )
        or "no peerings"
    )
