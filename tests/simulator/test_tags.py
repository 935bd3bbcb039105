"""Tags as a resource of their own, over a network and over a group."""

from contextlib import asynccontextmanager

import aiohttp
import pytest

from simulator.azure import Azure
from simulator.network.durations import Durations
from simulator.server import served

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"
VNET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet"
TAGS = "/providers/Microsoft.Resources/tags/default"

pytestmark = pytest.mark.looptime(False)


@asynccontextmanager
async def cloud():
    """A way to send requests, and the changes that are told."""
    azure, told = Azure(post=None, durations=Durations(vnet_write=0)), []
    async with served(azure.handle, port=0, tls=None) as endpoint, aiohttp.ClientSession() as session:

        async def send(method, path, body=None):
            url = f"{endpoint}{path}?api-version=2024-05-01"
            async with session.request(
                method, url, json=body, headers={"Authorization": "Bearer any"}
            ) as answer:
                return answer.status, await answer.json() if await answer.read() else None

        place = {"location": "westus", "tags": {"role": "spoke"}}
        await send("PUT", GROUP, place)
        space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
        await send("PUT", VNET, {**place, "properties": space})
        azure.world.listeners.append(told.append)
        yield send, told
    await azure.aclose()


def change(operation, **tags):
    return {"operation": operation, "properties": {"tags": tags}}


@pytest.mark.parametrize("scope", [VNET, GROUP])
@pytest.mark.parametrize(
    ("method", "body", "after"),
    [
        pytest.param("PATCH", change("Merge", team="a"), {"role": "spoke", "team": "a"}, id="merge"),
        pytest.param("PATCH", change("Replace", team="a"), {"team": "a"}, id="replace"),
        pytest.param("PATCH", change("Delete", role="spoke", team="a"), {}, id="delete"),
        pytest.param("PATCH", change("Delete", role=""), {}, id="delete by name"),
        pytest.param("PATCH", change("Delete", role="hub"), {"role": "spoke"}, id="delete another value"),
        pytest.param("PUT", change(None, team="a"), {"team": "a"}, id="put"),
    ],
)
async def test_a_write_of_tags_is_seen_on_what_is_tagged(scope, method, body, after):
    async with cloud() as (send, told):
        status, answer = await send(method, scope + TAGS, body)
        _, read = await send("GET", scope.lower() + TAGS.lower())
        _, tagged = await send("GET", scope)

    assert (status, answer["properties"]["tags"]) == (200, after)
    assert read == answer
    assert (tagged["tags"], answer["id"]) == (after, tagged["id"] + TAGS)
    assert [(one.operation_name, one.resource_id) for one in told] == [
        ("Microsoft.Resources/tags/write", scope + TAGS)
    ]


async def test_all_tags_can_go_and_the_network_gets_another_etag():
    async with cloud() as (send, told):
        before = (await send("GET", VNET))[1]
        assert await send("DELETE", VNET + TAGS) == (200, None)
        after = (await send("GET", VNET))[1]

    assert after["tags"] == {}
    assert after["etag"] != before["etag"]
    assert [one.operation_name for one in told] == ["Microsoft.Resources/tags/delete"]


@pytest.mark.parametrize(
    ("scope", "body", "status", "code"),
    [
        pytest.param(VNET, change("Invent"), 400, "InvalidRequestContent", id="operation"),
        pytest.param(VNET, {"operation": "Merge"}, 400, "InvalidRequestContent", id="no tags"),
        pytest.param(VNET + "x", change("Merge", a="b"), 404, "ResourceNotFound", id="network"),
        pytest.param(GROUP + "x", change("Merge", a="b"), 404, "ResourceGroupNotFound", id="group"),
    ],
)
async def test_refusals(scope, body, status, code):
    async with cloud() as (send, told):
        answered, answer = await send("PATCH", scope + TAGS, body)

    assert (answered, answer["error"]["code"]) == (status, code)
    assert told == []
