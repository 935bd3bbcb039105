"""New spokes until they are Connected, in simulated time: how long, and how many requests."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import looptime

from benchmarks import least
from benchmarks.estates import SETTINGS, SPOKE_NAME, prefix, spoke_name
from devhost.exchange import Request
from devhost.host import FunctionHost
from shared import composition
from simulator.azure import IDENTITY_SECRET, TOKEN_PATH, Azure, network_events
from simulator.eventgrid.post import Answer
from simulator.network.locks import LockMode
from simulator.transport import installed
from tests.clouds import HUB, SUBSCRIPTION, Cloud

APP = Path(__file__).parent.parent
_WEBHOOK = "http://localhost:7071/runtime/webhooks/EventGrid?functionName=on_network_event"
_LONGEST_SECONDS = 24 * 3600.0
_ECHO_SECONDS = 30.0
"""After the last spoke: what its events still make the app ask."""


class Way(StrEnum):
    """How spokes come."""

    ONE_BY_ONE = "one by one, by events"
    AT_ONCE = "at once, by events"
    TIMER = "by the timer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboarding:
    """What one measurement came to."""

    way: Way
    mode: LockMode
    spokes: int
    middle: float
    """Median seconds from the network's being there to Connected on both sides."""
    worst: float
    least_middle: float
    least_worst: float
    writes: int
    reads: int
    least_reads: int
    refused: int

    @property
    def middle_ratio(self) -> float:
        return self.middle / self.least_middle

    @property
    def worst_ratio(self) -> float:
        return self.worst / self.least_worst

    @property
    def writes_ratio(self) -> float:
        return self.writes / least.writes(self.spokes)

    @property
    def reads_ratio(self) -> float:
        return self.reads / self.least_reads


def measure(way: Way, mode: LockMode, spokes: int) -> Onboarding:
    """Plays it on an event loop whose clock jumps."""
    with asyncio.Runner(loop_factory=looptime.new_event_loop) as runner:
        return runner.run(onboard(way, mode, spokes))


async def onboard(way: Way, mode: LockMode, spokes: int) -> Onboarding:
    names = [spoke_name(number) for number in range(1, spokes + 1)]
    async with _deployed(mode, listens=way is not Way.TIMER) as (azure, cloud, host):
        cloud.vnet(HUB, "swedencentral", prefix(0))
        await asyncio.sleep(azure.world.durations.vnet_write + 5)
        timers = asyncio.create_task(host.run_timers()) if way is not Way.TIMER else None
        azure.arm.counters.requests.clear()
        there: dict[str, float] = {}
        for number, name in enumerate(names, 1):
            cloud.vnet(name, "westeurope", prefix(number))
            there[name] = azure.clock.now() + azure.world.durations.vnet_write
            if way is Way.ONE_BY_ONE:
                await _until_whole(cloud, [name])
        if way is Way.TIMER:
            await asyncio.sleep(azure.world.durations.vnet_write + 1)
            there = dict.fromkeys(names, azure.clock.now())
            while not cloud.is_whole(*names):
                outcome = await host.invoke("on_schedule")
                assert outcome.succeeded, outcome.error
        else:
            await _until_whole(cloud, names)
            await asyncio.sleep(_ECHO_SECONDS)
        if timers:
            timers.cancel()
        connected = _connected_at(azure)
        took = [connected[name] - there[name] for name in names]
        return _result(way, mode, took, cloud)


@asynccontextmanager
async def _deployed(mode: LockMode, *, listens: bool) -> AsyncIterator[tuple[Azure, Cloud, FunctionHost]]:
    hosts: list[FunctionHost] = []

    async def post(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        lowered = {name.lower(): value for name, value in headers.items()}
        answer = await hosts[0].handle(Request(method=method, url=url, headers=lowered, body=body))
        return Answer(status=answer.status, headers=dict(answer.headers), body=answer.body)

    azure = Azure(post=post, lock_mode=mode, throttling=True)
    settings = SETTINGS | {
        "IDENTITY_ENDPOINT": f"https://management.azure.com{TOKEN_PATH}",
        "IDENTITY_HEADER": IDENTITY_SECRET,
    }
    composition.forget()
    logging.getLogger("interlinked").setLevel(logging.CRITICAL)
    with installed(azure.handle):
        async with FunctionHost.start(APP, settings, now=azure.clock.utc()) as host:
            hosts.append(host)
            if listens:
                await azure.eventgrid.subscribe(network_events(SUBSCRIPTION, _WEBHOOK))
            try:
                yield azure, Cloud.of(azure), host
            finally:
                await azure.aclose()
                composition.forget()


async def _until_whole(cloud: Cloud, names: list[str]) -> None:
    async with asyncio.timeout(_LONGEST_SECONDS):
        while not cloud.is_whole(*names):
            await asyncio.sleep(1)


def _connected_at(azure: Azure) -> dict[str, float]:
    """When the last successful write of either half ended, by the spoke's name."""
    ended: dict[str, float] = {}
    for operation in azure.world.operations.values():
        if operation.kind == "PutVirtualNetworkPeeringOperation" and operation.error is None:
            name = SPOKE_NAME.findall(operation.target)[-1]
            ended[name] = max(ended.get(name, 0.0), operation.ends)
    return ended


def _result(way: Way, mode: LockMode, took: list[float], cloud: Cloud) -> Onboarding:
    spokes = len(took)
    least_seconds = (least.seconds_alone if way is Way.ONE_BY_ONE else least.seconds_at_once)(spokes, mode)
    latency = 0.0 if way is Way.TIMER else least.EVENT_LATENCY_SECONDS
    middle, worst = least.middle_and_worst(took)
    least_middle, least_worst = least.middle_and_worst([seconds + latency for seconds in least_seconds])
    requests = cloud.arm.counters.requests
    return Onboarding(
        way=way,
        mode=mode,
        spokes=spokes,
        middle=middle,
        worst=worst,
        least_middle=least_middle,
        least_worst=least_worst,
        writes=sum(count for (method, _), count in requests.items() if method != "GET"),
        reads=sum(count for (method, _), count in requests.items() if method == "GET"),
        least_reads=least.reads_of_a_timer_run(spokes) if way is Way.TIMER else least.reads_of_events(spokes),
        refused=sum(cloud.arm.counters.writes_refused.values()),
    )
