"""A hub between two spokes, in one subscription."""

import asyncio
import time

from demo.processes import DemoError, timer_runs
from demo.stage import POLL_SECONDS, STEP_SECONDS, Network, Stage, half

HUB_LOCATION = "swedencentral"
TIMER_SECONDS = 10
"""Real seconds between runs of the timer, in every story."""

HUB = Network(name="vnet-myteam-dev-hub", location=HUB_LOCATION, prefix="10.0.0.0/22")
EU = Network(name="vnet-myteam-dev-eu", location="westeurope", prefix="10.0.4.0/22")
US = Network(name="vnet-myteam-dev-us", location="eastus2", prefix="10.0.8.0/22")


async def play(stage: Stage) -> None:
    for network in (HUB, EU, US):
        await stage.create(network)
    for spoke in (EU, US):
        await stage.connected(HUB, spoke)
    await stage.delete(EU)
    await stage.leftover_removed(HUB, EU)
    await stage.create(EU)
    await stage.connected(HUB, EU)
    await _an_event_is_lost(stage)
    await stage.everything_is_whole([(HUB, EU), (HUB, US)])


async def _an_event_is_lost(stage: Stage) -> None:
    await stage.azure.lose_events("all")
    await stage.say("Event Grid loses every event from now on")
    delivered = await _deliveries_ended(stage)
    await _between_timer_runs(stage)
    await stage.delete_half(US, HUB)
    hub_half = half(HUB, US)
    state = (await stage.halves()).get(hub_half, {}).get("peeringState")
    await stage.say(f"{hub_half[1]} is {state}, and no event tells the app")
    await stage.connected(HUB, US, ", repaired by the timer")
    if await _deliveries_ended(stage) != delivered:
        raise DemoError("an event reached the app although Event Grid was to lose every one")
    await stage.azure.lose_events("none")
    await stage.say("Event Grid loses nothing any more")


async def _deliveries_ended(stage: Stage) -> int:
    """Waits until no event is on its way, so that no run for one goes on; returns how many were delivered."""
    deadline = time.monotonic() + STEP_SECONDS
    while True:
        events = await stage.azure.event_counters()
        ended = ("delivered", "lost", "dead_lettered", "dropped")
        if events["matched"] + events["duplicated"] == sum(events[name] for name in ended):
            return events["delivered"]
        if time.monotonic() > deadline:
            raise DemoError(f"Event Grid still delivers after {STEP_SECONDS:.0f} s: {events}")
        await asyncio.sleep(POLL_SECONDS)


async def _between_timer_runs(stage: Stage) -> None:
    """No run goes on and none is near, so that the break is seen before one mends it.

    A computer too slow for that shows less of the break, and the story still holds.
    """
    deadline = time.monotonic() + STEP_SECONDS
    _, ended_before = timer_runs(stage.app_log)
    while time.monotonic() < deadline:
        begun, ended = timer_runs(stage.app_log)
        if begun == ended > ended_before and time.time() % TIMER_SECONDS < TIMER_SECONDS / 2:
            return
        await asyncio.sleep(POLL_SECONDS)
