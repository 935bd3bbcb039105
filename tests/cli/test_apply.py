"""`apply`: with and without a saved plan, verified, refused, interrupted."""

import asyncio
import json

import pytest

from shared.cli.exit_codes import ExitCode
from simulator import errors
from simulator.network.durations import Durations
from simulator.network.locks import LockMode
from tests.cli.shell import Shell
from tests.clouds import EU, HUB, US, Cloud

DENIED = errors.gateway_error(403, "RequestDisallowedByPolicy", "denied", target="peer")


async def planned(tmp_path, **settings):
    """A workshop with a saved plan."""
    cloud, file = Cloud(), tmp_path / "network.plan"
    await cloud.workshop()
    assert (await Shell(cloud, **settings)("plan", "--out", file)).ending is ExitCode.DUE
    return cloud, file


async def test_a_saved_plan_is_applied_and_verified(tmp_path):
    cloud, file = await planned(tmp_path)
    ran = await Shell(cloud)("apply", file)

    assert (ran.ending, ran.err) == (ExitCode.DONE, "")
    assert cloud.is_whole(EU, US)
    assert cloud.writes() == 4
    assert ran.out.count(": accepted\n") == ran.out.count(": done\n") == 4
    assert f"{HUB} <-> {EU}: verified, Connected, FullyInSync on both sides\n" in ran.out
    assert ran.out.endswith("2 of 2 pairs verified, 4 writes.\n")


async def test_a_saved_repair_of_halves_that_exist_is_applied(tmp_path):
    cloud, file = Cloud(), tmp_path / "network.plan"
    await cloud.workshop()
    await Shell(cloud)("apply")
    cloud.delete_half(US, HUB)
    cloud.vnet(EU, "westeurope", "10.0.4.0/22", "10.0.12.0/22")
    await asyncio.sleep(15)
    await Shell(cloud)("plan", "--out", file)
    ran = await Shell(cloud)("apply", file)

    assert ran.ending is ExitCode.DONE
    assert cloud.is_whole(EU, US)
    assert ran.out.endswith("2 of 2 pairs verified, 3 writes.\n")


async def test_a_plan_made_in_audit_mode_is_applied_in_enforce_mode_only(tmp_path):
    cloud, file = await planned(tmp_path, MODE="audit")
    for words in (("apply", file), ("apply",)):
        ran = await Shell(cloud, MODE="audit")(*words)
        assert (ran.ending, ran.out, ran.err.count("\n")) == (ExitCode.ERROR, "", 1)
        assert "MODE is audit" in ran.err
    assert cloud.writes() == 0

    assert (await Shell(cloud)("apply", file)).ending is ExitCode.DONE


def a_new_network(cloud):
    cloud.vnet("new", "westeurope", "10.0.16.0/22")
    return "/new is new"


def another_address_space(cloud):
    cloud.vnet(EU, "westeurope", "10.0.4.0/22", "10.0.12.0/22")
    return f"/{EU} changed"


def a_network_less(cloud):
    cloud.world.delete_vnet(cloud.find(US))
    return f"/{US} is not seen any more"


@pytest.mark.parametrize("move", [a_new_network, another_address_space, a_network_less])
async def test_a_plan_is_refused_once_the_world_has_moved(tmp_path, move):
    cloud, file = await planned(tmp_path)
    told = move(cloud)
    await asyncio.sleep(15)
    ran = await Shell(cloud)("apply", file)

    assert (ran.ending, ran.out, ran.err.count("\n")) == (ExitCode.ERROR, "", 1)
    assert "is out of date, nothing was written" in ran.err
    assert told in ran.err
    assert cloud.writes() == 0


async def test_a_plan_is_refused_with_other_settings(tmp_path):
    cloud, file = await planned(tmp_path)
    ran = await Shell(cloud, GATEWAY_TRANSIT="when-available")("apply", file)

    assert ran.ending is ExitCode.ERROR
    assert "the settings differ" in ran.err
    assert cloud.writes() == 0


async def test_settings_that_no_change_follows_from_do_not_matter(tmp_path):
    cloud, file = await planned(tmp_path)

    assert (await Shell(cloud, TIMER_BUDGET_SECONDS="600")("apply", file)).ending is ExitCode.DONE


async def test_a_plan_that_was_edited_is_refused(tmp_path):
    cloud, file = await planned(tmp_path)
    plan = json.loads(file.read_text())
    plan["pairs"][0]["changes"][0]["properties"]["useRemoteGateways"] = True
    file.write_text(json.dumps(plan))
    ran = await Shell(cloud)("apply", file)

    assert ran.ending is ExitCode.ERROR
    assert "it was edited" in ran.err
    assert cloud.writes() == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read: No such file or directory"),
        ("", "is not a plan"),
        ("[]", "is not a plan"),
        ('{"version": 1}', "is not a plan"),
        ('{"version": 99, "decidedFrom": {}}', "has version 99"),
        ('{"version": 1, "decidedFrom": {"networks": []}}', "is out of date"),
    ],
)
async def test_what_is_no_plan_is_one_line(tmp_path, content, told):
    cloud, file = Cloud(), tmp_path / "network.plan"
    await cloud.workshop()
    if content is not None:
        file.write_text(content)
    ran = await Shell(cloud)("apply", file)

    assert (ran.ending, ran.out, ran.err.count("\n")) == (ExitCode.ERROR, "", 1)
    assert told in ran.err


