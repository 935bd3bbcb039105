"""Change windows: what goes on outside of them, and what waits. Through the real SDK, in simulated time."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest

from shared.engine.report import Outcome
from shared.model.reasons import Reason
from shared.reporting.store import ProcessStore
from simulator.network.resources import PeeringFlags
from simulator.scenarios import SUBSCRIPTION
from tests.cli.shell import Shell
from tests.stories.moves.spoke import NEW, OLD, WEB, connected, has_moved, uses_gateway, with_gateways
from tests.stories.test_estates import ANY_TIME, TWO_REGION_PAIRS, Estate, found, settled

DATA = "vnet-data-weu"
WINDOW = """\
changeWindows:
  - days: [monday]
    start: 22:00
    end: 23:00
    timeZone: Europe/Stockholm
"""
OPENING = "held back until the change window opens on Monday, 2026-01-05 22:00 CET"
"""The simulated Azure begins on that day, at 08:00 UTC."""


async def estate(extra="", **settings) -> Estate:
    """Two regions, all settled, whose change window is closed from now on."""
    cloud = Estate("two-regions", ANY_TIME + extra)
    await cloud.run(**settings)
    assert cloud.are_paired(*TWO_REGION_PAIRS)
    cloud.text += WINDOW
    cloud.arm.counters.requests.clear()
    return cloud


async def until_open(cloud):
    opening = datetime(2026, 1, 5, 21, 0, tzinfo=UTC)
    await asyncio.sleep((opening - cloud.world.clock.utc()).total_seconds())


def edit(cloud, local, remote, **flags):
    half = cloud.half(local, remote)
    cloud.world.put_peering(cloud.find(local), half.name, half.remote_id, PeeringFlags(**flags), sync=False)


async def options_differ(cloud):
    edit(cloud, OLD, DATA, allow_forwarded_traffic=False)


async def a_spoke_is_deleted(cloud):
    cloud.world.estate.drop_vnet(cloud.find(DATA))


async def a_spoke_is_excluded(cloud):
    cloud.text = (
        cloud.text.replace("exclude:\n", "exclude:\n    - name: vnet-data-weu\n") + "unselected: remove\n"
    )


async def a_spoke_is_given_another_hub(cloud):
    cloud.retag(DATA, peering_hub="eus2")
    await cloud.run()
    assert cloud.are_paired((DATA, NEW))
    cloud.arm.counters.requests.clear()


WAITS = {
    options_differ: Reason.OPTIONS_DIFFER,
    a_spoke_is_deleted: Reason.LEFTOVER,
    a_spoke_is_excluded: Reason.UNSELECTED,
    a_spoke_is_given_another_hub: Reason.MOVED,
}


@pytest.mark.parametrize("happens", WAITS)
async def test_what_changes_or_removes_waits_and_is_done_by_the_first_pass_once_the_window_is_open(happens):
    cloud = await estate()
    await happens(cloud)
    await asyncio.sleep(60)

    for _ in range(2):
        report = await cloud.run()

        assert (report.outcome, found(report)) == (Outcome.SETTLED, {Reason.OUTSIDE_WINDOW: {OLD}})
        (finding,) = report.findings
        assert finding.detail == f"{DATA} ({WAITS[happens]}): {OPENING}"
    assert cloud.writes() == 0

    await until_open(cloud)
    report = await cloud.run()

    assert (report.outcome, found(report)) == (Outcome.SETTLED, {})
    assert {change.reason for change in report.applied} == {WAITS[happens]}
    assert (await cloud.run()).applied == ()


async def test_it_is_told_once_by_the_log(caplog):
    cloud = await estate()
    await options_differ(cloud)
    await asyncio.sleep(60)
    memory = ProcessStore()
    for _ in range(3):
        await cloud.run(memory=memory)

    assert caplog.text.count(OPENING) == 1


async def a_half_is_deleted(cloud):
    cloud.delete_half(DATA, OLD)


async def a_hub_half_is_deleted_while_the_other_has_other_options(cloud):
    edit(cloud, DATA, OLD, allow_forwarded_traffic=False)
    await asyncio.sleep(30)
    cloud.delete_half(OLD, DATA)


async def a_spoke_grows(cloud):
    cloud.find(DATA).space = ("10.0.8.0/22", "10.0.12.0/22")


async def a_hub_grows(cloud):
    cloud.find(OLD).space = ("10.0.0.0/22", "10.0.100.0/24")


GOES_ON = [
    a_half_is_deleted,
    a_hub_half_is_deleted_while_the_other_has_other_options,
    a_spoke_grows,
    a_hub_grows,
]


@pytest.mark.parametrize("happens", GOES_ON)
async def test_what_restores_goes_on(happens):
    cloud = await estate()
    await happens(cloud)
    await asyncio.sleep(60)
    assert not cloud.are_paired((DATA, OLD))

    report = await cloud.run()

    assert (report.outcome, found(report)) == (Outcome.SETTLED, {})
    assert cloud.are_paired(*TWO_REGION_PAIRS)


async def test_new_spokes_are_peered():
    cloud = Estate("two-regions", ANY_TIME + WINDOW)

    await settled(cloud, TWO_REGION_PAIRS)

    assert cloud.writes() == 2 * len(TWO_REGION_PAIRS)


async def test_a_leftover_goes_where_a_new_spoke_waits_for_its_place():
    cloud = await estate()
    cloud.world.estate.drop_vnet(cloud.find(DATA))
    cloud.vnet("vnet-new-weu", "westeurope", "10.0.8.0/22", subscription=SUBSCRIPTION)
    await asyncio.sleep(10)

    report = await cloud.run()

    assert (report.outcome, found(report)) == (Outcome.SETTLED, {})
    assert cloud.are_paired(("vnet-new-weu", OLD))


async def test_a_gateway_is_taken_up_and_not_given_up():
    cloud = await estate()
    with_gateways(cloud)

    await cloud.run(GATEWAY_TRANSIT="when-available")
    assert uses_gateway(cloud, OLD)

    report = await cloud.run(SPOKE_PEERING_OPTIONS="useRemoteGateways=false")
    assert uses_gateway(cloud, OLD)
    assert Reason.OUTSIDE_WINDOW in found(report)


async def test_of_a_pair_the_half_that_is_behind_is_written_and_the_one_with_other_options_waits():
    cloud = await estate()
    edit(cloud, OLD, DATA, allow_forwarded_traffic=False)
    cloud.find(OLD).space = ("10.0.0.0/22", "10.0.100.0/24")
    await asyncio.sleep(60)

    report = await cloud.run()

    assert [
        (change.peering.vnet.name, change.reason) for change in report.applied if DATA in str(change)
    ] == [(DATA, Reason.OUT_OF_SYNC)]
    assert [finding.detail for finding in report.findings] == [f"{DATA} (options-differ): {OPENING}"]


async def test_a_move_makes_the_new_pair_at_once_and_parts_with_the_old_one_in_the_window():
    cloud = await estate()
    cloud.retag(WEB, peering_hub="eus2")

    await cloud.run(cloud.id(WEB))
    assert connected(cloud) == [OLD, NEW]

    await until_open(cloud)
    await cloud.run()
    assert has_moved(cloud)


async def test_a_window_that_closes_during_a_move_does_not_leave_the_spoke_without_a_gateway():
    cloud = Estate("two-regions", ANY_TIME)
    with_gateways(cloud)
    await cloud.run(GATEWAY_TRANSIT="when-available")
    cloud.text += WINDOW
    cloud.retag(WEB, peering_hub="eus2")
    await until_open(cloud)
    await asyncio.sleep(timedelta(minutes=59, seconds=36).total_seconds())

    await cloud.run(cloud.id(WEB), GATEWAY_TRANSIT="when-available")

    assert cloud.world.clock.utc() > datetime(2026, 1, 5, 22, 0, tzinfo=UTC)
    assert has_moved(cloud)
    assert uses_gateway(cloud, NEW)


# --- on the command line ----------------------------------------------------------------------------


def shell_of(cloud):
    settings = {"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "HUB_LOCATION": "", "TOPOLOGY": cloud.text}
    return Shell(cloud, **settings)


async def test_plan_and_apply_name_what_waits_and_until_when(tmp_path):
    cloud = await estate()
    await options_differ(cloud)
    await asyncio.sleep(60)
    shell = shell_of(cloud)

    for words in (["plan"], ["apply"]):
        shown = await shell(*words)
        assert shown.ending == 0
        assert "  waits (outside-window): no change window" in shown.out
        assert f"  later: write peer-{OLD}-{DATA} on {OLD} (options-differ: " in shown.out
        assert OPENING in shown.out
        assert "Nothing to do now: 5 pairs looked at." in shown.out
    assert cloud.writes() == 0
    assert "| later | " in (await shell("plan", "--output", "markdown")).out
    explained = (await shell("explain", DATA)).out
    assert "next step   none before Monday, 2026-01-05 22:00 CET, when the change window opens" in explained

    assert re.search(f"waiting +{OLD} +{DATA} .*outside-window", (await shell("status")).out)

    file = tmp_path / "network.plan"
    await shell("plan", "--out", file)
    await until_open(cloud)
    late = await shell("apply", file)
    assert "the change window is open now" in late.err
    applied = await shell("apply")
    assert applied.ending == 0
    assert "1 of 1 pairs verified, 1 writes." in applied.out


async def test_plan_names_the_steps_of_a_move():
    cloud = await estate()
    cloud.retag(WEB, peering_hub="eus2")
    shell = shell_of(cloud)

    shown = await shell("plan")

    assert shown.ending == 2
    lines = shown.out.splitlines()
    steps = [line.split(" (")[0].strip() for line in lines if line.startswith(("  +", "  later"))]
    assert steps == [
        f"+ create peer-{NEW}-{WEB} on {NEW}",
        f"+ create peer-{WEB}-{NEW} on {WEB}",
        f"later: delete peer-{WEB}-{OLD} on {WEB}",
        f"later: delete peer-{OLD}-{WEB} on {OLD}",
    ]
    assert "  waits (moving): the spoke belongs to another hub now" in shown.out
    assert "later: delete" in (await shell("explain", WEB)).out

    applied = await shell("apply")
    assert f"{OLD} <-> {WEB}: the rest waits, outside-window" in applied.out
    assert OPENING in applied.out
    assert connected(cloud) == [OLD, NEW]
