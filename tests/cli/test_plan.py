"""`plan`: what it says, in each form, and the exit codes."""

import asyncio
import json

import pytest

from shared.cli.exit_codes import ExitCode
from tests.cli.shell import Shell
from tests.clouds import EU, HUB, ROLES, US, Cloud
from tests.stories.test_pairs import gateway_in


async def whole_workshop():
    cloud = Cloud()
    await cloud.workshop()
    assert (await Shell(cloud)("apply")).ending is ExitCode.DONE
    assert cloud.is_whole(EU, US)
    return cloud


async def test_new_spokes_and_a_settled_estate():
    cloud = Cloud()
    await cloud.workshop()
    ran = await Shell(cloud)("plan")

    assert (ran.ending, ran.err) == (ExitCode.DUE, "")
    assert ran.out.count("  + create peer-") == 4
    assert f"  + create peer-{HUB}-{EU} on {HUB} (missing: the half does not exist)\n" in ran.out
    assert ran.out.endswith("Plan: 4 to create, 0 to update, 0 to delete; 2 of 2 pairs.\n")
    assert cloud.writes() == 0

    settled = await Shell(await whole_workshop())("plan")
    assert (settled.ending, settled.out) == (ExitCode.DONE, "Nothing to do: 2 pairs looked at.\n")


async def test_changes_are_told_from_to():
    cloud = await whole_workshop()
    cloud.vnet(EU, "westeurope", "10.0.4.0/22", "10.0.12.0/22")
    await asyncio.sleep(4)
    ran = await Shell(cloud, HUB_PEERING_OPTIONS="allowForwardedTraffic=false")("plan")

    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert "remoteAddressSpace 10.0.4.0/22 -> 10.0.4.0/22, 10.0.12.0/22" in lines
    assert lines.count("allowForwardedTraffic true -> false") == 2
    assert "Plan: 0 to create, 2 to update, 0 to delete; 2 of 2 pairs." in lines


async def test_a_leftover_is_a_deletion():
    cloud = await whole_workshop()
    cloud.world.delete_vnet(cloud.find(EU))
    await asyncio.sleep(11)
    ran = await Shell(cloud)("plan")

    assert ran.ending is ExitCode.DUE
    assert f"  - delete peer-{HUB}-{EU} on {HUB} (leftover: " in ran.out
    assert "Disconnected -> (gone)" in ran.out


async def test_what_needs_a_person_wins_over_what_is_due():
    cloud = Cloud()
    await cloud.workshop()
    cloud.vnet("clash", "westeurope", "10.0.2.0/24")
    await asyncio.sleep(4)
    ran = await Shell(cloud)("plan")

    assert ran.ending is ExitCode.PERSON
    assert "  ! clash (overlap): 10.0.2.0/24 of " in ran.out
    assert "what to do: give one of the two networks another address space" in ran.out
    assert "Plan: 4 to create" in ran.out


async def test_what_has_its_turn_in_the_next_run_needs_nobody():
    cloud = Cloud()
    await cloud.workshop()
    topology = "hubs: [{name: hub, location: swedencentral}]\nlimits: {changes: 2}"
    shell = Shell(cloud, HUB_LOCATION="", TOPOLOGY=topology)
    ran = await shell("plan")

    assert ran.ending is ExitCode.DUE
    assert "Needs a person" not in ran.out
    assert "  ! all (changes-held-back): 2 more changes are due, and limits.changes is 2\n" in ran.out
    assert (await shell("apply")).ending is ExitCode.DUE
    assert (await shell("apply")).ending is ExitCode.DONE
    assert cloud.is_whole(EU, US)


async def test_as_json_and_markdown():
    cloud = Cloud()
    await cloud.workshop()
    told = json.loads((await Shell(cloud)("plan", "--output", "json")).out)
    markdown = (await Shell(cloud)("plan", "--output", "markdown")).out

    assert told["counts"] == {"create": 4, "update": 0, "delete": 0}
    assert [pair["spoke"].rpartition("/")[2] for pair in told["pairs"]] == [EU, US]
    change = told["pairs"][0]["changes"][0]
    assert (change["action"], change["reason"]) == ("create", "missing")
    assert {"name": "remoteAddressSpace", "from": None, "to": "10.0.4.0/22"} in change["shifts"]
    assert change["properties"]["allowForwardedTraffic"] is True
    assert markdown.startswith("# 2 of 2 pairs to change\n")
    assert markdown.count("| create |") == 4


async def test_a_half_that_is_written_twice_starts_from_what_the_first_write_leaves():
    """The spoke's half has to come first here, and may use the gateway only once the hub's half offers it."""
    cloud = await whole_workshop()
    gateway_in(cloud, HUB)
    cloud.delete_half(HUB, EU)
    await asyncio.sleep(13)
    told = json.loads((await Shell(cloud, GATEWAY_TRANSIT="when-available")("plan", "--output", "json")).out)

    first, hub, second = told["pairs"][-1]["changes"]
    assert (first["action"], hub["action"], second["action"]) == ("update", "create", "update")
    assert first["peering"] == second["peering"]
    assert {"name": "peeringState", "from": "Disconnected", "to": "Connected"} in first["shifts"]
    assert second["shifts"] == [{"name": "useRemoteGateways", "from": "false", "to": "true"}]


async def test_colours_only_where_asked_for():
    cloud = Cloud()
    await cloud.workshop()
    assert "\x1b" not in (await Shell(cloud)("plan")).out
    assert "\x1b[32m  + create" in (await Shell(cloud)("plan", is_coloured=True)).out


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"HUB_LOCATION": "northeurope"}, "no network was found for location northeurope"),
        ({"HUB_LOCATION": "", "HUB_VNET_ID": "{hub}x"}, "does not exist"),
    ],
)
async def test_a_hub_that_cannot_be_told_needs_a_person(settings, told):
    cloud = Cloud()
    await cloud.workshop()
    hub = cloud.find(HUB).id
    ran = await Shell(cloud, **{name: value.format(hub=hub) for name, value in settings.items()})("plan")

    assert (ran.ending, ran.err) == (ExitCode.PERSON, "")
    assert told in ran.out


async def test_without_the_right_to_read_it_is_one_line():
    cloud = Cloud()
    await cloud.workshop()
    none = {"enforce": {"roleName": "none", "actions": []}}
    ran = await Shell(cloud, roles=none)("plan")

    assert (ran.ending, ran.out, ran.err.count("\n")) == (ExitCode.ERROR, "", 1)
    assert ran.err.startswith("interlinked: AuthorizationFailed: ")
    assert "interlinked doctor" in ran.err


async def test_planning_takes_no_more_rights_than_an_audit():
    cloud = Cloud()
    await cloud.workshop()
    ran = await Shell(cloud, roles={"enforce": ROLES["audit"]})("plan")

    assert ran.ending is ExitCode.DUE
    assert cloud.actions_used() == {action.lower() for action in ROLES["audit"]["actions"]}
