"""The simulated Azure on a socket, as any ARM client meets it; facts are those of public recordings."""

import asyncio
import re
import ssl
from contextlib import asynccontextmanager
from random import Random

import aiohttp
import pytest

from simulator.azure import Azure
from simulator.certificates import CA_FILE, server_context
from simulator.http import json_response
from simulator.network.durations import Durations
from simulator.server import served

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
NETWORKS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks"
OLD, NEW = "2016-09-01", "2026-03-01"

pytestmark = pytest.mark.looptime(False)


class Client:
    """Plain REST, with any bearer token."""

    def __init__(self, session, endpoint):
        self.session, self.endpoint = session, endpoint

    async def __call__(self, method, path, body=None, *, version=NEW, **query):
        params = {"api-version": version} | query
        headers = {"Authorization": f"Bearer {Random(1).random()}"}
        url = path if path.startswith("http") else self.endpoint + path
        async with self.session.request(
            method, url, params=None if "?" in url else params, json=body, headers=headers
        ) as answer:
            text = await answer.read()
            return answer.status, answer.headers, await answer.json() if text else None


@asynccontextmanager
async def client(tls_folder=None, **options):
    azure = Azure(post=None, scale=20, durations=Durations(vnet_write=0), **options)
    tls = server_context(tls_folder) if tls_folder else None
    trust = ssl.create_default_context(cafile=tls_folder / CA_FILE) if tls_folder else True
    async with (
        served(azure.handle, port=0, tls=tls) as endpoint,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust)) as session,
    ):
        send = Client(session, endpoint)
        await send("PUT", f"/subscriptions/{SUBSCRIPTION}/resourcegroups/rg", {"location": "westus"})
        for name, prefix in (("vnet1", "10.0.0.0/16"), ("vnet2", "11.0.0.0/16")):
            space = {"addressSpace": {"addressPrefixes": [prefix]}}
            await send("PUT", f"{NETWORKS}/{name}", {"location": "West US", "properties": space})
        yield send
        await azure.aclose()


def to(name, **flags):
    return {"id": "ignored", "properties": {"remoteVirtualNetwork": {"id": f"{NETWORKS}/{name}"}, **flags}}


async def test_over_tls_with_the_authority_made_at_start(tmp_path):
    async with client(tmp_path) as send:
        status, headers, body = await send("GET", f"{NETWORKS}/vnet1")

    assert status == 200
    assert headers["ETag"] == body["etag"]
    assert body["location"] == "westus"
    assert send.endpoint.startswith("https://localhost:")


async def test_repeated_headers_arrive_joined():
    async def show(request):
        return json_response(200, dict(request.headers))

    async with served(show, port=0, tls=None) as endpoint, aiohttp.ClientSession() as session:
        headers = [("If-Match", '"1"'), ("X-Other", "o"), ("If-Match", '"2"')]
        async with session.get(endpoint, headers=headers) as answer:
            shown = await answer.json()

    assert (shown["if-match"], shown["x-other"]) == ('"1", "2"', "o")


async def test_a_host_that_is_none_is_the_clients_fault():
    async with client() as send:
        url = f"{send.endpoint}/simulator/clock"
        async with send.session.get(url, headers={"Host": "[::1"}) as answer:
            assert (answer.status, "[::1" in await answer.text()) == (400, True)


@pytest.mark.parametrize("body", [b"{", b"[" * 200_000, b"\xff", b"null"])
async def test_a_body_that_is_no_json_object_is_the_clients_fault(body):
    async with client() as send:
        headers = {"Authorization": "Bearer anything"}
        for path in ("/simulator/eventgrid", f"{NETWORKS}/vnet1?api-version={NEW}"):
            async with send.session.put(send.endpoint + path, data=body, headers=headers) as answer:
                assert (answer.status, "error" in await answer.json()) == (400, True)


