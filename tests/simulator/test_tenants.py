"""Requests across tenants: which tokens Resource Manager wants to see, and who gets them."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.identity.aio import ClientAssertionCredential
from azure.mgmt.core.policies import AsyncAuxiliaryAuthenticationPolicy
from azure.mgmt.network.aio import NetworkManagementClient

from simulator.azure import IDENTITY
from simulator.directory import EXCHANGE, TENANT, Application
from simulator.tokens import access_token, caller_of
from tests.clouds import ELSEWHERE, SUBSCRIPTION
from tests.simulator.sdk import ENDPOINT, peering_path, sdk, to, vnet_path

THEIRS = "66666666-6666-6666-6666-666666666666"
APP = "77777777-7777-7777-7777-777777777777"
SCOPE = f"{ENDPOINT}/.default"


def token(tenant=TENANT, *, audience=ENDPOINT, principal=IDENTITY.principal_id, age=timedelta(0)):
    return access_token(
        audience=audience,
        tenant_id=tenant,
        client_id=APP,
        principal_id=principal,
        issued=datetime.now(UTC) - age,
        seconds=3600,
    )


def signed_in(to_tenant, /, **proof):
    """The application, vouched for by a token of the managed identity."""
    proof = {"audience": EXCHANGE} | proof
    return ClientAssertionCredential(to_tenant, APP, lambda: token(**proof))


@asynccontextmanager
async def two_tenants():
    """The network `c` is in a subscription of another tenant, where the application is known as well."""
    async with sdk() as cloud:
        await cloud.group(subscription=ELSEWHERE)
        await cloud.vnet("c", "10.2.0.0/16", subscription=ELSEWHERE)
        directory = cloud.azure.directory
        directory.give(ELSEWHERE, THEIRS)
        trusted, consented = frozenset({IDENTITY.principal_id}), frozenset({THEIRS})
        directory.register(Application(client_id=APP, home=TENANT, trusted=trusted, consented=consented))
        yield cloud


async def peer(cloud, *beside, primary=TENANT):
    """Status and code of the answer to a half of `a` that points to `c`."""
    headers = {"authorization": f"Bearer {token(primary)}"}
    if beside:
        headers["x-ms-authorization-auxiliary"] = ", ".join(f"Bearer {one}" for one in beside)
    body = to("c", ELSEWHERE)
    status, _, content = await cloud.raw("PUT", peering_path("a", "a-c"), body, headers=headers)
    return status, content.get("error", {}).get("code")


@pytest.mark.parametrize(
    ("beside", "answer"),
    [
        pytest.param([], (403, "LinkedAuthorizationFailed"), id="none"),
        pytest.param([token(TENANT)], (403, "LinkedAuthorizationFailed"), id="of the same tenant"),
        pytest.param([token(THEIRS)], (201, None), id="of the other tenant"),
        pytest.param([token("t"), token("u"), token(THEIRS)], (201, None), id="three"),
        pytest.param([token(THEIRS)] * 4, (401, "InvalidAuxiliaryTokens"), id="four"),
        pytest.param([token(THEIRS), "any"], (401, "InvalidAuxiliaryTokens"), id="one that is none"),
        pytest.param(
            [token(THEIRS), token("t", age=timedelta(hours=2))],
            (401, "InvalidAuxiliaryTokens"),
            id="one that has expired",
        ),
    ],
)
async def test_linking_a_network_of_another_tenant_takes_a_token_of_it(beside, answer):
    async with two_tenants() as cloud:
        assert await peer(cloud, *beside) == answer


async def test_a_token_of_another_tenant_opens_no_subscription():
    async with two_tenants() as cloud:
        headers = {"authorization": f"Bearer {token(THEIRS)}"}
        status, sent, content = await cloud.raw("GET", vnet_path("a"), headers=headers)

        assert (status, content["error"]["code"]) == (401, "InvalidAuthenticationTokenTenant")
        assert THEIRS in content["error"]["message"]
        assert TENANT in content["error"]["message"]
        assert "invalid_token" in sent["WWW-Authenticate"]
        path = vnet_path("c", subscription=ELSEWHERE)
        assert (await cloud.raw("GET", path, headers=headers))[0] == 200


async def test_the_sdk_connects_two_tenants():
    async with two_tenants():
        ours, theirs = signed_in(TENANT), signed_in(THEIRS)
        for own, other, subscription, local, remote in (
            (ours, theirs, SUBSCRIPTION, "a", "c"),
            (theirs, ours, ELSEWHERE, "c", "a"),
        ):
            async with NetworkManagementClient(
                own, subscription, per_retry_policies=[AsyncAuxiliaryAuthenticationPolicy([other], SCOPE)]
            ) as client:
                there = ELSEWHERE if remote == "c" else SUBSCRIPTION
                poller = await client.virtual_network_peerings.begin_create_or_update(
                    "rg", local, f"{local}-{remote}", to(remote, there)
                )
                half = await poller.result()

        assert half.peering_state == "Connected"


async def test_an_application_is_another_principal_in_each_tenant():
    async with two_tenants():
        callers = [caller_of((await signed_in(tenant).get_token(SCOPE)).token) for tenant in (TENANT, THEIRS)]

    assert [caller.tenant_id for caller in callers] == [TENANT, THEIRS]
    assert callers[0].principal_id != callers[1].principal_id


@pytest.mark.parametrize(
    ("proof", "to_tenant", "code"),
    [
        pytest.param({"principal": "somebody"}, THEIRS, "AADSTS700213", id="of another identity"),
        pytest.param({"tenant": THEIRS}, THEIRS, "AADSTS700213", id="of another tenant"),
        pytest.param({"audience": ENDPOINT}, THEIRS, "AADSTS700213", id="for another audience"),
        pytest.param({}, "88888888-8888-8888-8888-888888888888", "AADSTS90002", id="no such tenant"),
    ],
)
async def test_a_proof_that_is_not_trusted_is_refused(proof, to_tenant, code):
    async with two_tenants():
        with pytest.raises(ClientAuthenticationError, match=code):
            await signed_in(to_tenant, **proof).get_token(SCOPE)


async def test_an_application_without_a_service_principal_is_refused():
    async with two_tenants() as cloud:
        cloud.azure.directory.give(ELSEWHERE, "a-third-tenant")
        with pytest.raises(ClientAuthenticationError, match="AADSTS700016"):
            await signed_in("a-third-tenant").get_token(SCOPE)


async def test_lists_name_the_tenant():
    async with two_tenants() as cloud:
        headers = {"authorization": f"Bearer {token(THEIRS)}"}
        _, _, one = await cloud.raw("GET", f"/subscriptions/{ELSEWHERE}", headers=headers)
        _, _, tenants = await cloud.raw("GET", "/tenants")

    assert one["tenantId"] == THEIRS
    assert {tenant["tenantId"] for tenant in tenants["value"]} == {TENANT, THEIRS}


async def test_without_the_policy_the_sdk_is_told_which_tenant_may_not():
    async with two_tenants(), NetworkManagementClient(signed_in(TENANT), SUBSCRIPTION) as client:
        with pytest.raises(HttpResponseError) as refused:
            await client.virtual_network_peerings.begin_create_or_update("rg", "a", "a-c", to("c", ELSEWHERE))

    assert refused.value.error.code == "LinkedAuthorizationFailed"
    assert TENANT in refused.value.error.message
    assert ELSEWHERE in refused.value.error.message
