"""Somebody undoes what the app writes, each time: the app must not write for ever."""

import asyncio
import json
from collections import Counter
from dataclasses import replace

import pytest

from simulator.transport import installed
from tests.clouds import EU, HUB, US, Cloud
from tests.known.harness import PLAIN, counted, make_spokes, running, settled_regions, until_more

MOST_WRITES = 20
"""In the first hour of a trouble, for one pair."""


def resetting(handle, spare=()):
    """Azure with a policy that turns forwarded traffic off in every write of a peering."""

    async def handle_reset(request):
        peering = request.path.lower().rpartition("/virtualnetworkpeerings/")[2]
        if request.method == "PUT" and peering and not any(name in peering for name in spare):
            body = json.loads(request.body)
            body["properties"]["allowForwardedTraffic"] = False
            request = replace(request, body=json.dumps(body).encode())
        return await handle(request)

    return handle_reset


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="a policy that resets an option has the app write again at each event of its own write, for ever",
)
async def test_a_policy_that_resets_an_option_is_not_written_against_for_ever():
    cloud, writes = Cloud(), Counter()
    await cloud.workshop()

    async with running(cloud, cloud.reconciler(), handle=counted(writes, resetting(cloud.arm.handle))):
        assert await until_more(writes, MOST_WRITES, 3600) <= MOST_WRITES


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="without events, too, an option that a policy resets is written by every run of the timer, for ever",
)
async def test_without_events_a_policy_that_resets_an_option_costs_few_writes():
    cloud, writes = Cloud(), Counter()
    await cloud.workshop()

    with installed(counted(writes, resetting(cloud.arm.handle))):
        app = cloud.reconciler()
        for _ in range(3600 // 300):
            await app.reconcile(None, budget_seconds=290)
            await asyncio.sleep(300)

    assert max(writes.values()) <= MOST_WRITES


async def test_a_newcomer_is_peered_beside_spokes_whose_writes_are_undone():
    cloud = Cloud()
    cloud.vnet(HUB, "swedencentral", "10.0.0.0/24")
    make_spokes(cloud, 3)
    await asyncio.sleep(4)

    async with running(cloud, cloud.reconciler(), handle=resetting(cloud.arm.handle, spare=["newcomer"])):
        await asyncio.sleep(120)
        cloud.vnet("newcomer", "westeurope", "10.9.0.0/24")
        await asyncio.sleep(60)

        assert cloud.is_whole("newcomer")


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="a sync that Azure accepts and that changes nothing is repeated at each event of its own, for ever",
)
async def test_a_sync_without_effect_is_not_repeated_for_ever(monkeypatch):
    cloud, writes = Cloud(), Counter()
    await cloud.workshop()
    put = cloud.world.estate.put_peering

    async with running(cloud, cloud.reconciler(), handle=counted(writes, cloud.arm.handle)):
        await asyncio.sleep(60)
        assert cloud.is_whole(EU, US)
        monkeypatch.setattr(
            cloud.world.estate,
            "put_peering",
            lambda vnet, name, remote, flags, *, sync: put(vnet, name, remote, flags, sync=False),
        )
        cloud.vnet(EU, "westeurope", "10.0.4.0/22", "10.0.12.0/24")
        writes.clear()
        assert await until_more(writes, MOST_WRITES, 3600) <= MOST_WRITES


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="two deployments that want other options of the same halves write against each other for ever",
)
async def test_two_deployments_with_other_options_do_not_write_against_each_other_for_ever():
    cloud, writes = Cloud(), Counter()
    await cloud.workshop()
    other = dict.fromkeys(("HUB_PEERING_OPTIONS", "SPOKE_PEERING_OPTIONS"), "allowForwardedTraffic=false")
    rivals = cloud.reconciler(), cloud.reconciler(**other)

    async with running(cloud, *rivals, handle=counted(writes, cloud.arm.handle)):
        assert await until_more(writes, MOST_WRITES, 3600) <= MOST_WRITES


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="two versions of the app that give a spoke other hubs move it to and fro for ever",
)
async def test_two_versions_that_give_a_spoke_other_hubs_do_not_move_it_for_ever():
    cloud, writes = (await settled_regions()).cloud, Counter()
    blue = cloud.reconciler_of()
    cloud.text = cloud.text.replace("regions: [westeurope, northeurope]", "regions: [northeurope]").replace(
        "regions: [eastus2, centralus]", "regions: [eastus2, centralus, westeurope]"
    )
    green = cloud.reconciler_of()

    async with running(cloud, blue, green, handle=counted(writes, cloud.arm.handle)):
        assert await until_more(writes, MOST_WRITES, 3600) <= MOST_WRITES


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="where one deployment includes a spoke that another one removes, the pair is made and cut for ever",
)
async def test_a_spoke_that_one_deployment_removes_and_another_includes_is_not_fought_over_for_ever():
    cloud, writes = Cloud(), Counter()
    await cloud.workshop()
    without = f"{PLAIN}spokes: {{exclude: [{{name: {EU}}}]}}\nunselected: remove\n"
    rivals = [cloud.reconciler(HUB_LOCATION="", TOPOLOGY=text) for text in (PLAIN, without)]

    async with running(cloud, *rivals, handle=counted(writes, cloud.arm.handle)):
        assert await until_more(writes, MOST_WRITES, 3600) <= MOST_WRITES
