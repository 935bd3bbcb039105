"""A spoke that is given another hub: through the real SDK, against the simulated Azure."""

import asyncio
import re
from dataclasses import replace
from random import Random

import pytest

from shared.reasons import Reason
from shared.report import Outcome
from shared.resource_ids import PeeringId
from simulator import errors
from simulator.network.locks import LockMode
from simulator.network.resources import PeeringFlags, Provisioning
from simulator.scenarios import SUBSCRIPTION
from simulator.transport import installed
from tests.cli.shell import Shell
from tests.test_estates import (
    ANY_TIME,
    LANDING_ZONE,
    LANDING_ZONE_PAIRS,
    TWO_REGION_PAIRS,
    Estate,
    found,
    settled,
    two_regions,
)
from tests.test_pairs import gateway_in

WEB, OLD, NEW = "vnet-web-weu", "vnet-hub-weu", "vnet-hub-eus2"
HUBS = (OLD, NEW)


async def estate(**options) -> Estate:
    """Two regions, all settled, of which a spoke has just been given the other hub."""
    cloud = await settled(two_regions(**options), TWO_REGION_PAIRS)
    cloud.retag(WEB, peering_hub="eus2")
    cloud.arm.counters.requests.clear()
    return cloud


def with_gateways(cloud):
    for hub in HUBS:
        gateway_in(cloud, hub)


def halves_with(cloud, hub):
    return [half for half in (cloud.half(WEB, hub), cloud.half(hub, WEB)) if half]


def connected(cloud):
    """The hubs with which the spoke is connected in both directions."""
    return [hub for hub in HUBS if [str(half.state) for half in halves_with(cloud, hub)] == ["Connected"] * 2]


def has_moved(cloud):
    return cloud.are_paired((WEB, NEW)) and not halves_with(cloud, OLD)


def uses_gateway(cloud, hub):
    half = cloud.half(WEB, hub)
    return half is not None and half.flags.use_remote_gateways


