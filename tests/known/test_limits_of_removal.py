"""How many Connected pairs go where all of them become unselected at once, with events delivered."""

import asyncio

import pytest

from tests.clouds import HUB
from tests.known.harness import BY_TAG, deployment, make_spokes, untag

COUNT = 24
MOST = 6
"""A quarter of the hub's pairs, which is less than ten."""


async def estate(cloud):
    cloud.vnet(HUB, "swedencentral", "10.0.0.0/24")
    await asyncio.sleep(5)
    spokes = make_spokes(cloud, COUNT)
    await asyncio.sleep(120)
    assert cloud.is_whole(*spokes)
    return spokes


def removed(cloud, spokes):
    return sum(cloud.half(HUB, spoke) is None for spoke in spokes)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="the events of our own deletions start full passes, each with the limits of a fresh run",
)
async def test_events_of_our_own_deletions_remove_no_more_than_one_run_may():
    async with deployment(HUB_LOCATION="", TOPOLOGY=BY_TAG) as (_, cloud, host):
        spokes = await estate(cloud)
        untag(cloud, spokes)
        await host.invoke("on_schedule")
        await asyncio.sleep(240)

        assert removed(cloud, spokes) <= MOST


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="each event of an unselected network removes its pair, so many events remove them all, and no limit is told",
)
async def test_events_of_many_unselected_networks_remove_no_more_than_one_run_may(caplog):
    caplog.set_level("INFO", logger="interlinked")
    async with deployment(HUB_LOCATION="", TOPOLOGY=BY_TAG) as (_, cloud, _host):
        spokes = await estate(cloud)
        for number, spoke in enumerate(spokes):
            cloud.vnet(spoke, "westeurope", f"10.1.{number}.0/24", tags={})
        await asyncio.sleep(120)

        assert removed(cloud, spokes) <= MOST


async def test_without_events_one_run_removes_what_it_may_and_tells_the_rest(caplog):
    caplog.set_level("INFO", logger="interlinked")
    async with deployment(HUB_LOCATION="", TOPOLOGY=BY_TAG) as (azure, cloud, host):
        spokes = await estate(cloud)
        untag(cloud, spokes)
        azure.losses.lose_all()
        await host.invoke("on_schedule")
        await asyncio.sleep(240)

        assert removed(cloud, spokes) == MOST
        assert "deletions-held-back" in caplog.text
