"""New hub first: the steps of a move."""

import asyncio

import pytest

from shared.engine.report import Outcome
from shared.model.reasons import Reason
from simulator.network.locks import LockMode
from simulator.scenarios import SUBSCRIPTION
from tests.cli.shell import Shell
from tests.stories.moves.spoke import (
    MOVE,
    NEW,
    OLD,
    WEB,
    History,
    by_hand,
    connected,
    estate,
    halves_with,
    has_moved,
)
from tests.stories.test_estates import (
    ANY_TIME,
    TWO_REGION_PAIRS,
    found,
    settled,
    two_regions,
)


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