class History:
    """What the spoke was connected to at each moment, and the writes that were sent."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.connected = []
        self.writes = []
        self.crash_after = None

    async def handle(self, request):
        response = await self.cloud.arm.handle(request)
        self.note()
        if request.method in ("PUT", "DELETE") and "/virtualNetworkPeerings/" in request.path:
            self.writes.append((request.method, request.path.rpartition("/")[2].removeprefix("peer-")))
        if self.crash_after is not None:
            self.crash_after -= 1
            if self.crash_after == 0:
                self.instance.cancel()
        return response

    def note(self):
        self.connected.append(connected(self.cloud))

    async def _watch(self):
        while True:
            self.note()
            await asyncio.sleep(0.2)

    async def run(self, look_at=None, crash_after=None, **settings):
        """None for an instance that ended right after that many requests."""
        self.crash_after = crash_after
        watch = asyncio.create_task(self._watch())
        with installed(self.handle):
            reconciler = self.cloud.reconciler_of(**settings)
            self.instance = asyncio.create_task(reconciler.reconcile(look_at, budget_seconds=600))
            try:
                return await self.instance
            except asyncio.CancelledError:
                return None
            finally:
                watch.cancel()


MOVE = [
    ("PUT", "vnet-hub-eus2-vnet-web-weu"),
    ("PUT", "vnet-web-weu-vnet-hub-eus2"),
    ("DELETE", "vnet-web-weu-vnet-hub-weu"),
    ("DELETE", "vnet-hub-weu-vnet-web-weu"),
]
TAKE_GATEWAY = ("PUT", "vnet-web-weu-vnet-hub-eus2")


# --- the move ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("look_at", [WEB, None])
async def test_a_spoke_that_is_given_another_hub_is_moved_new_hub_first(look_at):
    cloud = await estate()
    history = History(cloud)

    report = await history.run(look_at and cloud.id(look_at))

    assert (report.outcome, found(report)) == (Outcome.SETTLED, {})
    assert has_moved(cloud)
    assert history.writes == MOVE
    assert [change.reason for change in report.applied] == [*[Reason.MISSING] * 2, *[Reason.MOVED] * 2]
    assert all(history.connected)
    assert cloud.arm.counters.writes_refused == {}
    assert cloud.are_paired(*(pair for pair in TWO_REGION_PAIRS if pair != (WEB, OLD)))


async def test_a_changed_rule_moves_a_spoke_as_its_tag_does():
    cloud = await settled(two_regions(), TWO_REGION_PAIRS)
    cloud.text = ANY_TIME.replace(
        "spokes:\n", "spokes:\n  include: [{name: vnet-web-weu, hub: eus2}, {name: '*'}]\n"
    )

    report = await cloud.run()

    assert report.outcome is Outcome.SETTLED
    assert has_moved(cloud)


async def test_back_and_forth():
    cloud = await estate()
    await cloud.run()
    cloud.retag(WEB)

    report = await cloud.run(cloud.id(WEB))

    assert report.outcome is Outcome.SETTLED
    assert cloud.are_paired(*TWO_REGION_PAIRS)
    assert not halves_with(cloud, NEW)


async def test_a_spoke_that_is_given_a_third_hub_during_a_move_parts_with_both_others():
    third = "  - {name: third, location: japaneast, tags: {network-role: hub}}\ndefaultHub"
    cloud = two_regions()
    cloud.text = ANY_TIME.replace("defaultHub", third)
    hub = {"subscription": cloud.id(WEB).subscription, "tags": {"network-role": "hub"}}
    cloud.vnet("third", "japaneast", "10.9.0.0/24", **hub)
    await asyncio.sleep(4)
    await cloud.run()
    await by_hand(cloud, NEW, WEB)
    cloud.retag(WEB, peering_hub="third")

    report = await cloud.run(cloud.id(WEB))

    assert (report.outcome, found(report)) == (Outcome.SETTLED, {})
    assert cloud.are_paired((WEB, "third"))
    assert connected(cloud) == []
    assert not halves_with(cloud, OLD) + halves_with(cloud, NEW)


@pytest.mark.parametrize("mode", LockMode)
async def test_a_move_whatever_azure_takes_side_by_side(mode):
    cloud = await estate(lock_mode=mode)
    history = History(cloud)

    report = await history.run(cloud.id(WEB))

    assert report.outcome is Outcome.SETTLED
    assert has_moved(cloud)
    assert all(history.connected)


async def test_an_audit_names_the_first_steps_and_writes_nothing():
    cloud = await estate()

    report = await cloud.run(MODE="audit")

    assert report.outcome is Outcome.CHANGES_DUE
    assert [change.peering.vnet.name for change in report.due] == [NEW, WEB]
    assert cloud.writes() == 0


@pytest.mark.parametrize("is_paired", [False, True])
async def test_a_spoke_whose_own_tag_says_audit_stays(is_paired):
    cloud = await estate()
    if is_paired:
        await by_hand(cloud, NEW, WEB)
    cloud.retag(WEB, peering_hub="eus2", peering_mode="audit")
    cloud.arm.counters.requests.clear()

    report = await cloud.run()

    assert (report.outcome, found(report)) == (Outcome.SETTLED, {Reason.SPOKE_AUDIT: {WEB}})
    assert ("peer-vnet-web-weu-vnet-hub-weu (moved)" in report.findings[0].detail) is is_paired
    assert cloud.writes() == 0
    shell = Shell(cloud, AZURE_SUBSCRIPTION_ID=SUBSCRIPTION, HUB_LOCATION="", TOPOLOGY=cloud.text)
    assert "next step   set the tag to auto, or remove it" in (await shell("explain", WEB)).out


async def test_a_spoke_whose_own_tag_says_off_stays():
    cloud = await estate()
    cloud.retag(WEB, peering_hub="eus2", peering_mode="off")

    await cloud.run()
    await cloud.run(cloud.id(WEB))

    assert connected(cloud) == [OLD]
    assert cloud.writes() == 0


# --- gateways ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("transit", ["when-available", "always"])
async def test_the_new_hubs_gateway_is_taken_up_last(transit):
    cloud = two_regions()
    with_gateways(cloud)
    await cloud.run(GATEWAY_TRANSIT=transit)
    assert uses_gateway(cloud, OLD)
    cloud.retag(WEB, peering_hub="eus2")
    history = History(cloud)

    report = await history.run(cloud.id(WEB), GATEWAY_TRANSIT=transit)

    assert (report.outcome, found(report)) == (Outcome.SETTLED, {})
    assert has_moved(cloud)
    assert uses_gateway(cloud, NEW)
    assert history.writes == [*MOVE, TAKE_GATEWAY]
    assert all(history.connected)
    assert cloud.arm.counters.writes_refused == {}


IN_SO_MANY_WORDS = {
    "HUB_PEERING_OPTIONS": "allowGatewayTransit=true",
    "SPOKE_PEERING_OPTIONS": "useRemoteGateways=true",
}


async def test_a_gateway_asked_for_in_so_many_words_is_taken_up_last_too():
    cloud = two_regions()
    cloud.text = ANY_TIME.replace("mesh: true", "mesh: false")
    with_gateways(cloud)
    await cloud.run(**IN_SO_MANY_WORDS)
    cloud.retag(WEB, peering_hub="eus2")

    report = await cloud.run(cloud.id(WEB), **IN_SO_MANY_WORDS)

    assert report.outcome is Outcome.SETTLED
    assert has_moved(cloud)
    assert uses_gateway(cloud, NEW)
    assert cloud.arm.counters.writes_refused == {}


@pytest.mark.parametrize(
    ("gateways", "transit"), [((OLD,), "when-available"), (HUBS, "never")], ids=["none there", "never"]
)
async def test_a_spoke_that_would_lose_the_use_of_a_gateway_stays_until_it_uses_none(gateways, transit):
    cloud = two_regions()
    for hub in gateways:
        gateway_in(cloud, hub)
    await cloud.run(GATEWAY_TRANSIT="when-available")
    cloud.retag(WEB, peering_hub="eus2")

    report = await cloud.run(cloud.id(WEB), GATEWAY_TRANSIT=transit)

    assert report.outcome is Outcome.SETTLED
    assert connected(cloud) == [OLD, NEW]
    assert uses_gateway(cloud, OLD)
    assert "uses that hub's gateway and would have none" in told(report)

    cloud.half(WEB, OLD).flags.use_remote_gateways = False
    report = await cloud.run(cloud.id(WEB), GATEWAY_TRANSIT=transit)

    assert has_moved(cloud)
    assert Reason.OTHER_HUB not in found(report)


@pytest.mark.parametrize(
    ("gateways", "settings"),
    [
        pytest.param((OLD,), IN_SO_MANY_WORDS, id="none there"),
        pytest.param(
            HUBS,
            {"GATEWAY_TRANSIT": "when-available", "HUB_PEERING_OPTIONS": "allowGatewayTransit=false"},
            id="not offered",
        ),
    ],
)
async def test_options_in_so_many_words_do_not_cost_a_spoke_the_gateway_that_it_uses(gateways, settings):
    cloud = two_regions()
    cloud.text = ANY_TIME.replace("mesh: true", "mesh: false")
    for hub in gateways:
        gateway_in(cloud, hub)
    await cloud.run(GATEWAY_TRANSIT="when-available")
    cloud.retag(WEB, peering_hub="eus2")

    report = await cloud.run(cloud.id(WEB), **settings)

    assert "uses that hub's gateway and would have none" in told(report)
    assert OLD in connected(cloud)
    assert uses_gateway(cloud, OLD)


# --- what keeps a spoke where it is -----------------------------------------------------------------


def told(report):
    (finding,) = (finding for finding in report.findings if finding.reason is Reason.OTHER_HUB)
    assert finding.vnet.name == WEB
    return finding.detail


async def by_hand(cloud, *names, called=None):
    one, other = map(cloud.find, names)
    for local, remote in ((one, other), (other, one)):
        name = called or f"peer-{local.name}-{remote.name}"
        cloud.world.put_peering(local, name, remote.id, PeeringFlags(allow_forwarded_traffic=True), sync=True)
        await asyncio.sleep(13)


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


# --- crashes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("transit", ["never", "when-available"])
async def test_a_move_is_taken_up_where_an_instance_ended_whichever_request_was_its_last(transit):
    crashes = 0
    while True:
        cloud = two_regions()
        if transit != "never":
            with_gateways(cloud)
        await cloud.run(GATEWAY_TRANSIT=transit)
        cloud.retag(WEB, peering_hub="eus2")
        history = History(cloud)
        crashes += 1
        if await history.run(cloud.id(WEB), crash_after=crashes, GATEWAY_TRANSIT=transit):
            break

        report = await history.run(GATEWAY_TRANSIT=transit)

        assert (report.outcome, found(report)) == (Outcome.SETTLED, {})
        assert has_moved(cloud)
        assert uses_gateway(cloud, NEW) is (transit != "never")
        assert all(history.connected)
        assert sorted(history.writes) == sorted(MOVE if transit == "never" else [*MOVE, TAKE_GATEWAY])
    assert crashes > 10


async def test_an_event_about_the_half_left_on_the_earlier_hub_ends_the_move():
    cloud = await estate()
    await by_hand(cloud, NEW, WEB)
    cloud.delete_half(WEB, OLD)
    await asyncio.sleep(13)

    report = await cloud.run(PeeringId(vnet=cloud.id(OLD), name=cloud.half(OLD, WEB).name))

    assert report.outcome is Outcome.SETTLED
    assert has_moved(cloud)


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_people_change_their_minds_to_and_wherever_instances_end(seed):
    random = Random(seed)
    settings = {"GATEWAY_TRANSIT": random.choice(["never", "when-available"])}
    cloud = two_regions(lock_mode=random.choice(list(LockMode)), seed=seed)
    if settings["GATEWAY_TRANSIT"] != "never":
        with_gateways(cloud)
    await cloud.run(**settings)
    history = History(cloud)
    for _ in range(12):
        cloud.retag(WEB, peering_hub=random.choice(["weu", "eus2"]))
        look_at = random.choice([None, cloud.id(WEB)])
        await history.run(look_at, crash_after=random.choice([None, random.randint(1, 40)]), **settings)
        await asyncio.sleep(random.choice([0, 60]))

    report = await history.run(**settings)

    assert report.outcome is Outcome.SETTLED
    (hub,) = connected(cloud)
    assert hub == (OLD if cloud.find(WEB).tags["peering-hub"] == "weu" else NEW)
    assert uses_gateway(cloud, hub) is (settings["GATEWAY_TRANSIT"] != "never")
    assert all(history.connected)
    assert {str(found.state) for one in HUBS for found in halves_with(cloud, one)} == {"Connected"}


# --- on the command line ----------------------------------------------------------------------------


async def test_a_saved_plan_goes_no_further_than_was_reviewed(tmp_path):
    cloud = await estate()
    settings = {"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "HUB_LOCATION": "", "TOPOLOGY": cloud.text}
    shell, file = Shell(cloud, **settings), tmp_path / "network.plan"
    await shell("plan", "--out", file)

    first = await shell("apply", file)
    assert first.ending == 2
    assert f"{NEW} <-> {WEB}: verified, Connected, FullyInSync on both sides" in first.out
    assert f"{OLD} <-> {WEB}: needs more than the plan has" in first.out
    assert connected(cloud) == [OLD, NEW]

    plan = await shell("plan", "--out", file)
    assert f"  - delete peer-{WEB}-{OLD} on {WEB} (moved: the spoke belongs to another hub now" in plan.out
    assert (await shell("apply", file)).ending == 0
    assert has_moved(cloud)


async def test_apply_without_a_plan_makes_the_whole_move():
    cloud = await estate()
    settings = {"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "HUB_LOCATION": "", "TOPOLOGY": cloud.text}

    applied = await Shell(cloud, **settings)("apply")

    assert applied.ending == 0
    assert f"{OLD} <-> {WEB}: verified, absent on both sides" in applied.out
    assert "2 of 2 pairs verified, 4 writes." in applied.out
    assert has_moved(cloud)


async def test_what_is_held_back_is_told_of_its_own_pair_and_of_no_other():
    cloud = await estate()
    await by_hand(cloud, NEW, WEB)
    text = cloud.text + "limits: {deletions: 0}\n"
    shell = Shell(cloud, AZURE_SUBSCRIPTION_ID=SUBSCRIPTION, HUB_LOCATION="", TOPOLOGY=text)

    status, explained = (await shell("status")).out, (await shell("explain", WEB)).out

    assert re.search(f"waiting +{OLD} +{WEB} .* deletions-held-back\n", status)
    assert re.search(f"healthy +{NEW} +{OLD} .*FullyInSync\n", status)
    assert "next step   see whether these networks are to be gone; if so, raise limits" in explained
