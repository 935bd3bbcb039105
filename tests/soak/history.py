"""One history from one seed or script: Azure, Event Grid, the app and people in one process, on a simulated clock."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol
from unittest.mock import patch

import looptime

from devhost.host import FunctionHost
from shared import composition
from simulator.azure import IDENTITY_SECRET, TOKEN_PATH, Azure, network_events
from simulator.clock import Clock
from simulator.eventgrid.event import ResourceEvent
from simulator.eventgrid.faults import no_faults
from simulator.eventgrid.post import Answer
from simulator.eventgrid.subscription import EventSubscription
from simulator.network.estate import Estate, overlaps
from simulator.network.resources import PeeringState, Provisioning, SyncLevel, Vnet
from simulator.transport import Handle, installed
from simulator.trouble import Trouble, nothing_befalls
from tests.clouds import SUBSCRIPTION, Cloud, grant_what_is_deployed
from tests.soak.chance import Chance
from tests.soak.draw import Conditions
from tests.soak.instances import App, calling, outside
from tests.soak.meter import Meter
from tests.soak.people import FOREIGN, HUB, People
from tests.soak.watch import Watch

APP_FOLDER = Path(__file__).parent.parent.parent
WEBHOOK = "http://localhost:7071/runtime/webhooks/EventGrid?functionName=on_network_event"
ENDPOINT = "https://management.azure.com"
PERIOD_SECONDS = 300.0
MOST_HOURS_AFTER = 12
"""From the end of the trouble until the history's own: operations that take an hour, and the waits between, included."""
HUB_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-{HUB}/providers/Microsoft.Network/virtualNetworks/{HUB}"
)

type Tap = Callable[[Handle, Clock], Handle]
"""Makes what stands between the app and all else."""


@dataclass
class Verdict:
    """What became of a history, and what it was made of."""

    seed: int
    broken: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    simulated_hours: float = 0.0
    seconds_to_converge: float | None = None


def no_tap(handle: Handle, _: Clock) -> Handle:
    return handle


class Source(Protocol):
    """What a history is played from: a draw, or a script."""

    @property
    def conditions(self) -> Conditions: ...

    def chance(self, azure: Azure) -> Chance: ...


def play_alone(source: Source, tap: Tap = no_tap) -> Verdict:
    """Plays one history on an event loop of its own."""
    with asyncio.Runner(loop_factory=looptime.new_event_loop) as runner:
        return runner.run(play(source, tap))


