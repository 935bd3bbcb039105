"""The loop against the simulated Azure, through the real SDK, in simulated time."""

import asyncio
import re

import pytest

from shared.engine.report import Outcome
from shared.model.ids import VnetId
from shared.model.reasons import Reason
from shared.reporting.store import ProcessStore
from simulator import errors
from simulator.network.durations import Durations
from simulator.network.locks import LockMode
from simulator.network.resources import PeeringFlags
from simulator.transport import installed
from tests.clouds import ELSEWHERE, EU, HUB, SUBSCRIPTION, US, Cloud

ALL = 1500


def id_of(vnet) -> VnetId:
    return VnetId.parse(vnet.id)


async def reconcile(cloud, look_at=None, *, budget_seconds=ALL, **settings):
    with installed(cloud.arm.handle):
        return await cloud.reconciler(**settings).reconcile(look_at, budget_seconds=budget_seconds)


async def test_a_new_spoke_costs_exactly_two_peering_writes():
    cloud = Cloud()
    await cloud.workshop()

    report = await reconcile(cloud, id_of(cloud.find(EU)), budget_seconds=25)

    assert report.outcome is Outcome.SETTLED
    assert cloud.is_whole(EU)
    assert cloud.state(HUB, US) is None
    assert cloud.writes() == 2


async def test_the_timer_pairs_everything_and_a_settled_estate_costs_one_list_and_one_read():
    cloud = Cloud(page_size=2)
    await cloud.workshop()
    await reconcile(cloud)
    assert cloud.is_whole(EU, US)
    writes, lists, reads = cloud.writes(), cloud.requests("GET", "vnets"), cloud.requests("GET", "vnet")

    report = await reconcile(cloud)

    assert report.outcome is Outcome.SETTLED
    assert report.applied == ()
    assert cloud.writes() == writes == 4
    assert cloud.requests("GET", "vnets") - lists == 2  # three networks, two a page
    assert cloud.requests("GET", "vnet") - reads == 1


@pytest.mark.parametrize("each", [2.0, 5.0, 12.0, 20.0])
@pytest.mark.parametrize("mode", list(LockMode))
async def test_time_to_connected(mode, each):
    durations = Durations(lone_peering_write=each, paired_peering_write=each)
    cloud = Cloud(lock_mode=mode, durations=durations)
    await cloud.workshop()
    started = cloud.world.clock.now()

    await reconcile(cloud, id_of(cloud.find(EU)), budget_seconds=ALL)

    assert cloud.is_whole(EU)
    ended = max(operation.ends for operation in cloud.world.operations.values())
    least = each if mode is LockMode.PARALLEL else 2 * each
    assert ended - started <= 1.25 * least


@pytest.mark.parametrize("mode", list(LockMode))
async def test_ten_spokes_at_once_learn_the_lock_mode_from_few_refusals(mode):
    cloud = Cloud(lock_mode=mode)
    cloud.vnet(HUB, "swedencentral", "10.0.0.0/22")
    spokes = [f"spoke-{number}" for number in range(10)]
    for number, spoke in enumerate(spokes):
        cloud.vnet(spoke, "westeurope", f"10.1.{number}.0/24")
    await asyncio.sleep(4)

    await reconcile(cloud)

    assert cloud.is_whole(*spokes)
    assert cloud.requests("PUT", "peering") - 20 <= 0.3 * 20


async def test_a_network_still_busy_after_its_creation_is_waited_for():
    cloud = Cloud(durations=Durations(subnets_settle=9))
    await cloud.workshop()

    await reconcile(cloud, id_of(cloud.find(EU)), budget_seconds=60)

    assert cloud.is_whole(EU)
    assert cloud.arm.counters.writes_refused["ReferencedResourceNotProvisioned"] <= 4


async def test_what_a_deleted_network_leaves_on_the_hub_is_removed_and_it_may_come_back():
    cloud = Cloud()
    await cloud.workshop()
    await reconcile(cloud)
    eu = cloud.find(EU)
    cloud.world.delete_vnet(eu)

    await reconcile(cloud, id_of(eu), budget_seconds=25)

    assert cloud.half(HUB, EU) is None
    assert cloud.is_whole(US)
    cloud.vnet(EU, "westeurope", "10.0.4.0/22")
    await asyncio.sleep(4)
    await reconcile(cloud, id_of(eu), budget_seconds=25)
    assert cloud.is_whole(EU, US)


