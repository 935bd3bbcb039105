"""What a team does in Azure, and what must become of its peerings."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.azure_client import AzureClient
from demo.processes import DemoError, timer_runs
from demo.table import topology_table

HUB_LOCATION = "swedencentral"
TIMER_SECONDS = 10
"""Real seconds between runs of the timer."""

_STEP_SECONDS = 60.0
_POLL_SECONDS = 0.1
_HEALTHY = {"peeringState": "Connected", "peeringSyncLevel": "FullyInSync", "provisioningState": "Succeeded"}

type Halves = Mapping[tuple[str, str], Mapping[str, Any]]
"""Properties of each half of each pair, by names of its network and of itself."""


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


async def play(azure: AzureClient, app_log: Path) -> None:
    await _Story(azure, app_log).play()


@dataclass(frozen=True, slots=True)
class _Story:
    azure: AzureClient
    app_log: Path

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
            f"both halves of {HUB.name} <-> {spoke.name} are Connected and FullyInSync",
            lambda halves: all(_is_healthy(halves.get(half)) for half in _pair(spoke)),
        )
        await self._say(f"{HUB.name} <-> {spoke.name}: both halves Connected, FullyInSync{how}")

    async def _a_spoke_goes_and_comes_back(self) -> None:
        await self.azure.delete_vnet(EU.group, EU.name)
        await self._say(f"the team deletes {EU.name}")
        hub_half, _ = _pair(EU)
        await self._until(f"the leftover {hub_half[1]} is removed", lambda halves: hub_half not in halves)
        await self._say(f"the hub's leftover {hub_half[1]} is removed")
        await self._create(EU)
        await self._connected(EU)

    async def _an_event_is_lost(self) -> None:
        await self.azure.lose_events("all")
        await self._say("Event Grid loses every event from now on")
        hub_half, spoke_half = _pair(US)
        delivered = await self._deliveries_ended()
        await self._between_timer_runs()
        await self.azure.delete_peering(US.group, US.name, spoke_half[1])
        state = _halves(await self.azure.list_vnets()).get(hub_half, {}).get("peeringState")
        await self._say(f"the team deletes {spoke_half[1]} by mistake")
        await self._say(f"{hub_half[1]} is {state}, and no event tells the app")
        await self._connected(US, ", repaired by the timer")
        if await self._deliveries_ended() != delivered:
            raise DemoError("an event reached the app although Event Grid was to lose every one")
        await self.azure.lose_events("none")
        await self._say("Event Grid loses nothing any more")

    async def _everything_is_whole(self) -> None:
        wanted = {half for spoke in (EU, US) for half in _pair(spoke)}
        await self._until(
            "there are two pairs of healthy peerings and no others",
            lambda halves: halves.keys() == wanted and all(map(_is_healthy, halves.values())),
        )
        await self._say("the topology as Azure lists it:")
        print(f"\n{topology_table(await self.azure.list_vnets())}\n", flush=True)

    async def _deliveries_ended(self) -> int:
        """Waits until no event is on its way, so that no run for one goes on; returns how many were delivered."""
        deadline = time.monotonic() + _STEP_SECONDS
        while True:
            events = await self.azure.event_counters()
            ended = ("delivered", "lost", "dead_lettered", "dropped")
            if events["matched"] + events["duplicated"] == sum(events[name] for name in ended):
                return events["delivered"]
            if time.monotonic() > deadline:
                raise DemoError(f"Event Grid still delivers after {_STEP_SECONDS:.0f} s: {events}")
            await asyncio.sleep(_POLL_SECONDS)

    async def _between_timer_runs(self) -> None:
        """No run goes on and none is near, so that the break is seen before one mends it.

        A computer too slow for that shows less of the break, and the story still holds.
        """
        deadline = time.monotonic() + _STEP_SECONDS
        _, ended_before = timer_runs(self.app_log)
        while time.monotonic() < deadline:
            begun, ended = timer_runs(self.app_log)
            if begun == ended > ended_before and time.time() % TIMER_SECONDS < TIMER_SECONDS / 2:
                return
            await asyncio.sleep(_POLL_SECONDS)

    async def _until(self, fact: str, holds: Callable[[Halves], bool]) -> None:
        deadline = time.monotonic() + _STEP_SECONDS
        while not holds(halves := _halves(await self.azure.list_vnets())):
            if time.monotonic() > deadline:
                raise DemoError(f"not so within {_STEP_SECONDS:.0f} s: {fact}; found {_summary(halves)}")
            await asyncio.sleep(_POLL_SECONDS)

    async def _say(self, fact: str) -> None:
        minutes, seconds = divmod(int(await self.azure.simulated_seconds()), 60)
        hours, minutes = divmod(minutes, 60)
        print(f"+{hours:02}:{minutes:02}:{seconds:02}  {fact}", flush=True)


def _pair(spoke: Network) -> tuple[tuple[str, str], tuple[str, str]]:
    """The hub's half and the spoke's."""
    return (
        (HUB.name, f"peer-{HUB.name}-{spoke.name}"),
        (spoke.name, f"peer-{spoke.name}-{HUB.name}"),
    )


def _halves(vnets: list[dict[str, Any]]) -> Halves:
    return {
        (vnet["name"], peering["name"]): peering["properties"]
        for vnet in vnets
        for peering in vnet["properties"]["virtualNetworkPeerings"]
    }


def _is_healthy(properties: Mapping[str, Any] | None) -> bool:
    return properties is not None and _HEALTHY.items() <= properties.items()


def _summary(halves: Halves) -> str:
    return (
        ", ".join(
            f"{name} {'/'.join(str(properties.get(key)) for key in _HEALTHY)}"
            for (_, name), properties in sorted(halves.items())
        )
        or "no peerings"
    )