async def play(source: Source, tap: Tap = no_tap) -> Verdict:
    conditions = source.conditions
    verdict = Verdict(seed=conditions.seed)
    apps: list[App] = []

    async def post(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        return await apps[0].receive(method, url, headers, body)

    azure = Azure(
        post=post,
        seed=conditions.seed,
        lock_mode=conditions.lock_mode,
        page_size=conditions.page_size,
        throttling=conditions.throttling,
    )
    azure.world.estate.answers = conditions.answers
    azure.arm.faults.language = conditions.language
    chance = source.chance(azure)
    azure.world.locks.refusal, azure.eventgrid.spread = chance.refusal, chance.spread
    cloud = Cloud.of(azure)
    watch = Watch(outside(azure.handle), azure.arm, FOREIGN)
    trouble = Trouble(handle=watch, on_crash=lambda: apps[0].crash())
    meter = Meter(trouble, azure.clock, calling)
    people = People(cloud, conditions.spokes, watch.created)
    settings = {
        "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
        "HUB_VNET_ID": HUB_ID,
        "IDENTITY_ENDPOINT": ENDPOINT + TOKEN_PATH,
        "IDENTITY_HEADER": IDENTITY_SECRET,
    }
    grant_what_is_deployed(azure.arm.access, settings)
    composition.forget()
    composition.seed(f"app {conditions.seed}")
    # Azure's time is the app's too: the clock on the wall would have the log tell how fast this machine is.
    with patch.object(composition, "_now", azure.clock.utc), installed(tap(meter, azure.clock)):
        async with FunctionHost.start(APP_FOLDER, settings, now=azure.clock.utc()) as host:
            apps.append(App(host))
            await azure.eventgrid.subscribe(
                replace(network_events(SUBSCRIPTION, WEBHOOK), schema=conditions.schema)
            )
            ticking = asyncio.create_task(_tick(apps[0]))
            try:
                async with asyncio.timeout((conditions.trouble_hours + MOST_HOURS_AFTER) * 3600):
                    await _live(chance, conditions.trouble_hours, azure, trouble, people, apps[0])
                    await _come_right(azure, cloud, watch, verdict)
            except TimeoutError:
                busy = [
                    each.target for each in azure.world.operations.values() if each.ends > azure.clock.now()
                ]
                verdict.broken.append(f"{MOST_HOURS_AFTER} h after the trouble it still writes: {busy}")
            finally:
                ticking.cancel()
                await azure.aclose()
                await apps[0].aclose()
                composition.forget()
    verdict.broken += apps[0].broken + watch.broken
    if not chance.hangs:  # what hangs for an hour is asked about for an hour
        verdict.broken += meter.check(apps[0].counts)
    verdict.broken += meter.broken
    verdict.simulated_hours = azure.clock.now() / 3600
    verdict.counts.update(apps[0].counts)
    verdict.counts.update({f"writes {how}": count for how, count in watch.writes.items()})
    verdict.counts.update({f"trouble: {kind}": count for kind, count in trouble.counts.items()})
    verdict.counts.update({f"people: {deed}": count for deed, count in people.counts.items()})
    verdict.counts["calls"] = sum(azure.arm.counters.requests.values())
    return verdict


async def _tick(app: App) -> None:
    while True:
        await asyncio.sleep(PERIOD_SECONDS)
        app.tick()


async def _live(
    chance: Chance, hours: float, azure: Azure, trouble: Trouble, people: People, app: App
) -> None:
    """The time in which anything may happen."""

    def fate(event: ResourceEvent, _subscription: EventSubscription) -> tuple[float, ...]:
        fate = chance.fate(event)
        if fate.recycled:
            app.recycle()
        return fate.delays

    await people.settle_in()
    trouble.befalls = chance.befalls
    azure.world.pace = chance.pace
    azure.eventgrid.fate = fate
    living = asyncio.create_task(people.go_about(chance.deeds(people)))
    await asyncio.sleep(hours * 3600)
    living.cancel()
    trouble.befalls = nothing_befalls
    azure.world.pace = lambda _kind, _target: 1.0
    azure.eventgrid.fate = no_faults
    while azure.world.is_busy():
        await asyncio.sleep(10)
    people.make_peace()
    await asyncio.sleep(10)


async def _come_right(azure: Azure, cloud: Cloud, watch: Watch, verdict: Verdict) -> None:
    """Within two periods of the timer, and what the writes need, everything is as wanted; then nothing is written."""
    started = azure.clock.now()
    spokes = sum(vnet.key.subscription == SUBSCRIPTION for vnet in azure.world.estate.vnets.values())
    allowed = 2 * PERIOD_SECONDS + spokes * 4 * azure.world.durations.paired_peering_write + 60
    while (missing := list(_missing(cloud))) and azure.clock.now() - started < allowed:
        await asyncio.sleep(5)
    verdict.broken += [f"not come right after {allowed:.0f} s: {what}" for what in missing]
    verdict.seconds_to_converge = azure.clock.now() - started
    while azure.world.is_busy():
        await asyncio.sleep(5)
    quiet = azure.clock.now()
    await asyncio.sleep(3 * PERIOD_SECONDS)
    if watch.last_write > quiet:
        verdict.broken.append("it goes on writing although everything is as wanted")
    verdict.broken += [f"gone wrong again: {what}" for what in _missing(cloud)]


def _missing(cloud: Cloud) -> Iterator[str]:
    """What is not as wanted."""
    estate = cloud.world.estate
    hub = cloud.find(HUB)
    for key, vnet in estate.vnets.items():
        if key.subscription != SUBSCRIPTION or vnet is hub or _is_taken(estate, hub, vnet):
            continue
        for local, remote in ((hub, vnet), (vnet, hub)):
            half = local.peering_to(remote.key)
            if half is None:
                yield f"{local.name} has no peering to {remote.name}"
            elif (half.state, half.provisioning) != (PeeringState.CONNECTED, Provisioning.SUCCEEDED):
                yield f"{half.name} is {half.state}, {half.provisioning}"
            elif estate.sync_level(local, half) is not SyncLevel.FULLY:
                yield f"{half.name} is {estate.sync_level(local, half)}"
            elif not half.flags.allow_forwarded_traffic or (
                local is hub and half.flags.allow_gateway_transit
            ):
                yield f"{half.name} has other options"
    for half in hub.peerings.values():
        if (
            half.remote.subscription == SUBSCRIPTION
            and half.remote not in estate.vnets
            and half.name.startswith("peer-")
        ):
            yield f"{half.name} is left over"


def _is_taken(estate: Estate, hub: Vnet, vnet: Vnet) -> bool:
    """Whether somebody else on the hub has addresses of this network."""
    return any(
        half.remote != vnet.key and overlaps(vnet.space, (*half.remote_space, *estate.remote_space_now(half)))
        for half in hub.peerings.values()
    )
