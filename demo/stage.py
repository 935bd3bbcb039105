"""What every story does: a team acts in Azure, and the story goes on once its peerings are as they must be."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.azure_client import AzureClient
from demo.processes import DemoError
from demo.table import topology_table
from simulator.scenarios import SUBSCRIPTION

STEP_SECONDS = 60.0
POLL_SECONDS = 0.1
_HEALTHY = {"peeringState": "Connected", "peeringSyncLevel": "FullyInSync", "provisioningState": "Succeeded"}

type HalfKey = tuple[str, str]
"""Names of a half's network and of itself."""
type Halves = Mapping[HalfKey, Mapping[str, Any]]
"""Properties of each half of each pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    name: str
    location: str
    prefix: str
    subscription: str = SUBSCRIPTION

    @property
    def group(self) -> str:
        return self.name.replace("vnet-", "rg-", 1)


type Pair = tuple[Network, Network]


@dataclass(frozen=True, slots=True)
class Stage:
    azure: AzureClient
    app_log: Path
    """Of the first deployment."""

    async def create(self, network: Network) -> None:
        team = self.azure.within(network.subscription)
        await team.put_group(network.group, network.location)
        await team.put_vnet(network.group, network.name, network.location, network.prefix)
        await self.say(f"the team creates {network.name} ({network.location}, {network.prefix})")

    async def delete(self, network: Network) -> None:
        await self.azure.within(network.subscription).delete_vnet(network.group, network.name)
        await self.say(f"the team deletes {network.name}")

    async def delete_half(self, of: Network, to: Network) -> None:
        _, name = half(of, to)
        await self.azure.within(of.subscription).delete_peering(of.group, of.name, name)
        await self.say(f"the team deletes {name} by mistake")

    async def connected(self, hub: Network, other: Network, how: str = "") -> None:
        await self.until(
            f"both halves of {hub.name} <-> {other.name} are Connected and FullyInSync",
            lambda halves: all(is_healthy(halves.get(each)) for each in _pair(hub, other)),
        )
        await self.say(f"{hub.name} <-> {other.name}: both halves Connected, FullyInSync{how}")

    async def leftover_removed(self, hub: Network, spoke: Network) -> None:
        leftover = half(hub, spoke)
        await self.until(f"the leftover {leftover[1]} is removed", lambda halves: leftover not in halves)
        await self.say(f"the hub's leftover {leftover[1]} is removed")

    async def everything_is_whole(self, pairs: Sequence[Pair]) -> None:
        wanted = {each for pair in pairs for each in _pair(*pair)}
        await self.until(
            f"there are {len(pairs)} pairs of healthy peerings and no others",
            lambda halves: halves.keys() == wanted and all(map(is_healthy, halves.values())),
        )
        await self.say("the topology as Azure lists it:")
        print(f"\n{topology_table(await self.azure.list_vnets())}\n", flush=True)

    async def halves(self) -> Halves:
        return {
            (vnet["name"], peering["name"]): peering["properties"]
            for vnet in await self.azure.list_vnets()
            for peering in vnet["properties"]["virtualNetworkPeerings"]
        }

    async def until(self, fact: str, holds: Callable[[Halves], bool]) -> None:
        deadline = time.monotonic() + STEP_SECONDS
        while not holds(found := await self.halves()):
            if time.monotonic() > deadline:
                raise DemoError(f"not so within {STEP_SECONDS:.0f} s: {fact}; found {_summary(found)}")
            await asyncio.sleep(POLL_SECONDS)

    async def say(self, fact: str) -> None:
        minutes, seconds = divmod(int(await self.azure.simulated_seconds()), 60)
        hours, minutes = divmod(minutes, 60)
        print(f"+{hours:02}:{minutes:02}:{seconds:02}  {fact}", flush=True)


def half(of: Network, to: Network) -> HalfKey:
    return of.name, f"peer-{of.name}-{to.name}"


def _pair(hub: Network, other: Network) -> tuple[HalfKey, HalfKey]:
    return half(hub, other), half(other, hub)


def is_healthy(properties: Mapping[str, Any] | None) -> bool:
    return properties is not None and _HEALTHY.items() <= properties.items()


def _summary(halves: Halves) -> str:
    return (
        ", ".join(
            f"{name} {'/'.join(str(properties.get(key)) for key in _HEALTHY)}"
            for (_, name), properties in sorted(halves.items())
        )
        or "no peerings"
    )
