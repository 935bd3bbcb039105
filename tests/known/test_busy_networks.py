"""Networks that take no peering for a long time."""

import asyncio
from collections import Counter

import pytest

from simulator import errors
from simulator.network import refusals
from simulator.network.locks import LockMode
from simulator.network.resources import Provisioning
from tests.clouds import EU, HUB, SUBSCRIPTION, US, Cloud
from tests.known.harness import counted, make_spokes, running, settled, until_more

MOST_REFUSED = 20
"""In the first hour, for one network that stays busy."""


def refused(cloud):
    return sum(cloud.arm.counters.writes_refused.values())


def keep_busy(cloud, name, seconds):
    """As while a gateway is being made in it."""
    operation = cloud.world.start(
        "PutVirtualNetworkGatewayOperation",
        subscription=SUBSCRIPTION,
        location="swedencentral",
        target="gateway",
        seconds=seconds,
        vnets=frozenset({cloud.find(name).key}),
    )
    cloud.world.when_ended(operation, lambda: None)


async def spokes_beside_a_busy_hub(mode, count, seconds):
    """(cloud, app) with so many new spokes, and a hub that is busy from now on."""
    cloud = Cloud(lock_mode=mode)
    cloud.vnet(HUB, "swedencentral", "10.0.0.0/24")
    await asyncio.sleep(4)
    keep_busy(cloud, HUB, seconds)
    return cloud, make_spokes(cloud, count)


@pytest.mark.parametrize("mode", [LockMode.CONFLICT, LockMode.RETRYABLE, LockMode.NOT_PROVISIONED])
async def test_new_spokes_are_peered_once_a_busy_hub_is_ready(mode):
    cloud, spokes = await spokes_beside_a_busy_hub(mode, 5, seconds=600)

    async with running(cloud, cloud.reconciler()):
        await asyncio.sleep(600 + 360)

    assert cloud.is_whole(*spokes)


@pytest.mark.parametrize(
    "mode",
    [
        pytest.param(
            LockMode.CONFLICT,
            marks=pytest.mark.xfail(
                strict=True,
                raises=AssertionError,
                reason="a hub that answers 409 for an hour is asked more than 20 times for each spoke",
            ),
        ),
        LockMode.RETRYABLE,
    ],
)
async def test_a_busy_hub_that_answers_409_or_429_is_asked_seldom_for_each_spoke(mode):
    cloud, spokes = await spokes_beside_a_busy_hub(mode, 5, seconds=3600)

    async with running(cloud, cloud.reconciler()):
        await asyncio.sleep(3600)

    assert refused(cloud) <= MOST_REFUSED * len(spokes)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="a hub that answers 400 while it is busy is taken for each spoke's own trouble, so every new spoke probes it",
)
@pytest.mark.parametrize("count", [5, 40])
async def test_a_busy_hub_that_answers_400_is_probed_seldom_however_many_spokes_wait(count):
    cloud, _ = await spokes_beside_a_busy_hub(LockMode.NOT_PROVISIONED, count, seconds=3600)

    async with running(cloud, cloud.reconciler()):
        assert await until_more(cloud.arm.counters.writes_refused, MOST_REFUSED, 3600) <= MOST_REFUSED


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="a spoke that stays busy is written to all the time, for ever"
)
async def test_a_spoke_that_stays_busy_is_probed_seldom():
    cloud = Cloud()
    await cloud.workshop()
    busy = refusals.reference_not_provisioned("peer", cloud.find(EU).id, "PutSubnetOperation")
    cloud.arm.faults.refuse("PUT", f"virtualNetworkPeerings/.*{EU}", busy)

    async with running(cloud, cloud.reconciler()):
        assert await until_more(cloud.arm.counters.writes_refused, MOST_REFUSED, 3600) <= MOST_REFUSED


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="a hub in state Failed freezes its pairs, although nobody knows that Azure refuses peerings then",
)
async def test_a_pair_is_repaired_on_a_hub_in_state_failed_if_azure_takes_it():
    wire, (spoke, *_) = await settled(2)
    wire.cloud.find(HUB).provisioning = Provisioning.FAILED
    wire.cloud.delete_half(spoke, HUB)
    await asyncio.sleep(13)

    await wire.run()

    assert wire.cloud.is_whole(spoke)


async def test_a_spoke_with_a_read_only_lock_is_asked_seldom():
    cloud, writes = Cloud(), Counter()
    await cloud.workshop()
    locked = cloud.find(EU).id
    cloud.arm.faults.refuse(
        "PUT", f"{EU}/virtualNetworkPeerings/", errors.scope_locked(locked, "write", [locked])
    )

    async with running(cloud, cloud.reconciler(), handle=counted(writes, cloud.arm.handle)):
        await asyncio.sleep(3600)

    assert cloud.is_whole(US)
    assert writes[EU] <= MOST_REFUSED
