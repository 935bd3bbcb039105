"""Who may do what: role assignments as Azure enforces them, through the real SDK."""

import asyncio
import json

import pytest
from azure.core.exceptions import HttpResponseError

from simulator.azure import PORTAL, network_events
from simulator.directory import TENANT
from simulator.eventgrid.post import Answer
from simulator.network.resources import PeeringFlags
from simulator.rbac import PEER, Role, RoleAssignment
from simulator.tokens import access_token
from tests.clouds import ELSEWHERE, SUBSCRIPTION
from tests.simulator.sdk import group_path, peering_path, sdk, to, vnet_path

VNETS = "Microsoft.Network/virtualNetworks"
PEERINGS = f"{VNETS}/virtualNetworkPeerings"
SCOPE = f"/subscriptions/{SUBSCRIPTION}"
CORP = "/providers/Microsoft.Management/managementGroups/corp"
APP, CLIENT = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"


def role(*actions, **more):
    return Role.of({"roleName": "custom", "actions": actions} | more)


def may(*actions, scope=SCOPE, principal=APP, **when):
    return RoleAssignment(principal_id=principal, role=role(*actions), scope=scope, **when)


def grant(cloud, *assignments):
    cloud.azure.arm.access.assignments = []
    for assignment in assignments:
        cloud.azure.arm.access.assign(assignment)


def bearer(cloud, principal=APP):
    token = access_token(
        audience="https://management.azure.com",
        tenant_id=TENANT,
        client_id=CLIENT,
        principal_id=principal,
        issued=cloud.azure.clock.utc(),
        seconds=3600,
    )
    return {"authorization": f"Bearer {token}"}


async def ask(cloud, method, path, body=None, principal=APP):
    """None where it was allowed, else (status, code, message)."""
    status, headers, content = await cloud.raw(method, path, body, headers=bearer(cloud, principal=principal))
    if (
        status != 403 or content["error"]["code"] == "InvalidOperationSignature"
    ):  # an address that is not signed
        return None
    assert headers["x-ms-failure-cause"] == "gateway"
    return status, content["error"]["code"], content["error"]["message"]


async def allowed(cloud, method, path, body=None, principal=APP):
    return await ask(cloud, method, path, body, principal) is None


async def test_without_assignments_everybody_may_do_everything_and_with_an_empty_list_nobody_anything():
    async with sdk() as cloud:
        assert await allowed(cloud, "GET", vnet_path("a"))
        grant(cloud)
        assert not await allowed(cloud, "GET", vnet_path("a"))
        with pytest.raises(HttpResponseError) as refused:  # whose token does not even say who it is
            await cloud.half("a", "b")
        assert refused.value.error.code == "AuthorizationFailed"


@pytest.mark.parametrize(
    ("method", "path", "action", "scope"),
    [
        ("GET", f"{SCOPE}/providers/Microsoft.Network/virtualNetworks", f"{VNETS}/read", SCOPE),
        (
            "GET",
            f"{group_path()}/providers/Microsoft.Network/virtualNetworks",
            f"{VNETS}/read",
            group_path(),
        ),
        ("GET", vnet_path("a"), f"{VNETS}/read", vnet_path("a")),
        ("PUT", vnet_path("a"), f"{VNETS}/write", vnet_path("a")),
        ("PATCH", vnet_path("a"), f"{VNETS}/write", vnet_path("a")),
        ("DELETE", vnet_path("a"), f"{VNETS}/delete", vnet_path("a")),
        ("GET", f"{vnet_path('a')}/virtualNetworkPeerings", f"{PEERINGS}/read", vnet_path("a")),
        ("GET", peering_path("a", "a-b"), f"{PEERINGS}/read", peering_path("a", "a-b")),
        ("DELETE", peering_path("a", "a-b"), f"{PEERINGS}/delete", peering_path("a", "a-b")),
        ("PUT", f"{vnet_path('a')}/subnets/s", f"{VNETS}/subnets/write", f"{vnet_path('a')}/subnets/s"),
        ("GET", SCOPE, "Microsoft.Resources/subscriptions/read", SCOPE),
        ("GET", f"{SCOPE}/resourcegroups", "Microsoft.Resources/subscriptions/resourceGroups/read", SCOPE),
        (
            "DELETE",
            group_path(),
            "Microsoft.Resources/subscriptions/resourceGroups/delete",
            group_path(),
        ),
        (
            "GET",
            f"{SCOPE}/providers/Microsoft.Network/locations/westeurope/operations/1",
            "Microsoft.Network/locations/operations/read",
            f"{SCOPE}/providers/Microsoft.Network/locations/westeurope/operations/1",
        ),
        (
            "PUT",
            f"{vnet_path('a')}/providers/Microsoft.Authorization/locks/l",
            "Microsoft.Authorization/locks/write",
            f"{vnet_path('a')}/providers/Microsoft.Authorization/locks/l",
        ),
        (
            "POST",
            f"{SCOPE}/providers/Microsoft.Network/register",
            "Microsoft.Network/register/action",
            SCOPE,
        ),
    ],
)
async def test_a_request_needs_one_action_on_its_scope_and_a_refusal_names_both(method, path, action, scope):
    async with sdk() as cloud:
        grant(cloud)
        status, code, message = await ask(cloud, method, path)
        assert (status, code) == (403, "AuthorizationFailed")
        assert f"'{action}'" in message
        assert f"'{scope}'" in message

        grant(cloud, may(action, scope=scope))
        assert await allowed(cloud, method, path)
        counters = (await cloud.raw("GET", "/simulator/counters"))[2]
        assert counters["actions"] == {APP: {action.lower(): 1}}


