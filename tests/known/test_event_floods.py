"""Many events about nothing, through the real host."""

import asyncio
import json

import pytest

from tests.clouds import ELSEWHERE, EU, HUB, SUBSCRIPTION
from tests.known.harness import deployment, event_about, make_spokes

EVENT = "on_network_event"


def about(name, *, subscription=SUBSCRIPTION, group=None):
    groups = f"/subscriptions/{subscription}/resourceGroups/{group or f'rg-{name}'}"
    subject = f"{groups}/providers/Microsoft.Network/virtualNetworks/{name}"
    return json.dumps({"eventType": "Microsoft.Resources.ResourceWriteSuccess", "subject": subject})


ABOUT_THE_HUB = about(HUB)


@pytest.mark.parametrize(
    ("events", "most_reads"),
    [
        pytest.param([about("nowhere")], 10, id="a network that is not there"),
        pytest.param([about("spoke-01")], 4, id="a spoke with nothing due"),
        pytest.param([about("x", subscription=ELSEWHERE)], 0, id="another subscription"),
        pytest.param(["5", "null", "[]", '"x"', "{}", '{"id": 1e999}'], 0, id="no events"),
        pytest.param([ABOUT_THE_HUB] * 100, 10, id="the hub a hundred times at once"),
        pytest.param(
            [about(f"nowhere-{number}") for number in range(100)], 210, id="a hundred that are not there"
        ),
    ],
)
async def test_what_events_cost(events, most_reads):
    async with deployment() as (azure, cloud, host):
        azure.losses.lose_all()
        cloud.vnet(HUB, "swedencentral", "10.0.0.0/24")
        make_spokes(cloud, 3)
        await asyncio.sleep(5)
        await host.invoke("on_schedule")
        cloud.arm.counters.requests.clear()

        outcomes = await asyncio.gather(*(host.invoke(EVENT, text) for text in events))

        assert all(outcome.succeeded for outcome in outcomes)
        assert sum(cloud.arm.counters.requests.values()) <= most_reads


async def seconds_until_peered(flood):
    """For a new network behind so many events about networks that are not there."""
    async with deployment() as (_, cloud, host):
        timer = asyncio.create_task(host.run_timers())
        await cloud.workshop()
        await asyncio.sleep(40)
        events = [
            asyncio.create_task(host.invoke(EVENT, about(f"nowhere-{number}"))) for number in range(flood)
        ]
        await asyncio.sleep(0.05)
        loop = asyncio.get_running_loop()
        began = loop.time()
        cloud.vnet("real", "westeurope", "10.9.0.0/24")
        while not cloud.is_whole("real") and loop.time() < began + 120:
            await asyncio.sleep(0.5)
        await asyncio.gather(*events)
        timer.cancel()
        return loop.time() - began


@pytest.mark.parametrize(
    "flood",
    [
        0,
        50,
        pytest.param(
            200,
            marks=pytest.mark.xfail(
                strict=True,
                raises=AssertionError,
                reason="two hundred events about absent networks have a real one wait for the timer",
            ),
        ),
    ],
)
async def test_a_flood_about_nothing_delays_no_real_event_for_long(flood):
    assert await seconds_until_peered(flood) <= 60


async def test_an_event_in_upper_case_hides_no_real_one():
    async with deployment() as (azure, cloud, host):
        azure.losses.lose_all()
        await cloud.workshop()
        await host.invoke("on_schedule")
        cloud.delete_half(EU, HUB)
        await asyncio.sleep(15)
        disguised = about(EU, group=f"rg-{EU}".upper())

        await asyncio.gather(*(host.invoke(EVENT, text) for text in (disguised, event_about(cloud.find(EU)))))
        await asyncio.sleep(20)

        assert cloud.is_whole(EU)