async def test_a_peering_write_is_accepted_with_its_final_state_and_an_operation_to_watch():
    async with client() as send:
        status, headers, body = await send("PUT", f"{NETWORKS}/vnet1/virtualNetworkPeerings/p1", to("vnet2"))
        assert status == 201
        assert body["properties"]["provisioningState"] == "Updating"
        assert body["properties"]["peeringState"] == "Initiated"
        assert body["properties"]["peeringSyncLevel"] == "RemoteNotInSync"
        assert body["properties"]["remoteAddressSpace"]["addressPrefixes"] == ["11.0.0.0/16"]
        assert "ETag" not in headers
        assert re.fullmatch(r"[1-9]\d*", headers["Retry-After"])
        assert headers["Azure-AsyncOperation"].startswith(f"{send.endpoint}/subscriptions/")

        status, headers, body = await send("PUT", f"{NETWORKS}/vnet2/virtualNetworkPeerings/p2", to("vnet1"))
        assert (status, body["properties"]["peeringState"]) == (201, "Connected")
        watch = headers["Azure-AsyncOperation"]
        status, headers, body = await send("GET", watch)
        assert (status, body) == (200, {"status": "InProgress"})
        assert int(headers["Retry-After"]) >= 1
        while body["status"] == "InProgress":
            await asyncio.sleep(0.05)
            _, headers, body = await send("GET", watch)
        assert body == {"status": "Succeeded"}
        assert "Retry-After" not in headers

        status, _, body = await send(
            "GET",
            f"{NETWORKS.lower()}/VNET1/virtualnetworkpeerings/P1",
            version=OLD,
            syncRemoteAddressSpace="True",
        )
        assert (status, body["properties"]["peeringState"]) == (200, "Connected")
        assert not {"resourceGuid", "peeringSyncLevel"} & body["properties"].keys()


async def test_deletion_is_accepted_and_repeated_without_harm():
    async with client() as send:
        await send("PUT", f"{NETWORKS}/vnet1/virtualNetworkPeerings/p1", to("vnet2"))
        status, headers, body = await send("DELETE", f"{NETWORKS}/vnet1/virtualNetworkPeerings/p1")
        assert (status, body) == (202, None)
        location = headers["Location"]
        assert (await send("GET", f"{NETWORKS}/vnet1/virtualNetworkPeerings"))[2] == {"value": []}
        while (await send("GET", location))[0] == 202:
            await asyncio.sleep(0.02)
        assert (await send("GET", location))[0] == 204
        assert (await send("DELETE", f"{NETWORKS}/vnet1/virtualNetworkPeerings/p1"))[0] == 204


@pytest.mark.parametrize(
    ("path", "code", "by_gateway"),
    [
        pytest.param(f"{NETWORKS}/nowhere", "ResourceNotFound", True, id="network"),
        pytest.param(f"{NETWORKS}/nowhere/virtualNetworkPeerings/p", "ResourceNotFound", True, id="parent"),
        pytest.param(f"{NETWORKS}/vnet1/virtualNetworkPeerings/p", "NotFound", False, id="peering"),
        pytest.param(NETWORKS.replace("/rg/", "/no/") + "/vnet1", "ResourceGroupNotFound", True, id="group"),
    ],
)
async def test_absence_has_two_shapes(path, code, by_gateway):
    async with client() as send:
        status, headers, body = await send("GET", path)

    assert (status, body["error"]["code"]) == (404, code)
    assert (headers.get("x-ms-failure-cause") == "gateway") is by_gateway
    assert "Retry-After" not in headers


async def test_groups_answer_what_clients_ask():
    async with client() as send:
        group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/RG"
        assert (await send("HEAD", group))[0] == 204
        assert (await send("HEAD", group + "x"))[0] == 404
        assert (await send("GET", group, version="2021-04-01"))[2]["name"] == "rg"
        status, headers, _ = await send("DELETE", group)
        assert (status, "Azure-AsyncOperation" in headers) == (202, False)
        while (await send("GET", headers["Location"]))[0] == 202:
            await asyncio.sleep(0.1)
        assert (await send("DELETE", f"{NETWORKS}/vnet1"))[0] == 404


async def test_lists_come_in_pages_that_lead_on():
    async with client(page_size=1) as send:
        found, link = [], f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network/virtualNetworks"
        while link:
            _, _, page = await send("GET", link)
            found += [vnet["name"] for vnet in page["value"]]
            link = page.get("nextLink")

    assert found == ["vnet1", "vnet2"]


async def test_no_token_no_answer():
    async with client() as send, send.session.get(f"{send.endpoint}{NETWORKS}/vnet1") as answer:
        assert answer.status == 401


async def test_the_controls():
    async with client() as send:
        assert (await send("GET", "/simulator/clock"))[2]["seconds"] >= 0
        counters = (await send("GET", "/simulator/counters"))[2]
        assert counters["requests"] == {"PUT group": 1, "PUT vnet": 2}
        assert counters["event_grid"]["published"] == 2
        state = (await send("GET", "/simulator/state"))[2]
        assert [vnet["name"] for vnet in state["virtual_networks"]] == ["vnet1", "vnet2"]
        for lose in (3, 0, "all", "none"):
            assert (await send("PUT", "/simulator/eventgrid", {"lose": lose}))[2] == {"lose": lose}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        pytest.param({"lose": "some"}, 'lose: "some"', id="value"),
        pytest.param({"lose": True}, "lose: true", id="boolean"),
        pytest.param({"lose": -1}, "lose: -1", id="negative"),
        pytest.param({"lose": 1.5}, "lose: 1.5", id="fraction"),
        pytest.param({}, "lose: null", id="nothing"),
        pytest.param({"lose": "all", "delay": 3, "Lose": 1}, "unknown: Lose, delay", id="unknown fields"),
        pytest.param(["all"], "not a JSON object", id="no object"),
    ],
)
async def test_a_control_refuses_what_it_does_not_know(body, named):
    async with client() as send:
        status, _, answer = await send("PUT", "/simulator/eventgrid", body)

    assert (status, named in answer["error"]) == (400, True)


