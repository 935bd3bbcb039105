"""One subscription of several that Azure does not list: the others are looked after, and nothing is taken for gone."""

import asyncio

import pytest

from shared.cli.exit_codes import ExitCode
from shared.engine.report import Outcome
from shared.model.reasons import Reason
from simulator import errors
from tests.cli.shell import Shell
from tests.stories.test_estates import LANDING_ZONE_PAIRS, Estate, settled
from tests.stories.test_examples import LANDING_ZONE

LAB = "00000000-0000-0000-0000-000000000003"
DENIED = errors.gateway_error(403, "AuthorizationFailed", "no right")
ELSEWHERE_PAIRS = [pair for pair in LANDING_ZONE_PAIRS if not any("lab" in name for name in pair)]


def close(cloud, subscription=LAB):
    cloud.arm.faults.refuse("GET", f"/subscriptions/{subscription}/.*virtualNetworks", DENIED)


async def test_the_others_are_looked_after_and_it_is_told():
    cloud = Estate("landing-zone", LANDING_ZONE)
    close(cloud)
    report = await cloud.run()

    assert report.outcome is Outcome.BLOCKED
    [finding] = report.findings
    assert (finding.vnet, finding.reason) == (None, Reason.SUBSCRIPTION_UNREAD)
    assert finding.detail.startswith(
        f"{LAB}: AuthorizationFailed: no right; assign the app's identity the role"
    )
    assert cloud.are_paired(*ELSEWHERE_PAIRS)
    assert not any("lab" in name for name in cloud.peerings())

    cloud.arm.faults.clear()
    assert (await cloud.run()).outcome is Outcome.SETTLED
    assert cloud.are_paired(*LANDING_ZONE_PAIRS)


async def test_nothing_of_it_is_taken_for_gone_even_if_single_networks_cannot_be_found():
    cloud = await settled(Estate("landing-zone", LANDING_ZONE), LANDING_ZONE_PAIRS)
    lab = cloud.find("vnet-lab-swc")
    cloud.world.delete_peering(lab, next(iter(lab.peerings.values())))
    await asyncio.sleep(15)
    cloud.arm.faults.refuse("GET", f"/subscriptions/{LAB}/providers/.*virtualNetworks$", DENIED)
    gone = errors.gateway_error(404, "ResourceNotFound", "not found")
    cloud.arm.faults.refuse("GET", "/virtualNetworks/vnet-lab-swc$", gone)
    before = cloud.peerings()
    report = await cloud.run()

    assert report.applied == ()
    assert cloud.peerings() == before
    assert {one.vnet.name for one in report.blocked} == {"vnet-lab-swc"}


async def test_its_networks_do_not_count_as_vanished():
    cloud = await settled(Estate("landing-zone", LANDING_ZONE), LANDING_ZONE_PAIRS)
    close(cloud)
    cloud.world.delete_vnet(cloud.find("vnet-bank-swc"))
    await asyncio.sleep(15)
    report = await cloud.run()

    assert [change.peering.name for change in report.applied] == ["peer-vnet-hub-swc-vnet-bank-swc"]


async def test_where_none_is_listed_nothing_is_decided():
    cloud = Estate("landing-zone", LANDING_ZONE)
    close(cloud, "[^/]+")
    report = await cloud.run()

    assert (report.outcome, report.error.code) == (Outcome.UNREADABLE, "AuthorizationFailed")
    assert cloud.writes() == 0


@pytest.mark.parametrize("status", [429, 503])
async def test_a_passing_trouble_is_waited_for(status):
    cloud = Estate("landing-zone", LANDING_ZONE)
    error = errors.unavailable(503) if status == 503 else errors.throttled(7, of_subscription=True)
    cloud.arm.faults.refuse("GET", f"/subscriptions/{LAB}/providers/.*virtualNetworks$", error, times=1)

    assert (await cloud.run()).outcome is Outcome.SETTLED
    assert cloud.are_paired(*LANDING_ZONE_PAIRS)


async def test_plan_and_status_show_the_rest_and_tell_which_is_missing():
    cloud = Estate("landing-zone", LANDING_ZONE)
    close(cloud)
    shell = Shell(cloud, HUB_LOCATION="", TOPOLOGY=LANDING_ZONE)
    plan, status = await shell("plan"), await shell("status")

    told = f"({Reason.SUBSCRIPTION_UNREAD}): {LAB}: AuthorizationFailed: no right; "
    assert plan.ending is ExitCode.PERSON
    assert f"  ! all {told}" in plan.out
    assert f"Plan: {2 * len(ELSEWHERE_PAIRS)} to create" in plan.out
    assert status.ending is ExitCode.DONE
    assert f"! {told}" in status.out
