"""How much one run removes or changes without a person: through the real SDK, against the simulated Azure."""

import asyncio
import json

import pytest

from shared.engine.report import Outcome
from shared.model.ids import VnetId
from shared.model.reasons import Reason
from simulator.http import json_response
from simulator.transport import installed
from tests.clouds import EU, HUB, US, Cloud

DOCUMENT = "hubs: [{name: hub, location: swedencentral}]\n"


async def run(cloud, look_at=None, text=DOCUMENT, **settings):
    with installed(cloud.arm.handle):
        reconciler = cloud.reconciler(HUB_LOCATION="", TOPOLOGY=text, **settings)
        return await reconciler.reconcile(look_at, budget_seconds=1500)


async def estate(count) -> tuple[Cloud, list[str]]:
    """A hub with so many spokes, all settled."""
    cloud = Cloud()
    cloud.vnet(HUB, "swedencentral", "10.0.0.0/24")
    spokes = [f"spoke-{number:02}" for number in range(count)]
    for number, spoke in enumerate(spokes):
        cloud.vnet(spoke, "westeurope", f"10.1.{number}.0/24")
    await asyncio.sleep(4)
    await run(cloud)
    assert cloud.is_whole(*spokes)
    return cloud, spokes


def drop(cloud, names):
    for name in names:
        cloud.world.estate.drop_vnet(cloud.find(name))


def removed(cloud, names):
    return [name for name in names if cloud.half(HUB, name) is None]


def held(report):
    return [finding for finding in report.findings if finding.reason is Reason.DELETIONS_HELD_BACK]


@pytest.mark.parametrize(("count", "gone"), [(2, 1), (8, 2), (40, 10)])
async def test_as_many_as_the_limits_allow_go_at_once(count, gone):
    cloud, spokes = await estate(count)
    drop(cloud, spokes[:gone])

    report = await run(cloud)

    assert report.outcome is Outcome.SETTLED
    assert removed(cloud, spokes) == spokes[:gone]


async def test_ten_a_run_and_the_rest_is_told_while_creations_go_on():
    cloud, spokes = await estate(60)
    drop(cloud, spokes[:12])
    cloud.vnet("new", "westeurope", "10.2.0.0/24")
    await asyncio.sleep(4)

    report = await run(cloud)

    assert report.outcome is Outcome.BLOCKED
    (finding,) = held(report)
    assert finding.vnet.name == HUB
    assert finding.detail == (
        "spoke-10, spoke-11: one run may remove 10 of 61 peerings; limits: {deletions: 12, deletionsPercent: 20} "
        "in the topology document lets them go"
    )
    assert removed(cloud, spokes) == spokes[:10]
    assert cloud.is_whole("new", *spokes[12:])

    assert (await run(cloud)).outcome is Outcome.SETTLED
    assert removed(cloud, spokes) == spokes[:12]


@pytest.mark.parametrize("look_away", ["timer", "audit"])
async def test_when_too_many_vanish_at_once_nothing_is_removed_until_a_person_lets_it(look_away):
    cloud, spokes = await estate(8)
    drop(cloud, spokes[:3])
    cloud.delete_half(spokes[5], HUB)
    await asyncio.sleep(13)
    settings = {"MODE": "audit"} if look_away == "audit" else {}

    report = await run(cloud, **settings)

    (finding,) = held(report)
    needed = "limits: {deletions: 3, deletionsPercent: 38}"
    assert finding.detail == (
        "spoke-00, spoke-01, spoke-02: 3 of 8 spokes have vanished at once; "
        f"{needed} in the topology document lets them go"
    )
    assert removed(cloud, spokes) == []
    assert cloud.is_whole(spokes[5]) is (look_away == "timer")

    assert (await run(cloud, text=DOCUMENT + needed)).outcome is Outcome.SETTLED
    assert removed(cloud, spokes) == spokes[:3]