@pytest.mark.parametrize(
    ("method", "path", "expected", "allowed"),
    [
        ("GET", "/simulator/nonsense", 404, None),
        ("PUT", "/simulator/clock", 405, "GET"),
        ("GET", "/simulator/eventgrid", 405, "PUT"),
        ("POST", "/msi/token", 405, "GET"),
        ("PUT", "/msi/token", 405, "GET"),
    ],
)
async def test_outside_resource_manager_each_path_has_one_method(method, path, expected, allowed):
    async with client() as send:
        status, headers, _ = await send(method, path, {})

    assert (status, headers.get("Allow")) == (expected, allowed)


async def test_what_a_client_asks_before_it_knows_a_subscription():
    async with client() as send:
        metadata = f"{send.endpoint}/metadata/endpoints"
        async with send.session.get(f"{metadata}?api-version=2022-09-01") as answer:
            assert (await answer.json())["resourceManager"] == send.endpoint
        async with send.session.get(f"{metadata}?api-version=2019-05-01") as answer:
            assert [cloud["resourceManager"] for cloud in await answer.json()] == [send.endpoint]
        async with send.session.get(f"{metadata}?api-version=2015-01-01") as answer:
            assert (await answer.json())["authentication"]["loginEndpoint"] == send.endpoint
        subscriptions = (await send("GET", "/subscriptions"))[2]["value"]
        assert [one["subscriptionId"] for one in subscriptions] == [SUBSCRIPTION]
        assert (await send("GET", "/tenants"))[2]["value"][0]["tenantId"] == subscriptions[0]["tenantId"]


async def test_resources_of_any_type_are_listed_without_their_properties():
    async with client() as send:
        address = NETWORKS.replace("virtualNetworks", "publicIPAddresses") + "/pip"
        await send("PUT", address, {"location": "westus", "tags": {"a": "b"}})
        await send("PUT", f"/subscriptions/{SUBSCRIPTION}/resourcegroups/other", {"location": "westus"})

        _, _, everywhere = await send("GET", f"/subscriptions/{SUBSCRIPTION}/resources")
        _, _, here = await send("GET", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/RG/resources")
        _, _, there = await send("GET", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/other/resources")
        unfiltered = await send("GET", f"/subscriptions/{SUBSCRIPTION}/resources", **{"$filter": ""})
        filtered = await send("GET", f"/subscriptions/{SUBSCRIPTION}/resources", **{"$filter": "name eq 'x'"})
        nowhere = await send("GET", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/none/resources")

    assert everywhere == here == unfiltered[2]
    assert there == {"value": []}
    assert [found["name"] for found in here["value"]] == ["vnet1", "vnet2", "pip"]
    assert here["value"][0] == {
        "id": f"{NETWORKS}/vnet1",
        "name": "vnet1",
        "type": "Microsoft.Network/virtualNetworks",
        "location": "westus",
    }
    assert (filtered[0], filtered[2]["error"]["code"]) == (400, "InvalidFilterInQueryString")
    assert (nowhere[0], nowhere[2]["error"]["code"]) == (404, "ResourceGroupNotFound")


async def test_providers_tell_which_versions_their_types_have():
    async with client() as send:
        _, _, listed = await send("GET", f"/subscriptions/{SUBSCRIPTION}/providers")
        _, _, network = await send("GET", f"/subscriptions/{SUBSCRIPTION}/providers/microsoft.network")
        _, _, other = await send("POST", f"/subscriptions/{SUBSCRIPTION}/providers/Other.Kind/register")
        versions = {kind["resourceType"]: kind["apiVersions"] for kind in network["resourceTypes"]}
        answered = [
            (await send("GET", f"{NETWORKS}/vnet1", version=version))[0]
            for version in versions["virtualNetworks"]
        ]

    assert network in listed["value"]
    assert versions["virtualNetworks"] == sorted(versions["virtualNetworks"], reverse=True)
    assert set(answered) == {200}
    assert (other["registrationState"], other["resourceTypes"]) == ("Registered", [])
