"""What the log tells of each run: troubles for as long as they last, and drift once, with its age."""

import asyncio
from datetime import timedelta

import pytest

from shared.events.attribution import EventAttribution
from shared.reporting.facts import Fact
from simulator import errors
from simulator.transport import installed
from tests.clouds import EU, HUB, US, Cloud

WHOLE = 600


def told(caplog, name):
    lines = [record.msg for record in caplog.records if isinstance(record.msg, Fact)]
    return [line.fields for line in lines if line.name == name]


@pytest.fixture(autouse=True)
def _info(caplog):
    caplog.set_level("INFO", logger="interlinked")


async def test_a_trouble_is_told_once_and_counted_with_every_run(caplog):
    cloud = Cloud()
    await cloud.workshop()
    cloud.vnet("twin", "westeurope", "10.0.4.0/22")
    policy = errors.gateway_error(403, "RequestDisallowedByPolicy", "denied", target="peer")
    cloud.arm.faults.refuse("PUT", f"/{US}/virtualNetworkPeerings/", policy)
    await asyncio.sleep(5)
    with installed(cloud.arm.handle):
        app = cloud.reconciler()
        for _ in range(3):
            await app.reconcile(None, budget_seconds=WHOLE)

    runs = told(caplog, "reconciled")
    assert [run["troubles"] for run in runs] == [{"overlap": 1, "RequestDisallowedByPolicy": 1}] * 3
    assert [run["states"] for run in runs] == [{"settled": 1, "unsettled": 0, "blocked": 2}] * 3
    assert [run["refusals"] for run in runs] == [{"RequestDisallowedByPolicy": 1}] * 3
    assert len(told(caplog, "needs a person")) == 2


async def test_an_azure_that_cannot_be_read_tells_nothing_of_pairs(caplog):
    cloud = Cloud()
    await cloud.workshop()
    denied = errors.authorization_failed("Microsoft.Network/virtualNetworks/read", "/")
    cloud.arm.faults.refuse("GET", "/virtualNetworks$", denied)
    with installed(cloud.arm.handle):
        await cloud.reconciler().reconcile(None, budget_seconds=WHOLE)

    (run,) = told(caplog, "reconciled")
    assert run["outcome"] == "unreadable"
    assert "AuthorizationFailed" in run["error"]
    assert {"states", "hubs"}.isdisjoint(run)


async def test_drift_is_told_once_however_many_runs_it_takes(caplog):
    """Audit never ends it; a person does."""
    cloud = Cloud()
    await cloud.workshop()
    with installed(cloud.arm.handle):
        app, enforcing = cloud.reconciler(MODE="audit"), cloud.reconciler()
        for _ in range(3):
            await app.reconcile(None, budget_seconds=WHOLE)
        assert [each["reason"] for each in told(caplog, "drift found")] == ["missing"] * 2
        await enforcing.reconcile(None, budget_seconds=WHOLE)
        await app.reconcile(None, budget_seconds=WHOLE)
        caplog.clear()

        cloud.delete_half(US, HUB)
        await asyncio.sleep(60)
        await app.reconcile(None, budget_seconds=WHOLE)
        await app.reconcile(None, budget_seconds=WHOLE)
    (found,) = told(caplog, "drift found")
    assert found["vnet"] == str(cloud.vnet_id(US))
    assert (found["reason"], found["found_by"]) == ("disconnected", "timer")
    assert 60 <= found["age_seconds"] <= 70


@pytest.mark.parametrize(
    ("ago", "age"),
    [(timedelta(seconds=40), 40), (timedelta(days=2), None), (timedelta(hours=-1), None)],
    ids=["as the event says", "older than any event", "in the future"],
)
async def test_the_age_is_what_the_event_says_where_that_can_be(caplog, ago, age):
    cloud = Cloud()
    await cloud.workshop()
    with installed(cloud.arm.handle):
        happened = cloud.world.clock.utc() - ago
        await cloud.reconciler().reconcile(
            cloud.vnet_id(EU), budget_seconds=25, attribution=EventAttribution(happened=happened)
        )
    (found,) = told(caplog, "drift found")
    (connected,) = told(caplog, "pair connected")
    (run,) = told(caplog, "reconciled")
    assert found.get("age_seconds") == (age and pytest.approx(age, abs=1))
    assert found["found_by"] == connected["found_by"] == "event"
    assert connected["seconds"] == pytest.approx(run["duration_seconds"] + (age or 0), abs=1)


async def test_an_event_about_the_hub_says_nothing_of_the_age_of_a_spoke(caplog):
    cloud = Cloud()
    await cloud.workshop()
    with installed(cloud.arm.handle):
        happened = cloud.world.clock.utc() - timedelta(seconds=40)
        await cloud.reconciler().reconcile(
            cloud.vnet_id(HUB), budget_seconds=25, attribution=EventAttribution(happened=happened)
        )
    assert [found.get("age_seconds") for found in told(caplog, "drift found")] == [None, None]