@pytest.mark.parametrize("path", ["/tenants", "/subscriptions"])
async def test_what_belongs_to_no_subscription_is_open_to_everybody(path):
    async with sdk() as cloud:
        grant(cloud)
        assert await allowed(cloud, "GET", path)


@pytest.mark.parametrize(
    "scope", ["/", CORP, SCOPE, SCOPE.upper(), group_path(), group_path("RG") + "/", vnet_path("A")]
)
async def test_an_assignment_holds_for_everything_below_its_scope(scope):
    async with sdk() as cloud:
        cloud.azure.arm.access.management_groups[CORP] = frozenset({SUBSCRIPTION})
        grant(cloud, may(f"{VNETS}/read", scope=scope))
        assert await allowed(cloud, "GET", vnet_path("a"))


@pytest.mark.parametrize(
    "scope", [f"{CORP}-it", f"/subscriptions/{ELSEWHERE}", group_path("r"), group_path("rg2"), vnet_path("b")]
)
async def test_an_assignment_holds_nowhere_else(scope):
    async with sdk() as cloud:
        cloud.azure.arm.access.management_groups[CORP] = frozenset({SUBSCRIPTION})
        grant(cloud, may("*", scope=scope), may("*", principal="somebody-else"))
        assert not await allowed(cloud, "GET", vnet_path("a"))
        assert not await allowed(cloud, "GET", f"{SCOPE}/providers/Microsoft.Network/virtualNetworks")


@pytest.mark.parametrize(
    ("actions", "not_actions", "allows"),
    [
        (["*"], [], True),
        (["*/read"], [], True),
        (["Microsoft.Network/*"], [], True),
        (["microsoft.network/VIRTUALNETWORKS/read"], [], True),
        (["Microsoft.Network/virtualNetworks/*/read"], [], False),
        (["Microsoft.Network/virtualNetworks"], [], False),
        (["Microsoft.Network/virtualNetworks/readers"], [], False),
        (["MicrosoftXNetwork/virtualNetworks/read"], [], False),
        (["*"], ["Microsoft.Network/virtualNetworks/read"], False),
        (["*"], ["*/write"], True),
        ([], [], False),
    ],
)
def test_actions_with_wildcards_and_exceptions(actions, not_actions, allows):
    assert role(*actions, notActions=not_actions).allows(f"{VNETS}/read") is allows


async def test_what_one_role_leaves_out_another_may_give():
    async with sdk() as cloud:
        without = RoleAssignment(principal_id=APP, role=role("*", notActions=["*/read"]), scope=SCOPE)
        grant(cloud, without)
        assert not await allowed(cloud, "GET", vnet_path("a"))
        cloud.azure.arm.access.assign(may("*/read", scope=group_path()))
        assert await allowed(cloud, "GET", vnet_path("a"))


