"""What people and groups do to networks on purpose, and the app in between."""

import asyncio
from collections import Counter

import pytest

from simulator.network.durations import Durations
from tests.clouds import EU, HUB, SUBSCRIPTION, US, Cloud
from tests.known.harness import counted, running


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="both halves of a pair that a person takes away, as to move the network, are put back within 15 seconds",
)
async def test_a_pair_that_a_person_takes_away_is_not_put_back_before_a_second_look():
    cloud = Cloud()
    await cloud.workshop()

    async with running(cloud, cloud.reconciler()):
        await asyncio.sleep(60)
        assert cloud.is_whole(EU)
        cloud.delete_half(EU, HUB)
        cloud.delete_half(HUB, EU)
        await asyncio.sleep(15)

        assert cloud.half(EU, HUB) is cloud.half(HUB, EU) is None


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="a network whose group is being deleted is written to, and refused, until the network itself is gone",
)
async def test_nothing_is_written_to_a_network_whose_group_is_being_deleted():
    cloud, writes = Cloud(durations=Durations(group_delete=600)), Counter()
    await cloud.workshop()

    async with running(cloud, cloud.reconciler(), handle=counted(writes, cloud.arm.handle)):
        await asyncio.sleep(60)
        assert cloud.is_whole(EU, US)
        writes.clear()
        cloud.world.delete_group(cloud.world.group(SUBSCRIPTION, f"rg-{EU}"))
        cloud.delete_half(EU, HUB)
        await asyncio.sleep(590)

    assert writes[EU] == 0


async def test_what_a_deleted_group_leaves_on_the_hub_goes():
    cloud = Cloud(durations=Durations(group_delete=600))
    await cloud.workshop()

    async with running(cloud, cloud.reconciler()):
        await asyncio.sleep(60)
        cloud.world.delete_group(cloud.world.group(SUBSCRIPTION, f"rg-{EU}"))
        cloud.delete_half(EU, HUB)
        await asyncio.sleep(960)

        assert cloud.half(HUB, EU) is None
        assert cloud.is_whole(US)
