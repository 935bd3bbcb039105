"""Many spokes at once: as quick as Azure allows, in every lock mode, without being told which one it is."""

import asyncio
from random import Random

import pytest

from shared.azure.arm import ArmClient
from shared.config.settings import Settings
from shared.engine.reconciler import Reconciler
from shared.engine.report import Outcome
from shared.model.ids import VnetId
from shared.reporting.facts import Fact
from shared.reporting.reporter import RunReporter
from shared.reporting.store import ProcessStore
from simulator.network.locks import LockMode
from simulator.transport import installed
from tests.clouds import HUB, SUBSCRIPTION, Cloud, TokenOfTheApp

BUCKET, REFILL_PER_SECOND = 200, 10
"""Resource Manager's writes: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling"""


async def estate(cloud: Cloud, spokes: int) -> list[str]:
    cloud.vnet(HUB, "swedencentral", "10.0.0.0/22")
    names = [f"spoke-{number:03}" for number in range(spokes)]
    for number, name in enumerate(names):
        cloud.vnet(name, "westeurope", f"10.{1 + number // 250}.{number % 250}.0/24")
    await asyncio.sleep(4)
    return names


def least_seconds(cloud: Cloud, spokes: int) -> float:
    """The shortest time in which Azure can bring so many pairs about."""
    durations = cloud.world.durations
    one_by_one = spokes * (durations.lone_peering_write + durations.paired_peering_write)
    if cloud.world.lock_mode is not LockMode.PARALLEL:
        return one_by_one
    return max(0, 2 * spokes - BUCKET) / REFILL_PER_SECOND + durations.paired_peering_write


def peering_operations(cloud: Cloud):
    return [one for one in cloud.world.operations.values() if "Peering" in one.kind]


@pytest.mark.parametrize("mode", list(LockMode))
async def test_two_hundred_spokes_at_once(mode):
    cloud = Cloud(lock_mode=mode)
    names = await estate(cloud, 200)
    started = cloud.world.clock.now()

    with installed(cloud.arm.handle):
        report = await cloud.reconciler().reconcile(None, budget_seconds=20_000)

    assert report.outcome is Outcome.SETTLED
    assert cloud.is_whole(*names)
    seconds = max(one.ends for one in peering_operations(cloud)) - started
    assert seconds <= 1.25 * least_seconds(cloud, 200)
    assert cloud.requests("PUT", "peering") - 400 <= 0.3 * 400


async def test_two_hundred_events_at_once():
    cloud = Cloud()
    cloud.arm.throttling.refuses = True
    names = await estate(cloud, 200)
    started = cloud.world.clock.now()

    with installed(cloud.arm.handle):
        reconciler = cloud.reconciler()
        async with asyncio.TaskGroup() as events:
            for name in names:
                events.create_task(reconciler.reconcile(VnetId.parse(cloud.find(name).id), budget_seconds=25))
        await reconciler.reconcile(None, budget_seconds=1500)

    assert cloud.is_whole(*names)
    assert max(one.ends for one in peering_operations(cloud)) - started <= 1.25 * least_seconds(cloud, 200)
    assert cloud.requests("PUT", "peering") == 400
    assert cloud.arm.counters.writes_refused == {}


async def test_five_hundred_spokes_by_the_timer_provoke_no_throttling_and_tell_how_far_they_are(caplog):
    cloud = Cloud()
    cloud.arm.throttling.refuses = True
    names = await estate(cloud, 499)

    with installed(cloud.arm.handle), caplog.at_level("INFO"):
        report = await cloud.reconciler().reconcile(None, budget_seconds=1500)
        writes = cloud.writes()
        settled = await cloud.reconciler().reconcile(None, budget_seconds=1500)

    assert report.outcome is settled.outcome is Outcome.SETTLED
    assert cloud.is_whole(*names)
    assert cloud.arm.counters.writes_refused == {}
    assert cloud.writes() == writes
    lines = [record.msg for record in caplog.records if isinstance(record.msg, Fact)]
    told = [line.fields for line in lines if line.name == "reconciling"]
    accepted = [fields["changes_accepted"] for fields in told]
    assert [fields["pairs"] for fields in told] == [499] * int(report.seconds // 60)
    assert accepted == sorted(accepted)
    assert 0 < accepted[0] < accepted[-1] < 998


@pytest.mark.parametrize(
    ("mode", "deployments", "spokes", "worst_seconds"),
    [
        pytest.param(LockMode.PARALLEL, 20, 25, 60, id="twenty with twenty-five spokes each, side by side"),
        # 20 pairs of 14 s each, one after the other, and nobody tells one app when another one is done.
        pytest.param(LockMode.MIXED, 4, 5, 2 * 20 * 14, id="four with five spokes each, taking turns"),
    ],
)
async def test_deployments_share_one_hub_and_none_starves(mode, deployments, spokes, worst_seconds):
    cloud = Cloud(lock_mode=mode)
    hub = cloud.vnet(HUB, "swedencentral", "10.0.0.0/16")
    subscriptions = [f"{SUBSCRIPTION[:-2]}{number:02}" for number in range(deployments)]
    for number, subscription in enumerate(subscriptions):
        for spoke in range(spokes):
            name, space = f"spoke-{number:02}-{spoke:02}", f"10.{number + 1}.{spoke}.0/24"
            cloud.vnet(name, "westeurope", space, subscription=subscription)
    await asyncio.sleep(4)
    started = cloud.world.clock.now()

    async def deployment(number: int, subscription: str) -> float:
        settings = Settings.from_environ({"AZURE_SUBSCRIPTION_ID": subscription, "HUB_VNET_ID": hub.id})
        reporter = RunReporter(ProcessStore(), cloud.world.clock.utc)
        app = Reconciler(
            ArmClient(TokenOfTheApp(), settings.arm_endpoint),
            settings,
            Random(number),
            reporter,
            cloud.world.clock.utc,
        )
        while (await app.reconcile(None, budget_seconds=1500)).outcome is not Outcome.SETTLED:
            await asyncio.sleep(300)
        return cloud.world.clock.now() - started

    with installed(cloud.arm.handle):
        waits = await asyncio.gather(
            *(deployment(number, subscription) for number, subscription in enumerate(subscriptions))
        )

    assert len(hub.peerings) == deployments * spokes
    assert {half.state for half in hub.peerings.values()} == {"Connected"}
    assert max(waits) <= worst_seconds
