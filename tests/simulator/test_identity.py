"""The token endpoint, by itself and with Microsoft's identity library."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from random import Random

import azure.identity
import azure.identity.aio
import jwt
import pytest
from aiohttp import web
from azure.core.exceptions import ClientAuthenticationError

from simulator.identity import ManagedIdentity, TokenEndpoint

SECRET = "8f2c"
ARM = "https://management.azure.com"
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
USER_ASSIGNED = ManagedIdentity(
    tenant_id="b7c8d9e0-1f2a-4b3c-8d4e-5f6a7b8c9d0e",
    principal_id="11112222-3333-4444-8555-666677778888",
    client_id="99990000-aaaa-4bbb-8ccc-ddddeeeeffff",
    resource_id="/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-app",
)
SYSTEM_ASSIGNED = ManagedIdentity(
    tenant_id=USER_ASSIGNED.tenant_id,
    principal_id=USER_ASSIGNED.principal_id,
    client_id=USER_ASSIGNED.client_id,
)


def endpoint(identity) -> TokenEndpoint:
    random = Random(7)
    return TokenEndpoint(identity, secret=SECRET, random=random)


def ask(identity=USER_ASSIGNED, *, secret=SECRET, **changes):
    """Status and content of the answer to a good request, or to one with changes (None leaves out)."""
    query = {"api-version": "2019-08-01", "resource": ARM, "client_id": identity.client_id} | changes
    reply = endpoint(identity).answer(
        "GET",
        {name: value for name, value in query.items() if value is not None},
        {"x-identity-header": secret} if secret else {},
        now=NOW,
    )
    assert reply.headers == {"Content-Type": "application/json; charset=utf-8"}
    return reply.status, json.loads(reply.body)


def test_a_token_says_who_it_is_for_and_how_long():
    status, content = ask()
    token = content.pop("access_token")

    assert status == 200
    assert content == {
        "expires_on": str(int(NOW.timestamp()) + 86_400),
        "resource": ARM,
        "token_type": "Bearer",
        "client_id": USER_ASSIGNED.client_id,
    }
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["aud"] == ARM
    assert claims["iss"] == f"https://sts.windows.net/{USER_ASSIGNED.tenant_id}/"
    assert (claims["tid"], claims["oid"], claims["appid"]) == (
        USER_ASSIGNED.tenant_id,
        USER_ASSIGNED.principal_id,
        USER_ASSIGNED.client_id,
    )
    assert str(claims["exp"]) == content["expires_on"]


def test_a_token_is_an_unsigned_jwt():
    _, content = ask()
    header, _, signature = content["access_token"].split(".")

    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {"alg": "none", "typ": "JWT"}
    assert signature == ""


@pytest.mark.parametrize(
    ("identity", "naming"),
    [
        pytest.param(
            USER_ASSIGNED, {"client_id": USER_ASSIGNED.client_id.upper()}, id="client id, other casing"
        ),
        pytest.param(USER_ASSIGNED, {"mi_res_id": USER_ASSIGNED.resource_id}, id="resource id"),
        pytest.param(USER_ASSIGNED, {"principal_id": USER_ASSIGNED.principal_id}, id="principal id"),
        pytest.param(USER_ASSIGNED, {"object_id": USER_ASSIGNED.principal_id}, id="object id"),
        pytest.param(SYSTEM_ASSIGNED, {}, id="system-assigned, not named"),
    ],
)
def test_ways_to_name_an_identity(identity, naming):
    status, _ = ask(identity, **{"client_id": None} | naming)

    assert status == 200


NOT_FOUND = (
    "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."
)


@pytest.mark.parametrize(
    ("identity", "changes", "status", "message"),
    [
        pytest.param(USER_ASSIGNED, {"secret": None}, 401, "X-IDENTITY-HEADER", id="no header"),
        pytest.param(USER_ASSIGNED, {"secret": "guess"}, 401, "X-IDENTITY-HEADER", id="wrong header"),
        pytest.param(USER_ASSIGNED, {"api-version": None}, 400, "api-version", id="no version"),
        pytest.param(USER_ASSIGNED, {"api-version": "2017-09-01"}, 400, "api-version", id="old version"),
        pytest.param(USER_ASSIGNED, {"resource": None}, 400, "resource", id="no resource"),
        pytest.param(USER_ASSIGNED, {"client_id": "another"}, 400, NOT_FOUND, id="another client"),
        pytest.param(USER_ASSIGNED, {"mi_res_id": "another"}, 400, NOT_FOUND, id="two names, one wrong"),
        pytest.param(
            USER_ASSIGNED,
            {"client_id": None},
            400,
            "Unable to load the proper Managed Identity.",
            id="unnamed",
        ),
        pytest.param(SYSTEM_ASSIGNED, {}, 400, NOT_FOUND, id="system-assigned, named"),
    ],
)
def test_refusals(identity, changes, status, message):
    refused, content = ask(identity, **changes)

    assert refused == content["statusCode"] == status
    assert message in content["message"]
    assert content["correlationId"]


@pytest.mark.looptime(False)
@pytest.mark.parametrize("library", [azure.identity, azure.identity.aio], ids=["sync", "async"])
@pytest.mark.parametrize(
    ("identity", "naming"),
    [
        pytest.param(USER_ASSIGNED, {"client_id": USER_ASSIGNED.client_id}, id="user-assigned"),
        pytest.param(SYSTEM_ASSIGNED, {}, id="system-assigned"),
    ],
)
async def test_the_identity_library_gets_a_token(served, library, identity, naming):
    await served(identity)

    token = await token_from(library.ManagedIdentityCredential(**naming))

    assert jwt.decode(token.token, options={"verify_signature": False})["aud"] == ARM
    assert datetime.now(UTC).timestamp() + 86_000 < token.expires_on


@pytest.mark.looptime(False)
@pytest.mark.parametrize("library", [azure.identity, azure.identity.aio], ids=["sync", "async"])
async def test_the_identity_library_shows_the_refusal(served, library):
    await served(USER_ASSIGNED)

    with pytest.raises(
        ClientAuthenticationError, match="No User Assigned or Delegated Managed Identity found"
    ):
        await token_from(library.ManagedIdentityCredential(client_id="another"))


async def token_from(credential):
    scope = f"{ARM}/.default"
    if isinstance(credential, azure.identity.ManagedIdentityCredential):
        with credential:
            return await asyncio.to_thread(credential.get_token, scope)
    async with credential:
        return await credential.get_token(scope)


@pytest.fixture
async def served(monkeypatch):
    """Serves the endpoint of an identity and tells the app where, as App Service does."""
    runners = []

    async def serve(identity):
        tokens = endpoint(identity)

        async def handle(request):
            status, headers, body = tokens.answer(
                "GET", request.query, request.headers, now=datetime.now(UTC)
            )
            return web.Response(status=status, headers=headers, body=body)

        app = web.Application()
        app.router.add_get("/msi/token", handle)
        runner = web.AppRunner(app)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        monkeypatch.setenv("IDENTITY_ENDPOINT", "http://127.0.0.1:{1}/msi/token".format(*runner.addresses[0]))
        monkeypatch.setenv("IDENTITY_HEADER", SECRET)

    yield serve
    for runner in runners:
        await runner.cleanup()
