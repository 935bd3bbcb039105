"""What changes between the decision to remove a Connected pair and its deletion."""

import asyncio

import pytest

from simulator.network.locks import LockMode
from simulator.transport import installed
from tests.cli.shell import Shell
from tests.clouds import ELSEWHERE, HUB
from tests.known.harness import BY_TAG, NEW, OLD, WEB, put_half, settled, settled_regions, untag
from tests.soak.instances import Instance, outside


def fails(reason):
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)


def at_the_first_deletion(wire, act):
    """Something happens as the first deletion reaches Azure."""

    def before(request):
        if request.method == "DELETE":
            wire.before = None
            act()

    wire.before = before


def tag_again(wire, spokes):
    for spoke in spokes:
        wire.cloud.find(spoke).tags = {"env": "prod"}


def turn_off(wire, spokes):
    for spoke in spokes:
        wire.cloud.find(spoke).tags = {"peering-mode": "off"}


def connect_by_network_manager(wire, spokes):
    other = wire.cloud.vnet("managed-hub", "westeurope", "172.16.0.0/24", subscription=ELSEWHERE)
    for spoke in spokes:
        put_half(wire.cloud, wire.cloud.find(spoke), other, "ANM_mesh")


def pairs_cut(wire, spokes):
    """Of how many spokes a half was deleted while it was Connected."""
    return sum(any(spoke in name for name in wire.cut()) for spoke in spokes)


@pytest.mark.parametrize("act", [tag_again, turn_off, connect_by_network_manager])
@fails(
    "between the decision and the last of its deletions nobody looks again, so what people put right is ignored"
)
async def test_what_changes_at_the_first_deletion_spares_the_others(act):
    wire, spokes = await settled(16, BY_TAG, lock_mode=LockMode.CONFLICT)
    unselected = spokes[:4]
    untag(wire.cloud, unselected)
    at_the_first_deletion(wire, lambda: act(wire, unselected))

    await wire.run(text=BY_TAG)

    assert pairs_cut(wire, unselected) == 1


@fails("a saved plan goes on to delete pairs whose networks have changed since it was checked")
async def test_a_saved_plan_spares_what_changes_at_its_first_deletion(tmp_path, monkeypatch):
    wire, spokes = await settled(8, BY_TAG, lock_mode=LockMode.CONFLICT)
    untag(wire.cloud, spokes[:2])
    shell, file = Shell(wire.cloud, HUB_LOCATION="", TOPOLOGY=BY_TAG), tmp_path / "unselected.plan"
    await shell("plan", "--out", file)
    at_the_first_deletion(wire, lambda: tag_again(wire, spokes[:2]))

    monkeypatch.setattr(wire.cloud.arm, "handle", wire.handle)

    await shell("apply", file)

    assert pairs_cut(wire, spokes[:2]) == 1


@fails(
    "a move that is called off at its first deletion still deletes the other half of the pair that is wanted again"
)
async def test_a_move_that_is_called_off_at_its_first_deletion_deletes_no_other_half():
    wire = await settled_regions()
    wire.cloud.retag(WEB, peering_hub="eus2")
    at_the_first_deletion(wire, lambda: wire.cloud.retag(WEB))

    with installed(wire.handle):
        await wire.cloud.reconciler_of().reconcile(None, budget_seconds=600)

    assert f"peer-{OLD}-{WEB}" not in {each.name for each in wire.deletions}


async def test_a_move_that_is_called_off_at_its_first_deletion_ends_with_the_wanted_pair():
    wire = await settled_regions()
    wire.cloud.retag(WEB, peering_hub="eus2")
    at_the_first_deletion(wire, lambda: wire.cloud.retag(WEB))

    with installed(wire.handle):
        await wire.cloud.reconciler_of().reconcile(None, budget_seconds=600)

    assert wire.cloud.are_paired((WEB, OLD))
    assert wire.cloud.half(WEB, NEW) is wire.cloud.half(NEW, WEB) is None


async def test_a_pair_whose_deletion_was_interrupted_is_made_again_once_it_is_wanted():
    wire, (spoke, *_) = await settled(8, BY_TAG)
    untag(wire.cloud, [spoke])

    def end_at_the_second_deletion(request):
        if request.method == "DELETE" and wire.deletions:
            process.kill()
            raise asyncio.CancelledError

    wire.before = end_at_the_second_deletion
    process = Instance()
    wire.azure = outside(wire.azure)
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(process.does(wire.run(text=BY_TAG)))
    assert len(wire.deletions) == 1
    wire.before = None
    tag_again(wire, [spoke])
    await asyncio.sleep(20)

    await wire.run(text=BY_TAG)

    assert wire.cloud.is_whole(spoke)


async def gone_and_back(wire, spoke):
    """A network that was deleted, and that is there again, Connected, when the leftover's deletion arrives."""
    cloud = wire.cloud
    cloud.world.estate.drop_vnet(cloud.find(spoke))

    def come_back():
        hub = cloud.find(HUB)
        cloud.world.estate.delete_peering(hub, cloud.half(HUB, spoke))
        again = cloud.vnet(spoke, "westeurope", "10.1.0.0/24")
        again.provisioning = "Succeeded"
        put_half(cloud, hub, again)
        put_half(cloud, again, hub)

    at_the_first_deletion(wire, come_back)
    await wire.run()


async def test_a_network_that_is_back_at_the_last_moment_keeps_its_pair():
    wire, (spoke, *_) = await settled(4)

    await gone_and_back(wire, spoke)

    assert wire.deletions == []
    assert wire.cloud.is_whole(spoke)


async def test_where_azure_ignores_etags_a_pair_that_was_cut_is_restored_by_the_same_run():
    wire, (spoke, *_) = await settled(4)
    wire.ignores_etags = True

    await gone_and_back(wire, spoke)

    assert len(wire.cut()) == 1
    assert wire.cloud.is_whole(spoke)


async def test_a_half_that_leads_elsewhere_at_the_last_moment_stays():
    wire, (spoke, *_) = await settled(4)
    cloud = wire.cloud
    cloud.world.estate.drop_vnet(cloud.find(spoke))
    other = cloud.vnet("other", "westeurope", "172.16.0.0/24", subscription=ELSEWHERE)
    await asyncio.sleep(5)

    def lead_elsewhere():
        hub = cloud.find(HUB)
        cloud.world.estate.delete_peering(hub, cloud.half(HUB, spoke))
        put_half(cloud, hub, other, f"peer-{HUB}-{spoke}")

    at_the_first_deletion(wire, lead_elsewhere)
    await wire.run()

    assert wire.deletions == []
    assert cloud.half(HUB, spoke).remote.name == "other"