async def test_a_network_deleted_and_created_again_before_anyone_looked():
    cloud = Cloud()
    await cloud.workshop()
    await reconcile(cloud)
    cloud.world.delete_vnet(cloud.find(EU))
    await asyncio.sleep(11)
    cloud.vnet(EU, "westeurope", "10.0.4.0/22")
    await asyncio.sleep(4)

    await reconcile(cloud)

    assert cloud.is_whole(EU, US)


@pytest.mark.parametrize(("local", "remote"), [(HUB, US), (US, HUB)])
async def test_a_deleted_half_is_restored_with_two_writes(local, remote):
    cloud = Cloud()
    await cloud.workshop()
    await reconcile(cloud)
    writes = cloud.writes()
    cloud.delete_half(local, remote)
    await asyncio.sleep(13)

    await reconcile(cloud)

    assert cloud.is_whole(EU, US)
    assert cloud.writes() - writes == 2


async def test_grown_address_space_is_synced_on_the_side_that_is_behind():
    cloud = Cloud()
    await cloud.workshop()
    await reconcile(cloud)
    writes = cloud.writes()
    cloud.vnet(EU, "westeurope", "10.0.4.0/22", "10.0.12.0/22")
    await asyncio.sleep(4)
    assert cloud.state(HUB, EU)[1] == "LocalNotInSync"

    await reconcile(cloud)

    assert cloud.is_whole(EU, US)
    assert cloud.writes() - writes == 1


async def test_address_space_that_grows_again_during_a_sync_is_synced_again():
    cloud = Cloud()
    await cloud.workshop()
    await reconcile(cloud)
    cloud.vnet(EU, "westeurope", "10.0.4.0/22", "10.0.12.0/22")
    await asyncio.sleep(4)

    async def grow_again():
        while cloud.state(HUB, EU)[2] != "Updating":
            await asyncio.sleep(0.1)
        cloud.vnet(EU, "westeurope", "10.0.4.0/22", "10.0.12.0/22", "10.0.16.0/22")

    report, _ = await asyncio.gather(reconcile(cloud), grow_again())

    assert report.outcome is Outcome.SETTLED
    assert cloud.is_whole(EU, US)


async def test_the_hub_in_another_subscription():
    cloud = Cloud()
    hub = cloud.vnet("hub", "northeurope", "10.0.0.0/22", subscription=ELSEWHERE)
    cloud.vnet("app", "westeurope", "10.0.4.0/22")
    await asyncio.sleep(4)

    report = await reconcile(cloud, HUB_LOCATION="", HUB_VNET_ID=hub.id)

    assert report.outcome is Outcome.SETTLED
    assert cloud.find("app").peerings["peer-app-hub"].state == "Connected"


async def test_the_budget_ends_the_run_without_a_failure():
    cloud = Cloud(durations=Durations(paired_peering_write=600))
    await cloud.workshop()
    started = asyncio.get_running_loop().time()

    report = await reconcile(cloud, id_of(cloud.find(EU)), budget_seconds=25)

    assert report.outcome is Outcome.IN_PROGRESS
    assert 20 < asyncio.get_running_loop().time() - started <= 25


class DistantMemory(ProcessStore):
    async def load(self):
        await asyncio.sleep(0.5)
        return await super().load()


async def test_a_run_that_uses_its_budget_up_still_remembers_what_it_told(caplog):
    cloud, memory = Cloud(durations=Durations(paired_peering_write=600)), DistantMemory()
    await cloud.workshop()
    cloud.vnet("clash", "westeurope", "10.0.2.0/24")
    await asyncio.sleep(4)
    started = asyncio.get_running_loop().time()

    for _ in range(2):
        report = await reconcile(cloud, budget_seconds=25, memory=memory)
        assert report.outcome is Outcome.IN_PROGRESS

    assert asyncio.get_running_loop().time() - started <= 2 * 25
    assert caplog.text.count("needs a person") == 1


