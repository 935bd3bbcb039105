"""What keeps a spoke where it is, and what holds a removal back."""

import asyncio
import re
from dataclasses import replace

import pytest

from shared.engine.report import Outcome
from shared.model.reasons import Reason
from simulator import errors
from simulator.network.resources import Provisioning
from simulator.scenarios import SUBSCRIPTION
from simulator.transport import installed
from tests.stories.moves.spoke import (
    NEW,
    OLD,
    WEB,
    History,
    by_hand,
    connected,
    estate,
    has_moved,
    told,
)
from tests.stories.test_estates import (
    ANY_TIME,
    LANDING_ZONE,
    LANDING_ZONE_PAIRS,
    TWO_REGION_PAIRS,
    Estate,
    found,
    settled,
    two_regions,
)


async def test_a_half_under_another_name_keeps_the_pair_with_the_earlier_hub():
    cloud = await estate()
    old = cloud.find(OLD)
    half = old.peerings.pop("peer-vnet-hub-weu-vnet-web-weu")
    old.peerings["theirs"] = replace(half, name="theirs")

    for look_at in (None, cloud.id(WEB)):
        report = await cloud.run(look_at)

        assert report.outcome is Outcome.SETTLED
        assert "its halves are not all called as ours are" in told(report)
    assert cloud.are_paired((WEB, NEW))
    assert cloud.half(WEB, OLD)
    assert old.peerings["theirs"]


async def test_a_pair_that_others_made_is_neither_removed_nor_told():
    cloud = two_regions()
    await by_hand(cloud, WEB, NEW, called="theirs")

    report = await cloud.run()

    assert (report.outcome, found(report)) == (Outcome.SETTLED, {})
    assert cloud.are_paired(*TWO_REGION_PAIRS)
    assert cloud.find(WEB).peerings["theirs"]


async def test_a_spoke_in_a_managed_group_stays():
    cloud = await estate()
    await by_hand(cloud, NEW, WEB)
    cloud.world.group(SUBSCRIPTION, "rg-web-weu").managed_by = "/subscriptions/x/resourceGroups/theirs"

    report = await cloud.run()

    assert found(report) == {Reason.OTHER_OWNER: {WEB}}
    assert connected(cloud) == [OLD, NEW]


@pytest.mark.parametrize("look_at", [None, "vnet-shop-weu"])
async def test_where_the_earlier_hub_may_not_be_read_the_move_stops_there(look_at):
    cloud = await settled(Estate("landing-zone", LANDING_ZONE), LANDING_ZONE_PAIRS)
    cloud.retag("vnet-shop-weu", peering_hub="swc")
    denied = errors.gateway_error(403, "AuthorizationFailed", "no right")
    cloud.arm.faults.refuse("GET", "/virtualNetworks/vnet-hub-weu$", denied)

    report = await cloud.run(look_at and cloud.id(look_at))

    assert [one.error.code for one in report.blocked] == ["AuthorizationFailed"]
    (detail,) = (finding.detail for finding in report.findings if finding.reason is Reason.OTHER_HUB)
    assert detail.endswith("vnet-hub-weu was not read")
    assert cloud.are_paired(("vnet-shop-weu", "vnet-hub-swc"), ("vnet-shop-weu", "vnet-hub-weu"))


async def test_where_the_earlier_hub_cannot_be_told_the_move_stops_there():
    cloud = await estate()
    cloud.vnet(
        "rival",
        "westeurope",
        "10.9.0.0/24",
        tags={"network-role": "hub"},
        subscription=cloud.id(WEB).subscription,
    )
    await asyncio.sleep(4)

    report = await cloud.run()

    assert "hub 'weu' cannot be told: 2 networks fit" in told(report)
    assert connected(cloud) == [OLD, NEW]


async def test_hubs_that_overlap_leave_the_spoke_where_it_is():
    cloud = two_regions()
    cloud.text = ANY_TIME.replace("mesh: true", "mesh: false")
    cloud.find(NEW).space = cloud.find(OLD).space
    await cloud.run()
    cloud.retag(WEB, peering_hub="eus2")
    writes = cloud.writes()
    started = asyncio.get_running_loop().time()

    for look_at in (None, cloud.id(WEB)):
        report = await cloud.run(look_at)

        assert (report.outcome, found(report)) == (Outcome.BLOCKED, {Reason.OVERLAP: {WEB}})
        assert "vnet-hub-weu, peered to it as peer-vnet-web-weu-vnet-hub-weu" in report.findings[0].detail
    assert connected(cloud) == [OLD]
    assert cloud.writes() == writes
    assert asyncio.get_running_loop().time() - started < 10


