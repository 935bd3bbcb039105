"""What cannot be read or does not end: named, left alone, and in the way of nothing else."""

import asyncio

import pytest

from shared.engine.report import Outcome
from shared.model.errors import ErrorKind
from shared.model.reasons import Reason
from shared.reporting.store import ProcessStore
from simulator import errors
from simulator.network.resources import Provisioning
from simulator.scenarios import LANDING_ZONES, SCENARIOS
from simulator.transport import installed
from tests.clouds import EU, HUB, US, Cloud
from tests.status.test_web import health, status
from tests.stories.test_estates import LANDING_ZONE, LANDING_ZONE_PAIRS, Estate, found, settled
from tests.stories.test_triggers import deployment

DENIED = errors.gateway_error(403, "AuthorizationFailed", "no right to list")
DISABLED = errors.gateway_error(409, "ReadOnlyDisabledSubscription", "the subscription is disabled")
BROKEN = errors.gateway_error(503, "ServiceUnavailable", "try again later")
ALL = 1500


def news(caplog, code):
    """What the log says of it beside the count that every pass gives."""
    lines = [record.getMessage() for record in caplog.records]
    return [line for line in lines if code in line and not line.startswith("reconciled {")]


# --- a subscription that cannot be listed --------------------------------------------------------------


def close(cloud, place, error=DENIED):
    """Nothing in this subscription may be read any more."""
    cloud.arm.faults.refuse("GET", f"/subscriptions/{place}/", error)


def of_team(cloud, place):
    return {vnet.name for vnet in cloud.world.estate.vnets.values() if vnet.key.subscription == place}


@pytest.mark.parametrize("error", [DENIED, DISABLED, BROKEN])
async def test_the_other_subscriptions_go_on(error):
    cloud = Estate("landing-zone", LANDING_ZONE)
    closed = LANDING_ZONES[0]
    close(cloud, closed, error)

    report = await cloud.run()

    unknown = of_team(cloud, closed)
    assert report.outcome is Outcome.BLOCKED
    assert cloud.are_paired(*(pair for pair in LANDING_ZONE_PAIRS if pair[0] not in unknown))
    assert not any(name in peering for peering in cloud.peerings() for name in unknown)
    [finding] = report.findings
    assert (finding.vnet, finding.reason) == (None, Reason.SUBSCRIPTION_UNREAD)
    assert closed in finding.detail
    assert error.code in finding.detail


async def test_what_is_in_it_is_unknown_and_not_gone():
    cloud = await settled(Estate("landing-zone", LANDING_ZONE), LANDING_ZONE_PAIRS)
    closed = LANDING_ZONES[0]
    [lost, *_] = sorted(of_team(cloud, closed))
    cloud.world.estate.drop_vnet(cloud.find(lost))
    close(cloud, closed)
    writes = cloud.writes()

    await cloud.run()
    assert cloud.writes() == writes

    cloud.arm.faults.clear()
    report = await cloud.run()
    assert {change.reason for change in report.applied} == {Reason.LEFTOVER}
    assert found(report) == {}


async def test_where_nothing_can_be_listed_nothing_is_decided():
    cloud = Estate("landing-zone", LANDING_ZONE)
    cloud.arm.faults.refuse("GET", "/virtualNetworks$", DENIED)

    report = await cloud.run()

    assert (report.outcome, report.pairs, cloud.writes()) == (Outcome.UNREADABLE, 0, 0)
    assert report.error.kind is ErrorKind.NEEDS_A_PERSON


async def test_it_is_told_once_and_when_it_is_over(caplog):
    cloud, memory = Estate("landing-zone", LANDING_ZONE), ProcessStore()
    close(cloud, LANDING_ZONES[0])
    with caplog.at_level("INFO"), installed(cloud.arm.handle):
        app = cloud.reconciler(memory, HUB_LOCATION="", TOPOLOGY=cloud.text)
        for _ in range(2):
            await app.reconcile(None, budget_seconds=ALL)
        cloud.arm.faults.clear()
        await app.reconcile(None, budget_seconds=ALL)

    assert [line.split(" {")[0] for line in news(caplog, "subscription-unread")] == [
        "needs a person",
        "recovered",
    ]


async def test_health_and_the_status_name_it():
    async with deployment(HUB_LOCATION="", TOPOLOGY=LANDING_ZONE) as (azure, cloud, host):
        SCENARIOS["landing-zone"](azure.world)
        close(cloud, LANDING_ZONES[0])
        complaints = await health(host)
        told = await status(host)

    assert [code for code, _ in complaints] == ["unreadable"]
    assert LANDING_ZONES[0] in complaints[0][1]
    assert [note["code"] for note in told["notes"]] == ["subscription-unread"]


# --- a half that stays Updating ------------------------------------------------------------------------


async def stuck(cloud):
    """The spoke's half of a pair that is whole otherwise."""
    await cloud.workshop()
    with installed(cloud.arm.handle):
        await cloud.reconciler().reconcile(None, budget_seconds=ALL)
    cloud.half(EU, HUB).provisioning = Provisioning.UPDATING


async def test_a_half_that_stays_updating_is_named_and_not_written():
    cloud = Cloud()
    await stuck(cloud)
    writes = cloud.writes()

    with installed(cloud.arm.handle):
        report = await cloud.reconciler().reconcile(None, budget_seconds=ALL)

    [finding] = report.findings
    assert (finding.vnet.name, finding.reason) == (EU, Reason.UNDER_WAY_FOR_LONG)
    assert f"peer-{EU}-{HUB} stays Updating" in finding.detail
    assert report.outcome is Outcome.IN_PROGRESS
    assert cloud.is_whole(US)
    assert cloud.writes() == writes


async def test_it_is_told_once_with_what_to_do_and_when_it_is_over(caplog):
    cloud = Cloud()
    await stuck(cloud)
    with caplog.at_level("INFO"), installed(cloud.arm.handle):
        app = cloud.reconciler()
        for _ in range(2):
            await app.reconcile(None, budget_seconds=ALL)
        cloud.half(EU, HUB).provisioning = Provisioning.SUCCEEDED
        await app.reconcile(None, budget_seconds=ALL)

    lines = news(caplog, "under-way-for-long")
    assert [line.split(" {")[0] for line in lines] == ["noticed", "recovered"]
    assert "activity log" in lines[0]


async def test_a_write_that_takes_its_time_is_not_named():
    cloud = Cloud()
    await stuck(cloud)
    with installed(cloud.arm.handle):
        run = asyncio.create_task(cloud.reconciler().reconcile(None, budget_seconds=ALL))
        await asyncio.sleep(31)
        cloud.half(EU, HUB).provisioning = Provisioning.SUCCEEDED
        report = await run

    assert (report.outcome, report.findings) == (Outcome.SETTLED, ())


async def test_the_status_shows_it_until_it_ends():
    async with deployment() as (_, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(30)
        cloud.half(EU, HUB).provisioning = Provisioning.UPDATING
        await host.invoke("on_schedule")
        before = await status(host)
        cloud.half(EU, HUB).provisioning = Provisioning.SUCCEEDED
        await asyncio.sleep(10)
        after = await status(host)

    assert "under-way-for-long" in str(before)
    assert "under-way-for-long" not in str(after)
