"""A pass over an estate where nothing is to be done: requests and bytes, processor time and memory.

Processor time is held against the SDK's own listing of the same estate, and planning against `json.loads` of it.
"""

import json
import logging
import tracemalloc
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import process_time

from azure.mgmt.network.aio import NetworkManagementClient

from benchmarks.estates import HUB_ID, SETTINGS, Recorded, reconciler, settled_world
from shared.azure.json_bodies import vnet_of
from shared.config.settings import Settings
from shared.model.ids import VnetId
from shared.model.observed import ObservedNetworks
from shared.plan.hub_plan import make_plan
from simulator.transport import installed
from tests.clouds import SUBSCRIPTION, AnyToken

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    networks: int
    requests: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Processor seconds, each the least of several tries in turn, and the most memory a pass took at once."""

    networks: int
    one_pass: float
    sdk_listing: float
    planning: float
    parsing: float
    megabytes: float


async def look(networks: int) -> Settled:
    recorded = Recorded(settled_world(networks))
    logging.getLogger("interlinked").setLevel(logging.CRITICAL)
    with installed(recorded.handle):
        await reconciler().reconcile(None, budget_seconds=1500)
    return Settled(networks=networks, requests=recorded.requests, bytes=recorded.bytes)


async def costs(networks: int) -> Costs:
    recorded = Recorded(settled_world(networks))
    logging.getLogger("interlinked").setLevel(logging.CRITICAL)
    with installed(recorded.handle):
        app, client = reconciler(), NetworkManagementClient(AnyToken(), SUBSCRIPTION)

        async def one_pass() -> None:
            await app.reconcile(None, budget_seconds=1500)

        async def sdk_listing() -> None:
            _ = [body async for body in client.virtual_networks.list_all()]

        await one_pass()
        seen = [vnet_of(body) for page in recorded.listing() for body in json.loads(page)["value"]]
        topology, policy = ObservedNetworks.of(seen), Settings.from_environ(SETTINGS).policy
        hub = topology.vnets[VnetId.parse(HUB_ID)]
        spokes = [vnet.id for vnet in seen if vnet.id != hub.id]

        async def planning() -> None:
            make_plan(hub, spokes, topology, policy)

        async def parsing() -> None:
            for page in recorded.listing():
                json.loads(page)

        taken = await _least(one_pass, sdk_listing, planning, parsing)
        await client.close()
        return Costs(
            networks=networks,
            one_pass=taken[0],
            sdk_listing=taken[1],
            planning=taken[2],
            parsing=taken[3],
            megabytes=await _megabytes(one_pass),
        )


async def _least(*works: Callable[[], Awaitable[None]]) -> list[float]:
    """All in turn, so that whatever else the machine does meets all alike."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(_TRIES):
        for number, work in enumerate(works):
            started = process_time()
            await work()
            taken[number].append(process_time() - started)
    return [min(each) for each in taken]


async def _megabytes(work: Callable[[], Awaitable[None]]) -> float:
    tracemalloc.start()
    await work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6