async def test_an_overlapping_network_is_reported_once_and_the_others_are_paired(caplog):
    cloud = Cloud()
    await cloud.workshop()
    cloud.vnet("clash", "westeurope", "10.0.2.0/24")
    await asyncio.sleep(4)

    report = await reconcile(cloud)

    assert report.outcome is Outcome.BLOCKED
    assert cloud.is_whole(EU, US)
    assert cloud.arm.counters.writes_refused == {}
    lines = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(lines) == 1
    assert "virtualNetworks/clash" in lines[0]
    assert '"code":"overlap"' in lines[0]
    assert "10.0.2.0/24" in lines[0]
    assert "10.0.0.0/22" in lines[0]
    assert "another address space" in lines[0]


async def test_a_refused_write_is_reported_with_what_to_do(caplog):
    cloud = Cloud()
    await cloud.workshop()
    policy = errors.gateway_error(403, "RequestDisallowedByPolicy", "denied", target="peer")
    cloud.arm.faults.refuse("PUT", f"/{US}/virtualNetworkPeerings/", policy)

    report = await reconcile(cloud)

    assert report.outcome is Outcome.BLOCKED
    assert cloud.is_whole(EU)
    assert cloud.arm.counters.writes_refused == {"RequestDisallowedByPolicy": 1}
    assert "exempt the peering from the policy" in caplog.text


async def test_what_cannot_be_read_is_not_taken_for_absent():
    cloud = Cloud()
    await cloud.workshop()
    await reconcile(cloud)
    eu = cloud.find(EU)
    cloud.world.delete_vnet(eu)
    denied = errors.gateway_error(403, "AuthorizationFailed", "no right")
    cloud.arm.faults.refuse("GET", f"/virtualNetworks/{EU}$", denied)

    report = await reconcile(cloud)

    assert report.outcome is Outcome.BLOCKED
    assert [blocked.error.code for blocked in report.blocked] == ["AuthorizationFailed"]
    assert cloud.half(HUB, EU) is not None


async def test_leftovers_under_other_names_and_of_other_subscriptions_stay():
    cloud = Cloud()
    await cloud.workshop()
    foreign = cloud.vnet("theirs", "westeurope", "10.9.0.0/24", subscription=ELSEWHERE)
    other = cloud.vnet("other", "westeurope", "10.8.0.0/24")
    await asyncio.sleep(4)
    for vnet, name in ((foreign, f"peer-{HUB}-theirs"), (other, "made-by-hand")):
        cloud.world.estate.put_peering(vnet, "back", cloud.find(HUB).id, PeeringFlags(), sync=False)
        cloud.world.estate.put_peering(cloud.find(HUB), name, vnet.id, PeeringFlags(), sync=False)
        cloud.world.estate.drop_vnet(vnet)

    await reconcile(cloud)

    assert {f"peer-{HUB}-theirs", "made-by-hand"} <= cloud.find(HUB).peerings.keys()
    assert cloud.is_whole(EU, US)


@pytest.mark.parametrize(
    ("networks", "settings", "message"),
    [
        pytest.param([], {}, "hub 'hub': no network was found for location swedencentral", id="none there"),
        pytest.param(["h1", "h2"], {}, "virtualNetworks/h1, .*virtualNetworks/h2; give its id", id="several"),
        pytest.param(
            ["h1"],
            {
                "HUB_LOCATION": "",
                "HUB_VNET_ID": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/x/providers/"
                "Microsoft.Network/virtualNetworks/nowhere",
            },
            "hub 'hub': .*/nowhere does not exist",
            id="unknown hub ID",
        ),
    ],
)
async def test_a_hub_that_cannot_be_told_changes_nothing(networks, settings, message):
    cloud = Cloud()
    for number, name in enumerate(networks):
        cloud.vnet(name, "swedencentral", f"10.0.{number}.0/24")
    cloud.vnet("app", "westeurope", "10.1.0.0/24")
    await asyncio.sleep(4)

    report = await reconcile(cloud, **settings)

    assert report.outcome is Outcome.BLOCKED
    (finding,) = report.findings
    assert finding.reason is Reason.NO_HUB
    assert re.search(message, finding.detail)
    assert cloud.writes() == 0


async def test_of_several_in_the_hub_location_the_tagged_one_is_the_hub():
    cloud = Cloud()
    await cloud.workshop()
    cloud.vnet("second", "swedencentral", "10.0.16.0/24")
    cloud.vnet(HUB, "swedencentral", "10.0.0.0/22", tags={"peering-role": "hub"})
    await asyncio.sleep(4)

    await reconcile(cloud)

    assert cloud.is_whole(EU, US, "second")
