"""`doctor`: what it finds missing, with the command that helps."""

import asyncio

import pytest

from shared.cli.ending import Exit
from shared.cli.rights import READ, WRITE, Login
from simulator.azure import IDENTITY
from tests.cli.shell import Shell
from tests.clouds import ELSEWHERE, HUB, ROLES, SUBSCRIPTION, Cloud

SCOPE = f"/subscriptions/{SUBSCRIPTION}"


def assignment(role, scope):
    return f'az role assignment create --assignee {IDENTITY.principal_id} --role "{role}" --scope "{scope}"'


async def workshop():
    cloud = Cloud()
    await cloud.workshop()
    await Shell(cloud)("apply")
    return cloud


def test_the_rights_it_tells_of_are_those_of_the_shipped_roles():
    assert set(READ) == set(ROLES["audit"]["actions"])
    assert {*READ, *WRITE} == set(ROLES["enforce"]["actions"])


async def test_nothing_in_the_way():
    ran = await Shell(await workshop(), roles=ROLES)("doctor")

    assert (ran.ending, ran.err) == (Exit.DONE, "")
    assert [line.split()[1] for line in ran.out.splitlines() if line.startswith("ok ")] == [
        *("settings", "login", "networks", "groups", "hub", "hub", "spoke")
    ]
    assert assignment("Network Contributor", SCOPE) in ran.out
    assert ran.out.endswith("Nothing is in the way.\n")


async def test_it_writes_nothing():
    cloud = await workshop()
    writes = cloud.writes()
    await Shell(cloud)("doctor")

    assert cloud.writes() == writes


@pytest.mark.parametrize("action", [*READ, WRITE[3]])
async def test_a_missing_right_to_read_is_named_with_the_command_that_gives_it(action):
    fewer = [one for one in ROLES["enforce"]["actions"] if one != action]
    ran = await Shell(await workshop(), roles={"enforce": ROLES["enforce"] | {"actions": fewer}})("doctor")

    assert ran.ending is Exit.PERSON
    bad = [line for line in ran.out.splitlines() if line.startswith("bad ")]
    assert bad
    assert all(f"{action} is missing on /subscriptions/" in line for line in bad)
    assert ran.out.endswith("of these need a person.\n")


async def test_in_audit_mode_a_reader_is_enough():
    cloud = await workshop()
    good = await Shell(cloud, MODE="audit", roles=ROLES)("doctor")
    none = await Shell(cloud, MODE="audit", roles={"audit": {"roleName": "none", "actions": []}})("doctor")

    assert good.ending is Exit.DONE
    assert none.ending is Exit.PERSON
    assert assignment("Reader", SCOPE) in none.out


async def test_a_hub_elsewhere_that_may_not_be_read_is_told_with_its_own_scope():
    cloud = Cloud()
    hub = cloud.vnet("hub", "northeurope", "10.0.0.0/22", subscription=ELSEWHERE)
    cloud.vnet("app", "westeurope", "10.0.4.0/22")
    await asyncio.sleep(4)
    shell = Shell(cloud, HUB_LOCATION="", HUB_VNET_ID=hub.id, roles=ROLES)
    del cloud.arm.access.assignments[1]
    ran = await shell("doctor")

    assert ran.ending is Exit.PERSON
    assert f"{READ[0]} is missing on {hub.id}\n" in ran.out
    assert f"    {assignment('Network Contributor', hub.id)}\n" in ran.out


async def test_a_hub_that_does_not_exist_is_told():
    cloud = await workshop()
    ran = await Shell(cloud, HUB_LOCATION="", HUB_VNET_ID=f"{cloud.find(HUB).id}x")("doctor")

    assert ran.ending is Exit.PERSON
    assert "x does not exist\n    create the hub, or name it with HUB_VNET_ID" in ran.out


@pytest.mark.parametrize("token", ["", "any", "a.b.c", "a.e30.c", "a.W10.c"])
def test_a_token_that_says_nothing_leaves_a_blank_to_fill_in(token):
    assert "--assignee <object ID> " in Login.of(token).assignment("audit", SCOPE)
