"""A hub that is told by its region alone, and others who make networks there."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from tests.clouds import EU, HUB, US
from tests.known.harness import deployment

RIVAL = "vnet-rival"


@asynccontextmanager
async def workshop(**tags):
    """The workshop, all peered, with the timer running."""
    async with deployment() as (_, cloud, host):
        timer = asyncio.create_task(host.run_timers())
        cloud.vnet(HUB, "swedencentral", "10.0.0.0/22", tags=tags or None)
        cloud.vnet(EU, "westeurope", "10.0.4.0/22")
        cloud.vnet(US, "eastus2", "10.0.8.0/22")
        await asyncio.sleep(60)
        assert cloud.is_whole(EU, US)
        yield cloud
        timer.cancel()


def make_rival(cloud, tags=None):
    cloud.vnet(RIVAL, "swedencentral", "10.66.0.0/24", tags=tags)


def peered_with(cloud, name):
    return {half.remote.name for half in cloud.find(name).peerings.values()}


async def is_repaired(cloud):
    cloud.delete_half(EU, HUB)
    await asyncio.sleep(400)
    return cloud.is_whole(EU)


def fails(reason):
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)


@fails("whoever may create a network in the hub's region becomes the hub of all spokes by one tag")
async def test_a_rival_that_tags_itself_hub_is_peered_with_no_spoke():
    async with workshop() as cloud:
        make_rival(cloud, {"peering-role": "hub"})
        await asyncio.sleep(90)

        assert peered_with(cloud, RIVAL) & {EU, US} == set()


@fails(
    "once a rival has tagged itself hub, newcomers are peered with it and not with the hub that has the pairs"
)
async def test_beside_a_rival_a_newcomer_goes_to_the_hub_that_has_the_pairs():
    async with workshop() as cloud:
        make_rival(cloud, {"peering-role": "hub"})
        await asyncio.sleep(60)
        cloud.vnet("newcomer", "westeurope", "10.0.12.0/24")
        await asyncio.sleep(60)

        assert peered_with(cloud, "newcomer") == {HUB}


@pytest.mark.parametrize(
    ("hub_tags", "rival_tags"),
    [
        pytest.param({}, {"peering-role": "hub"}, id="rival tagged"),
        pytest.param({"peering-role": "hub"}, {"peering-role": "hub"}, id="both tagged"),
        pytest.param({}, None, id="neither tagged"),
    ],
)
@fails("a second network that fits keeps the pairs of the real hub from being repaired")
async def test_beside_a_rival_the_pairs_of_the_hub_are_repaired(hub_tags, rival_tags):
    async with workshop(**hub_tags) as cloud:
        make_rival(cloud, rival_tags)
        await asyncio.sleep(60)

        assert await is_repaired(cloud)


async def test_a_rival_of_a_tagged_hub_is_peered_with_no_spoke():
    async with workshop(**{"peering-role": "hub"}) as cloud:
        make_rival(cloud, {"peering-role": "hub"})
        await asyncio.sleep(90)

        assert peered_with(cloud, RIVAL) & {EU, US} == set()