async def test_a_role_is_assigned_only_where_it_can_be():
    async with sdk() as cloud:
        access = cloud.azure.arm.access
        access.management_groups[CORP] = frozenset({SUBSCRIPTION})
        for limited in (role("*", assignableScopes=[SCOPE]), role("*", assignableScopes=[CORP])):
            here, elsewhere = (
                RoleAssignment(principal_id=APP, role=limited, scope=scope)
                for scope in (group_path(), f"/subscriptions/{ELSEWHERE}")
            )
            access.assign(here)
            with pytest.raises(ValueError, match=ELSEWHERE):
                access.assign(elsewhere)


async def test_an_assignment_takes_its_time_to_take_effect_and_to_end():
    async with sdk() as cloud:
        now = cloud.azure.clock.now()
        grant(cloud, may(f"{VNETS}/read", begins=now + 300, ends=now + 900))
        seen = []
        for _ in range(4):
            seen.append(await allowed(cloud, "GET", vnet_path("a")))
            await asyncio.sleep(299)
            seen.append(await allowed(cloud, "GET", vnet_path("a")))
            await asyncio.sleep(1)
        assert seen == [False, False, True, True, True, True, False, False]


@pytest.mark.parametrize("there_already", [False, True])
async def test_writing_a_peering_is_an_action_on_the_remote_network_too(there_already):
    async with sdk() as cloud:
        await asyncio.sleep(10)
        if there_already:
            await cloud.peer("a", "b")
        write = may(f"{PEERINGS}/write", scope=vnet_path("a"))

        grant(cloud, write, may(PEER, scope=vnet_path("a")))
        _, code, message = await ask(cloud, "PUT", peering_path("a", "a-b"), to("b"))
        assert code == "LinkedAuthorizationFailed"
        assert f"'{PEER}'" in message
        assert vnet_path("b") in message
        assert peering_path("a", "a-b") in message

        grant(cloud, may(PEER))
        assert (await ask(cloud, "PUT", peering_path("a", "a-b"), to("b")))[1] == "AuthorizationFailed"

        grant(cloud, write, may(PEER, scope=vnet_path("b")))
        assert await allowed(cloud, "PUT", peering_path("a", "a-b"), to("b"))
        assert set(cloud.azure.arm.access.used[APP]) == {f"{PEERINGS}/write".lower(), PEER.lower()}


@pytest.mark.parametrize("body", [None, [], {"properties": []}, to("b") | {"properties": {}}])
async def test_a_peering_that_names_no_remote_is_judged_by_its_body(body):
    async with sdk() as cloud:
        grant(cloud, may(f"{PEERINGS}/write"))
        assert await allowed(cloud, "PUT", peering_path("a", "a-b"), body)


async def test_who_may_not_look_does_not_learn_what_is_there():
    async with sdk() as cloud:
        grant(cloud)
        there = await ask(cloud, "GET", vnet_path("a"))
        absent = await ask(cloud, "GET", vnet_path("nowhere"))
        assert there[:2] == absent[:2] == (403, "AuthorizationFailed")


async def test_events_say_whose_token_asked():
    told = {}

    async def post(_method, _url, headers, body):
        (event,) = json.loads(body)
        if headers.get("aeg-event-type") == "SubscriptionValidation":
            code = event["data"]["validationCode"]
            return Answer(status=200, body=json.dumps({"validationResponse": code}).encode())
        told[event["subject"].rpartition("/")[2]] = event["data"]["claims"]["appid"]
        return Answer(status=200)

    async with sdk(post=post) as cloud:
        await asyncio.sleep(10)
        await cloud.azure.eventgrid.subscribe(network_events(SUBSCRIPTION, "https://app.example/events"))
        await cloud.raw("PUT", peering_path("a", "a-b"), to("b"), headers=bearer(cloud))
        a, b = (cloud.world.vnet(SUBSCRIPTION, "rg", name) for name in "ab")
        cloud.world.put_peering(b, "b-a", a.id, PeeringFlags(), sync=False)
        await asyncio.sleep(60)

    assert told == {"a-b": CLIENT, "b-a": PORTAL}
