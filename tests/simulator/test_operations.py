"""Long-running operations: their addresses, and what is seen of a resource meanwhile."""

import asyncio
from urllib.parse import parse_qsl, urlsplit

import pytest
from azure.core.exceptions import HttpResponseError

from tests.simulator.sdk import group_path, peering_path, sdk, to, vnet_path

ADDRESSES = ("Azure-AsyncOperation", "Location")


async def started(cloud, version="2026-03-01"):
    """Headers of a peering's deletion, which has both addresses."""
    await cloud.peer("a", "b")
    status, headers, _ = await cloud.raw("DELETE", peering_path("a", "a-b"), version=version)
    assert status == 202
    return headers


@pytest.mark.parametrize("header", ADDRESSES)
async def test_the_address_of_an_operation_is_signed(header):
    async with sdk() as cloud:
        url = (await started(cloud))[header]
        query = dict(parse_qsl(urlsplit(url).query))
        assert list(query) == ["api-version", "t", "c", "s", "h"]
        assert query["t"].isdigit()
        assert 4000 < len(url) < 5000
        assert (await cloud.raw("GET", url))[0] in (200, 202)


@pytest.mark.parametrize("header", ADDRESSES)
@pytest.mark.parametrize("part", ["t", "c", "s", "h"])
@pytest.mark.parametrize("how", ["altered", "left out"])
async def test_an_altered_address_is_refused(header, part, how):
    async with sdk() as cloud:
        url = (await started(cloud))[header]
        value = dict(parse_qsl(urlsplit(url).query))[part]
        changed = url.replace(f"&{part}={value}", f"&{part}=9{value}" if how == "altered" else "")
        status, _, body = await cloud.raw("GET", changed)

    assert changed != url
    assert (status, body["error"]["code"]) == (403, "InvalidOperationSignature")


async def test_a_signature_holds_for_one_operation_only():
    async with sdk() as cloud:
        one = (await started(cloud))["Azure-AsyncOperation"]
        other = (await cloud.raw("DELETE", vnet_path("b")))[1]["x-ms-request-id"]
        status, _, _ = await cloud.raw("GET", one.replace(urlsplit(one).path.rpartition("/")[2], other))

    assert status == 403


async def test_older_versions_sign_nothing():
    async with sdk() as cloud:
        headers = await started(cloud, version="2023-11-01")
        assert all(headers[name].endswith("?api-version=2023-11-01") for name in ADDRESSES)
        assert (await cloud.raw("GET", headers["Location"]))[0] == 202


async def test_a_groups_deletion_is_followed_at_a_signed_address_and_shown_on_the_group():
    async with sdk() as cloud:
        status, headers, _ = await cloud.raw("DELETE", group_path())
        assert (status, "Azure-AsyncOperation" in headers, headers["Retry-After"]) == (202, False, "15")
        assert "&s=" in headers["Location"]
        assert (await cloud.raw("GET", headers["Location"]))[0] == 202
        assert (await cloud.raw("GET", headers["Location"] + "0"))[0] == 403
        assert (await cloud.raw("GET", group_path()))[2]["properties"]["provisioningState"] == "Deleting"
        assert (await cloud.raw("GET", vnet_path("a")))[0] == 200
        await asyncio.sleep(cloud.world.durations.group_delete + 1)
        assert (await cloud.raw("GET", headers["Location"]))[0] == 200
        for path in (group_path(), vnet_path("a"), peering_path("a", "a-b")):
            assert (await cloud.raw("GET", path))[2]["error"]["code"] == "ResourceGroupNotFound"
            assert (await cloud.raw("DELETE", path))[0] == 404


async def test_a_gateway_in_deletion_says_so_until_it_is_gone():
    subnets = [{"name": "GatewaySubnet", "properties": {"addressPrefix": "10.1.255.0/27"}}]
    async with sdk() as cloud:
        await cloud.vnet("b", "10.1.0.0/16", subnets=subnets)
        await cloud.gateway("b")
        gateways = cloud.client.virtual_network_gateways
        deletion = await gateways.begin_delete("rg", "gateway")
        assert (await gateways.get("rg", "gateway")).provisioning_state == "Deleting"
        await deletion.result()
        with pytest.raises(HttpResponseError) as caught:
            await gateways.get("rg", "gateway")

    assert caught.value.status_code == 404


async def test_networks_subnets_and_peerings_leave_the_lists_before_their_deletion_ends():
    async with sdk() as cloud:
        await cloud.peer("a", "b")
        await cloud.vnet(
            "c", "10.2.0.0/16", subnets=[{"name": "s", "properties": {"addressPrefix": "10.2.0.0/24"}}]
        )
        for path in (peering_path("a", "a-b"), f"{vnet_path('c')}/subnets/s", vnet_path("b")):
            collection, _, name = path.rpartition("/")
            assert (await cloud.raw("DELETE", path))[0] == 202
            listed = (await cloud.raw("GET", collection))[2]["value"]
            assert name not in {one["name"] for one in listed}
            assert (await cloud.raw("GET", path))[0] == 404
            assert (await cloud.raw("DELETE", path))[0] == 204


async def test_an_operation_answers_both_ways_until_it_has_ended():
    async with sdk() as cloud:
        await cloud.peer("a", "b")
        _, headers, body = await cloud.raw("PUT", peering_path("b", "b-a"), to("a"))
        assert headers["x-ms-request-id"] in headers["Azure-AsyncOperation"]
        assert "Location" not in headers
        assert body["properties"]["peeringState"] == "Connected"
        status, poll, body = await cloud.raw("GET", headers["Azure-AsyncOperation"])
        assert (status, body, poll["Retry-After"]) == (200, {"status": "InProgress"}, "10")
        await asyncio.sleep(cloud.world.durations.paired_peering_write + 1)
        status, poll, body = await cloud.raw("GET", headers["Azure-AsyncOperation"])
        assert (status, body, "Retry-After" in poll) == (200, {"status": "Succeeded"}, False)