async def test_moves_count_as_removals():
    cloud = await estate()
    cloud.retag("vnet-data-weu", peering_hub="eus2")

    report = await cloud.run()

    assert report.outcome is Outcome.BLOCKED
    (finding,) = report.findings
    assert (finding.reason, finding.vnet.name) == (Reason.DELETIONS_HELD_BACK, OLD)
    left = [name for name in (WEB, "vnet-data-weu") if cloud.half(name, OLD)]
    assert len(left) == 1
    assert cloud.are_paired((left[0], OLD), (WEB, NEW), ("vnet-data-weu", NEW))

    assert (await cloud.run()).outcome is Outcome.SETTLED
    assert not cloud.half(left[0], OLD)


async def test_without_a_deletion_a_run_may_make_the_spoke_keeps_both():
    cloud = await estate()
    cloud.text += "limits: {deletions: 0}\n"

    report = await cloud.run(cloud.id(WEB))

    assert found(report) == {Reason.DELETIONS_HELD_BACK: {OLD}}
    assert connected(cloud) == [OLD, NEW]


async def test_the_limits_that_are_told_let_all_go_that_several_hubs_hold_back():
    cloud = await estate()
    cloud.retag("vnet-web-eus2", peering_hub="weu")
    without = cloud.text
    cloud.text += "limits: {deletions: 0}\n"

    report = await cloud.run()

    assert found(report) == {Reason.DELETIONS_HELD_BACK: {OLD, NEW}}
    (needed,) = {re.findall("limits: {.*}", finding.detail)[0] for finding in report.findings}
    cloud.text = f"{without}{needed}\n"
    assert (await cloud.run()).outcome is Outcome.SETTLED
    assert has_moved(cloud)
    assert cloud.are_paired(("vnet-web-eus2", OLD))
    assert not cloud.half("vnet-web-eus2", NEW)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", f"/peer-{WEB}-{NEW}", id="before it is looked at"),
        pytest.param("DELETE", f"/peer-{WEB}-{OLD}", id="after"),
    ],
)
async def test_the_pair_with_the_earlier_hub_stays_when_the_new_one_breaks_before_it_goes(method, path):
    cloud = await estate()
    await by_hand(cloud, NEW, WEB)
    history = History(cloud)
    broken = []

    async def broken_at_the_last_moment(request):
        if (request.method, request.path[-len(path) :]) == (method, path) and not broken:
            broken.append(path)
            cloud.delete_half(NEW, WEB)
            await asyncio.sleep(13)
        return await history.handle(request)

    with installed(broken_at_the_last_moment):
        report = await cloud.reconciler_of().reconcile(cloud.id(WEB), budget_seconds=600)

    assert broken
    assert report.outcome is Outcome.SETTLED
    assert has_moved(cloud)
    assert all(history.connected)
    assert [method for method, _ in history.writes][-4:] == ["PUT", "PUT", "DELETE", "DELETE"]


async def test_where_azure_does_not_take_the_last_deletion_yet_the_same_run_about_the_spoke_sends_it_again():
    cloud = await estate()
    unavailable = errors.gateway_error(503, "ServiceUnavailable", "later")
    cloud.arm.faults.refuse("DELETE", "/vnet-hub-weu/virtualNetworkPeerings/", unavailable, times=1)

    report = await cloud.run(cloud.id(WEB))

    assert report.outcome is Outcome.SETTLED
    assert has_moved(cloud)


async def test_a_pair_that_others_are_writing_goes_after_that():
    cloud = await estate()
    await by_hand(cloud, NEW, WEB)
    half = cloud.half(OLD, WEB)
    cloud.world.put_peering(cloud.find(OLD), half.name, half.remote_id, half.flags, sync=True)
    assert str(half.provisioning) == "Updating"
    history = History(cloud)

    async def written_by_one_at_a_time(request):
        if request.method == "DELETE":
            assert str(half.provisioning) == "Succeeded"
        return await history.handle(request)

    with installed(written_by_one_at_a_time):
        await cloud.reconciler_of().reconcile(None, budget_seconds=600)

    assert has_moved(cloud)
    assert len(history.writes) == 2


@pytest.mark.parametrize("name", [WEB, OLD])
async def test_nothing_is_removed_where_a_network_is_being_deleted(name):
    cloud = await estate()
    await by_hand(cloud, NEW, WEB)
    cloud.find(name).provisioning = Provisioning.DELETING

    report = await cloud.run()

    assert report.outcome is Outcome.SETTLED
    assert cloud.requests("DELETE", "peering") == 0
