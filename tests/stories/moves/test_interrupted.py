"""Moves that are interrupted, and on the command line."""

import asyncio
import re
from random import Random

import pytest

from shared.engine.report import Outcome
from shared.model.ids import PeeringId
from simulator.network.locks import LockMode
from simulator.scenarios import SUBSCRIPTION
from tests.cli.shell import Shell
from tests.stories.moves.spoke import (
    HUBS,
    MOVE,
    NEW,
    OLD,
    TAKE_GATEWAY,
    WEB,
    History,
    by_hand,
    connected,
    estate,
    halves_with,
    has_moved,
    uses_gateway,
    with_gateways,
)
from tests.stories.test_estates import (
    found,
    two_regions,
)


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