async def test_a_plan_where_nothing_was_due_is_applied_by_doing_nothing(tmp_path):
    cloud, file = Cloud(), tmp_path / "network.plan"
    await cloud.workshop()
    await Shell(cloud)("apply")
    await Shell(cloud)("plan", "--out", file)
    writes = cloud.writes()
    ran = await Shell(cloud)("apply", file)

    assert (ran.ending, ran.out) == (ExitCode.DONE, "Nothing to do: the plan is empty.\n")
    assert cloud.writes() == writes


async def test_what_moves_while_a_plan_is_applied_is_not_written_otherwise_than_reviewed(tmp_path):
    """A network of the plan grows between the check and the second look: the plan's writes, and no others."""
    cloud, file = await planned(tmp_path)
    cloud.arm.faults.refuse("PUT", f"/{US}/virtualNetworkPeerings/", errors.unavailable(503), times=1)
    running = asyncio.create_task(Shell(cloud)("apply", file))
    await asyncio.sleep(1.0)
    cloud.vnet("late", "westeurope", "10.0.16.0/22")
    ran = await running

    assert cloud.is_whole(EU, US)
    assert cloud.state(HUB, "late") is None
    assert cloud.writes() == 5  # one of them refused
    assert ran.ending is ExitCode.DUE
    assert ran.out.endswith("Due since it began: late. See interlinked plan.\n")


async def test_what_follows_from_a_plan_needs_a_plan_of_its_own(tmp_path):
    """A leftover holds the addresses of a new network: only its removal is in the plan."""
    cloud, file = Cloud(), tmp_path / "network.plan"
    await cloud.workshop()
    await Shell(cloud)("apply")
    cloud.world.delete_vnet(cloud.find(EU))
    await asyncio.sleep(11)
    cloud.vnet("again", "westeurope", "10.0.4.0/22")
    await asyncio.sleep(4)
    plan = await Shell(cloud)("plan", "--out", file)
    assert "  waits (clearing): " in plan.out
    writes = cloud.writes()
    ran = await Shell(cloud)("apply", file)

    assert ran.ending is ExitCode.DUE
    assert cloud.half(HUB, EU) is None
    assert cloud.writes() - writes == 1
    assert f"{HUB} <-> {EU}: verified, what it left on the hub is gone\n" in ran.out
    assert (
        f"{HUB} <-> again: needs more than the plan has; review a new one with interlinked plan\n" in ran.out
    )


async def test_without_a_plan_whatever_is_due_is_applied(tmp_path):
    cloud = Cloud()
    await cloud.workshop()
    ran = await Shell(cloud)("apply")

    assert ran.ending is ExitCode.DONE
    assert "Plan: 4 to create" in ran.out
    assert cloud.is_whole(EU, US)
    again = await Shell(cloud)("apply")
    assert (again.ending, again.out) == (ExitCode.DONE, "Nothing to do: 2 pairs looked at.\n\n")


async def test_a_refused_write_needs_a_person_and_keeps_no_other_pair_from_being_written():
    cloud = Cloud()
    await cloud.workshop()
    cloud.arm.faults.refuse("PUT", f"/{US}/virtualNetworkPeerings/", DENIED)
    ran = await Shell(cloud)("apply")

    assert ran.ending is ExitCode.PERSON
    assert cloud.is_whole(EU)
    assert f"{HUB} <-> {US}: RequestDisallowedByPolicy: denied; exempt the peering" in ran.out
    assert ran.out.endswith("1 of 2 pairs verified, 3 writes.\n")


async def test_time_that_is_up_is_told():
    cloud = Cloud(durations=Durations(paired_peering_write=600))
    await cloud.workshop()
    ran = await Shell(cloud)("apply", "--timeout", "30")

    assert ran.ending is ExitCode.DUE
    assert f"{HUB} <-> {EU}: still under way" in ran.out


@pytest.mark.parametrize("lock_mode", [LockMode.PARALLEL, LockMode.CONFLICT])
async def test_an_interruption_finishes_what_was_begun_and_begins_nothing_else(lock_mode):
    """Where writes take turns, the second half of a pair is still to be written by then."""
    cloud = Cloud(lock_mode=lock_mode)
    cloud.vnet(HUB, "swedencentral", "10.0.0.0/22")
    spokes = [f"spoke-{number}" for number in range(8)]
    for number, spoke in enumerate(spokes):
        cloud.vnet(spoke, "westeurope", f"10.1.{number}.0/24")
    await asyncio.sleep(4)
    shell = Shell(cloud)
    running = asyncio.create_task(shell("apply"))
    while not cloud.writes():
        await asyncio.sleep(0.1)
    shell.interrupt()
    ran = await running

    begun = [spoke for spoke in spokes if cloud.half(HUB, spoke)]
    assert 0 < len(begun) < len(spokes)
    assert cloud.is_whole(*begun)
    assert all(cloud.state(spoke, HUB) is None for spoke in spokes if spoke not in begun)
    assert ran.ending is ExitCode.INTERRUPTED
    assert ran.err.startswith("interlinked: interrupted: pairs that were begun are finished")
    assert ran.out.count(": not begun\n") == len(spokes) - len(begun)
    assert ran.out.count(": verified, ") == len(begun)