async def test_nothing_is_removed_by_a_list_that_lacks_networks_which_are_there():
    cloud, spokes = await estate(8)
    drop(cloud, spokes[:1])

    async def with_a_short_list(request):
        response = await cloud.arm.handle(request)
        if not request.path.endswith("/virtualNetworks"):
            return response
        listed = json.loads(response.body)["value"]
        return json_response(200, {"value": [vnet for vnet in listed if vnet["name"] not in spokes[1:3]]})

    with installed(with_a_short_list):
        reconciler = cloud.reconciler(HUB_LOCATION="", TOPOLOGY=DOCUMENT)
        report = await reconciler.reconcile(None, budget_seconds=600)

    assert report.outcome is Outcome.BLOCKED
    (finding,) = held(report)
    assert finding.detail.startswith("spoke-00: 3 of 8 spokes have vanished at once; ")
    assert removed(cloud, spokes) == []


async def test_an_event_of_one_deletion_is_followed_whatever_else_is_gone():
    cloud, spokes = await estate(8)
    ids = [VnetId.parse(cloud.find(name).id) for name in spokes[:3]]
    drop(cloud, spokes[:3])

    report = await run(cloud, ids[0])

    assert report.outcome is Outcome.SETTLED
    assert removed(cloud, spokes) == spokes[:1]


async def test_the_workshop_loses_one_spoke_at_a_time_with_the_short_form_too():
    cloud = Cloud()
    await cloud.workshop()
    with installed(cloud.arm.handle):
        await cloud.reconciler().reconcile(None, budget_seconds=600)
        drop(cloud, [EU])
        report = await cloud.reconciler().reconcile(None, budget_seconds=600)

    assert report.outcome is Outcome.SETTLED
    assert removed(cloud, [EU, US]) == [EU]


async def test_a_spoke_in_the_place_of_one_whose_removal_is_held_back_waits_with_it():
    cloud, spokes = await estate(4)
    drop(cloud, spokes[:2])
    cloud.vnet("next", "westeurope", "10.1.0.0/24")
    await asyncio.sleep(4)
    started = asyncio.get_running_loop().time()

    report = await run(cloud)

    assert report.outcome is Outcome.BLOCKED
    assert held(report)
    assert cloud.half(HUB, "next") is None
    assert asyncio.get_running_loop().time() - started < 60


async def test_repairs_do_not_count_as_removals():
    cloud, spokes = await estate(8)
    for name in spokes[:4]:
        cloud.delete_half(name, HUB)
    await asyncio.sleep(13)

    report = await run(cloud, text=f"{DOCUMENT}limits: {{deletions: 0}}")

    assert report.outcome is Outcome.SETTLED
    assert cloud.is_whole(*spokes)


async def test_a_removed_pair_counts_once():
    cloud, spokes = await estate(4)
    rule = "spokes: {exclude: [{name: spoke-00}]}\nunselected: remove\n"

    report = await run(cloud, text=DOCUMENT + rule)

    assert report.outcome is Outcome.SETTLED
    assert len(report.applied) == 2
    assert removed(cloud, spokes) == spokes[:1]


async def test_no_run_changes_more_than_it_may_at_all():
    cloud = Cloud()
    await cloud.workshop()
    text = f"{DOCUMENT}limits: {{changes: 3}}"

    report = await run(cloud, text=text)

    assert report.outcome is Outcome.BLOCKED
    (finding,) = report.findings
    assert (finding.vnet, finding.reason) == (None, Reason.CHANGES_HELD_BACK)
    assert cloud.writes() == len(report.applied) == 3
    assert cloud.is_whole(EU)

    assert (await run(cloud, text=text)).outcome is Outcome.SETTLED
    assert cloud.is_whole(EU, US)


async def test_deletions_come_last_where_changes_are_few():
    cloud, spokes = await estate(8)
    drop(cloud, spokes[:1])
    cloud.vnet("new", "westeurope", "10.2.0.0/24")
    await asyncio.sleep(4)

    await run(cloud, text=f"{DOCUMENT}limits: {{changes: 2}}")

    assert cloud.is_whole("new")
    assert removed(cloud, spokes) == []
