"""Service principals sign in at the served simulation, by plain HTTP and with Microsoft's identity library."""

from contextlib import asynccontextmanager

import aiohttp
import azure.identity.aio
import jwt
import pytest
from azure.core.exceptions import ClientAuthenticationError

from simulator.azure import Azure
from simulator.certificates import CA_FILE, server_context
from simulator.directory import TENANT
from simulator.server import served

CLIENT = "99990000-aaaa-4bbb-8ccc-ddddeeeeffff"
ARM = "https://management.azure.com"

pytestmark = pytest.mark.looptime(False)


@asynccontextmanager
async def cloud(tls=None):
    azure = Azure(post=None)
    async with served(azure.handle, port=0, tls=tls) as endpoint:
        yield endpoint
    await azure.aclose()


async def ask(path="oauth2/v2.0/token", *, tenant=TENANT, **changes):
    """Status and content of the answer to a good request, or to one with changes (None leaves out)."""
    form = {
        "grant_type": "client_credentials",
        "client_id": CLIENT,
        "client_secret": "any",
        "scope": f"{ARM}/.default",
    } | changes
    async with (
        cloud() as endpoint,
        aiohttp.ClientSession() as session,
        session.post(
            f"{endpoint}/{tenant}/{path}", data={name: value for name, value in form.items() if value}
        ) as answer,
    ):
        return answer.status, await answer.json()


async def test_the_token_is_for_the_scope_and_says_who_asked():
    status, content = await ask()
    claims = jwt.decode(content.pop("access_token"), options={"verify_signature": False})

    assert status == 200
    assert content == {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599}
    assert (claims["aud"], claims["appid"], claims["tid"]) == (ARM, CLIENT, TENANT)
    assert claims["exp"] - claims["iat"] == 3599


async def test_the_older_form_names_a_resource_and_counts_in_text():
    status, content = await ask("oauth2/token", scope=None, resource=ARM)
    claims = jwt.decode(content["access_token"], options={"verify_signature": False})

    assert status == 200
    assert (content["resource"], content["expires_in"]) == (ARM, "3599")
    assert content["expires_on"] == str(claims["exp"])
    assert claims["aud"] == ARM


@pytest.mark.parametrize(
    ("changes", "status", "error", "code"),
    [
        pytest.param({"tenant": "nobody"}, 400, "invalid_request", 90002, id="tenant"),
        pytest.param({"client_id": None}, 400, "invalid_request", 900144, id="no client"),
        pytest.param({"scope": None}, 400, "invalid_request", 900144, id="no scope"),
        pytest.param({"scope": ARM}, 400, "invalid_scope", 1002012, id="scope without default"),
        pytest.param({"client_secret": None}, 401, "invalid_client", 7000218, id="no secret"),
        pytest.param({"grant_type": "password"}, 400, "unsupported_grant_type", 70003, id="grant"),
    ],
)
async def test_refusals_have_entra_ids_shape(changes, status, error, code):
    answered, content = await ask(**changes)

    assert (answered, content["error"], content["error_codes"]) == (status, error, [code])
    assert content["error_description"].startswith(f"AADSTS{code}: ")


async def test_an_assertion_is_as_good_as_a_secret():
    assert (await ask(client_secret=None, client_assertion="any"))[0] == 200


async def test_the_identity_library_finds_its_way_from_the_authority(tmp_path):
    async with cloud(server_context(tmp_path)) as endpoint:
        options = {
            "authority": endpoint,
            "disable_instance_discovery": True,
            "connection_verify": str(tmp_path / CA_FILE),
        }
        credential = azure.identity.aio.ClientSecretCredential(TENANT, CLIENT, "any", **options)
        stranger = azure.identity.aio.ClientSecretCredential("nobody", CLIENT, "any", **options)
        async with credential, stranger:
            token = await credential.get_token(f"{ARM}/.default")
            with pytest.raises(ClientAuthenticationError, match="nobody"):
                await stranger.get_token(f"{ARM}/.default")

    claims = jwt.decode(token.token, options={"verify_signature": False})
    assert (claims["appid"], claims["aud"]) == (CLIENT, ARM)


async def test_what_libraries_look_up_leads_back_here():
    async with cloud() as endpoint, aiohttp.ClientSession() as session:
        asked = f"{endpoint}/common/discovery/instance?api-version=1.1"
        async with session.get(asked) as answer:
            instance = await answer.json()
        assert instance["metadata"][0]["aliases"] == [endpoint.removeprefix("http://")]
        async with session.get(instance["tenant_discovery_endpoint"]) as answer:
            found = await answer.json()
        assert found["token_endpoint"] == f"{endpoint}/common/oauth2/v2.0/token"
        assert found["issuer"] == f"{endpoint}/common/v2.0"
        async with session.get(found["jwks_uri"]) as answer:
            assert await answer.json() == {"keys": []}
