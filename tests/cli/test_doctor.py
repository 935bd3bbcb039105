"""`doctor`: what it finds missing, with the command that helps."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest

from shared.cli import event_subscription
from shared.cli.exit_codes import ExitCode
from shared.cli.rights import READ, WRITE, Login
from simulator.azure import IDENTITY, network_events
from simulator.eventgrid.schema import DeliverySchema
from tests.cli.shell import Shell
from tests.clouds import ELSEWHERE, HUB, ROLES, SUBSCRIPTION, Cloud

SCOPE = f"/subscriptions/{SUBSCRIPTION}"
FUNCTION = f"{SCOPE}/resourceGroups/rg/providers/Microsoft.Web/sites/func/functions/on_network_event"
SEES_EVENTS = {
    mode: definition | {"actions": [*definition["actions"], *event_subscription.READ]}
    for mode, definition in ROLES.items()
}


def listen(cloud, *subscriptions, **changes):
    """Event subscriptions as the templates make them, but for the changes."""
    cloud.arm.eventgrid.subscribed = lambda: [
        replace(network_events(one, ""), **{"function_id": FUNCTION} | changes) for one in subscriptions
    ]


def assignment(role, scope):
    return f'az role assignment create --assignee {IDENTITY.principal_id} --role "{role}" --scope "{scope}"'


async def workshop():
    cloud = Cloud()
    await cloud.workshop()
    listen(cloud, SUBSCRIPTION)
    await Shell(cloud)("apply")
    return cloud


def test_the_rights_it_tells_of_are_those_of_the_shipped_roles():
    assert set(READ) == set(ROLES["audit"]["actions"])
    assert {*READ, *WRITE} == set(ROLES["enforce"]["actions"])


async def test_nothing_in_the_way():
    ran = await Shell(await workshop(), roles=SEES_EVENTS)("doctor")

    assert (ran.ending, ran.err) == (ExitCode.DONE, "")
    assert [line.split()[1] for line in ran.out.splitlines() if line.startswith("ok ")] == [
        *("settings", "login", "networks", "groups", "hub", "hub", "spoke", "events")
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

    assert ran.ending is ExitCode.PERSON
    bad = [line for line in ran.out.splitlines() if line.startswith("bad ")]
    assert bad
    assert all(f"{action} is missing on /subscriptions/" in line for line in bad)
    assert ran.out.endswith("of these need a person.\n")


async def test_in_audit_mode_a_reader_is_enough():
    cloud = await workshop()
    good = await Shell(cloud, MODE="audit", roles=ROLES)("doctor")
    none = await Shell(cloud, MODE="audit", roles={"audit": {"roleName": "none", "actions": []}})("doctor")

    assert good.ending is ExitCode.DONE
    assert none.ending is ExitCode.PERSON
    assert assignment("Reader", SCOPE) in none.out


async def test_a_hub_elsewhere_that_may_not_be_read_is_told_with_its_own_scope():
    cloud = Cloud()
    hub = cloud.vnet("hub", "northeurope", "10.0.0.0/22", subscription=ELSEWHERE)
    cloud.vnet("app", "westeurope", "10.0.4.0/22")
    await asyncio.sleep(4)
    shell = Shell(cloud, HUB_LOCATION="", HUB_VNET_ID=hub.id, roles=ROLES)
    del cloud.arm.access.assignments[1]
    ran = await shell("doctor")

    assert ran.ending is ExitCode.PERSON
    assert f"{READ[0]} is missing on {hub.id}\n" in ran.out
    assert f"    {assignment('Network Contributor', hub.id)}\n" in ran.out


async def test_a_hub_that_does_not_exist_is_told():
    cloud = await workshop()
    ran = await Shell(cloud, HUB_LOCATION="", HUB_VNET_ID=f"{cloud.find(HUB).id}x")("doctor")

    assert ran.ending is ExitCode.PERSON
    assert "x does not exist\n    create the hub, or name it with HUB_VNET_ID" in ran.out


@pytest.mark.parametrize("token", ["", "any", "a.b.c", "a.e30.c", "a.W10.c"])
def test_a_token_that_says_nothing_leaves_a_blank_to_fill_in(token):
    assert "--assignee <object ID> " in Login.of(token).assignment("audit", SCOPE)


async def test_who_may_not_see_event_subscriptions_is_told_and_nothing_else_fails():
    ran = await Shell(await workshop(), roles=ROLES)("doctor")

    assert ran.ending is ExitCode.DONE
    told = f"note  events          AuthorizationFailed: seeing event subscriptions of {SUBSCRIPTION} needs "
    assert f"{told}{', '.join(event_subscription.READ)}\n    {assignment('Reader', SCOPE)}\n" in ran.out


async def test_where_nothing_delivers_to_the_app_the_command_that_makes_it_so_is_told():
    cloud = await workshop()
    listen(cloud, SUBSCRIPTION, function_id=f"{SCOPE}/some/functions/of_others")
    ran = await Shell(cloud)("doctor")

    assert ran.ending is ExitCode.PERSON
    assert f"no event subscription of {SUBSCRIPTION} delivers to on_network_event: only the timer" in ran.out
    assert (
        "    az eventgrid event-subscription create --name interlinked --source-resource-id " + SCOPE
        in ran.out
    )


async def test_a_webhook_of_the_functions_host_will_do():
    cloud = await workshop()
    address = "https://app.example/runtime/webhooks/EventGrid?functionName=on_network_event&code=secret"
    listen(cloud, SUBSCRIPTION, function_id=None, endpoint=address)
    ran = await Shell(cloud)("doctor")

    assert ran.ending is ExitCode.DONE


VNETS = "Microsoft.Network/virtualNetworks"
WRITTEN, DELETED = event_subscription.EVENT_TYPES


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"provisioning_state": "Failed"}, "its provisioning is Failed", id="provisioning"),
        pytest.param({"schema": "CustomInputSchema"}, "its schema is CustomInputSchema", id="schema"),
        pytest.param({"included_event_types": (WRITTEN,)}, f"it leaves out {DELETED}", id="event types"),
        pytest.param(
            {"operation_names": (f"{VNETS}/write", f"{VNETS}/delete")},
            f"its filters leave out {VNETS}/virtualNetworkPeerings/write, {VNETS}/virtualNetworkPeerings/delete",
            id="operations",
        ),
        pytest.param(
            {"subject_begins_with": f"{SCOPE}/resourceGroups/rg-network/"},
            f"its filters leave out {VNETS}/write, {VNETS}/delete",
            id="one group alone",
        ),
        pytest.param(
            {"subject_contains": ("/virtualNetworkPeerings/",)},
            f"its filters leave out {VNETS}/write, {VNETS}/delete",
            id="only peerings",
        ),
    ],
)
async def test_what_keeps_events_from_coming_is_told_with_a_command(changes, told):
    cloud = await workshop()
    listen(cloud, SUBSCRIPTION, **changes)
    ran = await Shell(cloud)("doctor")

    assert ran.ending is ExitCode.PERSON
    lines = ran.out.splitlines()
    at = next(number for number, line in enumerate(lines) if f"interlinked: {told}" in line)
    assert lines[at].startswith("bad ")
    assert lines[at + 1].startswith("    az ")
    assert "/eventSubscriptions/interlinked" in lines[at + 1]


@pytest.mark.parametrize("schema", list(DeliverySchema))
async def test_every_schema_and_filter_that_lets_changes_through_is_good(schema):
    cloud = await workshop()
    listen(
        cloud,
        SUBSCRIPTION,
        schema=schema,
        included_event_types=(),
        subject_begins_with=SCOPE.upper(),
        subject_contains=("/providers/microsoft.network/",),
        dead_letter=True,
    )
    ran = await Shell(cloud)("doctor")

    assert ran.ending is ExitCode.DONE
    assert [line[:4] for line in ran.out.splitlines() if "events  " in line] == ["ok  "]


async def test_giving_up_early_and_keeping_no_dead_letters_is_noted_only():
    cloud = await workshop()
    listen(cloud, SUBSCRIPTION, max_delivery_attempts=1, time_to_live_minutes=5)
    ran = await Shell(cloud)("doctor")

    assert ran.ending is ExitCode.DONE
    notes = [line for line in ran.out.splitlines() if line.startswith("note  events")]
    assert [line.rpartition("interlinked: ")[2] for line in notes] == [
        "it gives events up after 1 attempts or 5 minutes",
        "it keeps no dead letters: the timer makes up for what is given up",
    ]
    assert '"maxDeliveryAttempts": 30' in ran.out


def test_what_it_mends_to_is_what_the_templates_deploy():
    template = (Path(__file__).parents[2] / "infra/events/subscription.bicep").read_text()
    deployed = set(re.findall("'((?:/providers/|)Microsoft[^'@]+)'", template))
    mended = re.findall(r"(?:/providers/|\b)Microsoft\.[\w./]+", event_subscription.create(SUBSCRIPTION))

    assert set(mended) == deployed


async def test_each_subscription_of_a_document_is_checked():
    cloud = await workshop()
    topology = f"hubs: [{{name: hub, location: swedencentral}}]\nsubscriptions: [{SUBSCRIPTION}, {ELSEWHERE}]"
    cloud.vnet("app", "westeurope", "10.9.0.0/22", subscription=ELSEWHERE)
    await asyncio.sleep(4)
    shell = Shell(cloud, HUB_LOCATION="", TOPOLOGY=topology, roles=SEES_EVENTS)
    ran = await shell("doctor")

    assert f"no event subscription of {ELSEWHERE} delivers" in ran.out
    assert assignment("Network Contributor", f"/subscriptions/{ELSEWHERE}") in ran.out
    cloud.arm.access.assignments = [
        one for one in cloud.arm.access.assignments if not one.scope.endswith(ELSEWHERE)
    ]
    ran = await shell("doctor")
    assert f"{READ[0]} is missing on /subscriptions/{ELSEWHERE}\n" in ran.out


async def test_a_subscription_of_another_tenant_is_told_with_what_to_configure():
    cloud = await workshop()
    cloud.arm.directory.give(SUBSCRIPTION, "another-tenant")
    ran = await Shell(cloud)("doctor")

    assert ran.ending is ExitCode.PERSON
    assert "InvalidAuthenticationTokenTenant: " in ran.out
    assert "another-tenant" in ran.out
    assert "    name the tenant that the message tells, with this subscription, under `tenants`" in ran.out
    assert "role assignment" not in ran.out.partition("note  writes")[0]
