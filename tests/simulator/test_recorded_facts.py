"""Facts that public recordings of real traffic show, from 2016 to 2026, one test each.

Azure/azure-cli, Azure/azure-powershell, Azure/azure-service-operator, Azure/azure-libraries-for-java and -net,
Azure/azure-sdk-for-net and -python keep these recordings with their tests of peerings.
"""

import asyncio
from itertools import pairwise
from uuid import UUID

import pytest

from tests.clouds import SUBSCRIPTION
from tests.simulator.sdk import group_path, peering_path, sdk, to, vnet_path

A, B = vnet_path("a"), vnet_path("b")
NEWER = {
    "resourceGuid",
    "peeringSyncLevel",
    "remoteVirtualNetworkAddressSpace",
    "doNotVerifyRemoteGateways",
    "peerCompleteVnets",
}
"""Fields of a peering that came with time."""


def network(*prefixes, tags=None, **properties):
    body = {
        "location": "westeurope",
        "properties": {"addressSpace": {"addressPrefixes": list(prefixes)}} | properties,
    }
    return body | ({} if tags is None else {"tags": tags})


async def connect(cloud):
    await cloud.peer("a", "b")
    await cloud.peer("b", "a")


async def etags(cloud, path):
    """Of a network and of all in it."""
    body = (await cloud.raw("GET", path))[2]
    children = body["properties"]["subnets"] + body["properties"]["virtualNetworkPeerings"]
    return {body["etag"], *(child["etag"] for child in children)}


# --- networks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, id="left out"),
        pytest.param(
            {"enableDdosProtection": False, "privateEndpointVNetPolicies": "Disabled"}, id="spelt out"
        ),
        pytest.param({"virtualNetworkPeerings": [], "subnets": []}, id="empty lists"),
    ],
)
async def test_a_write_that_changes_only_tags_is_done_at_once(more):
    async with sdk() as cloud:
        await connect(cloud)
        before = await etags(cloud, A)
        status, headers, body = await cloud.raw(
            "PUT", A, network("10.0.0.0/16", tags={"role": "hub"}, **more)
        )
        assert (status, body["properties"]["provisioningState"], body["tags"]) == (
            200,
            "Succeeded",
            {"role": "hub"},
        )
        assert "Retry-After" not in headers
        assert (await cloud.raw("GET", headers["Azure-AsyncOperation"]))[2] == {"status": "Succeeded"}
        assert len(body["properties"]["virtualNetworkPeerings"]) == 1
        assert await etags(cloud, A) != before


async def test_tags_alone_are_patched_without_an_operation():
    async with sdk() as cloud:
        await cloud.raw("PATCH", A, {"tags": {"one": "1", "two": "2"}})
        status, headers, body = await cloud.raw("PATCH", A, {"tags": {"two": "two"}})

    assert (status, body["tags"], body["properties"]["provisioningState"]) == (
        200,
        {"two": "two"},
        "Succeeded",
    )
    assert not {"Azure-AsyncOperation", "Location", "Retry-After"} & headers.keys()


@pytest.mark.parametrize("peerings", [{}, {"virtualNetworkPeerings": []}], ids=["left out", "empty"])
async def test_a_write_of_the_network_keeps_its_peerings_and_shows_them_behind(peerings):
    async with sdk() as cloud:
        await connect(cloud)
        status, _, body = await cloud.raw("PUT", A, network("10.0.0.0/16", "10.9.0.0/16", **peerings))

    [half] = [one["properties"] for one in body["properties"]["virtualNetworkPeerings"]]
    assert status == 200
    assert (half["peeringState"], half["peeringSyncLevel"]) == ("Connected", "RemoteNotInSync")


async def test_what_nobody_set_is_not_shown():
    async with sdk() as cloud:
        shown = (await cloud.raw("GET", A))[2]
        assert "tags" not in shown
        assert not {"dhcpOptions", "encryption", "bgpCommunities"} & shown["properties"].keys()
        dns = {"dnsServers": ["10.0.0.4"]}
        assert (await cloud.raw("PUT", A, network("10.0.0.0/16", dhcpOptions=dns)))[2]["properties"][
            "dhcpOptions"
        ] == dns


async def test_a_network_leaves_every_list_with_its_deletion():
    async with sdk() as cloud:
        await cloud.raw("DELETE", A)
        for scope in (f"/subscriptions/{SUBSCRIPTION}", group_path()):
            listed = (await cloud.raw("GET", f"{scope}/providers/Microsoft.Network/virtualNetworks"))[2][
                "value"
            ]
            assert [one["name"] for one in listed] == ["b"]


# --- subnets ------------------------------------------------------------------------------------------


async def test_a_subnets_life():
    path = f"{A}/subnets/s"
    body = {"properties": {"addressPrefix": "10.0.1.0/24"}}
    async with sdk() as cloud:
        status, _, missing = await cloud.raw("GET", path)
        assert (status, missing["error"]["code"]) == (404, "NotFound")
        status, headers, made = await cloud.raw("PUT", path, body)
        assert (status, made["properties"]["provisioningState"]) == (201, "Updating")
        assert (headers["Retry-After"], "ETag" in headers) == ("3", False)
        await asyncio.sleep(10)
        status, headers, shown = await cloud.raw("GET", path)
        assert (status, shown["properties"]["provisioningState"]) == (200, "Succeeded")
        assert headers["ETag"] == shown["etag"] != made["etag"]
        assert (await cloud.raw("PUT", path, body))[0] == 200
        await asyncio.sleep(10)
        status, headers, _ = await cloud.raw("DELETE", path)
        assert (status, headers["Retry-After"], "Location" in headers) == (202, "10", True)
        assert (await cloud.raw("GET", f"{A}/subnets"))[2] == {"value": []}


# --- etags --------------------------------------------------------------------------------------------


async def test_all_in_a_network_carry_its_etag():
    async with sdk() as cloud:
        await cloud.vnet(
            "a", "10.0.0.0/16", subnets=[{"name": "s", "properties": {"addressPrefix": "10.0.1.0/24"}}]
        )
        await connect(cloud)
        assert len(await etags(cloud, A)) == 1


@pytest.mark.parametrize("connected", [False, True], ids=["initiated", "connected"])
async def test_a_peering_write_changes_the_etags_on_both_sides_twice(connected):
    async with sdk() as cloud:
        if connected:
            await connect(cloud)
        seen = [(await etags(cloud, A), await etags(cloud, B))]
        await cloud.raw("PUT", peering_path("a", "a-b"), to("b"))
        seen.append((await etags(cloud, A), await etags(cloud, B)))
        await asyncio.sleep(30)
        seen.append((await etags(cloud, A), await etags(cloud, B)))

    for earlier, later in pairwise(seen):
        assert not earlier[0] & later[0]
        assert not earlier[1] & later[1]


async def test_the_etag_is_a_header_where_one_network_or_half_is_read_and_nowhere_else():
    async with sdk() as cloud:
        await cloud.peer("a", "b")
        for path in (A, peering_path("a", "a-b")):
            _, headers, body = await cloud.raw("GET", path)
            assert headers["ETag"] == body["etag"]
            assert "ETag" not in (await cloud.raw("GET", path.rpartition("/")[0]))[1]


async def test_a_gateway_is_read_without_an_etag_header():
    async with sdk() as cloud:
        gateway = {"name": "GatewaySubnet", "properties": {"addressPrefix": "10.0.255.0/27"}}
        await cloud.vnet("a", "10.0.0.0/16", subnets=[gateway])
        await cloud.gateway("a")
        of_network = f"{group_path()}/providers/Microsoft.Network"
        status, headers, _ = await cloud.raw("GET", f"{of_network}/virtualNetworkGateways/gateway")
        assert (status, "ETag" in headers) == (200, False)


# --- peerings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["2016-09-01", "2018-04-01", "2018-08-01"])
async def test_early_versions_know_little_of_a_peering(version):
    async with sdk() as cloud:
        _, _, body = await cloud.raw("PUT", peering_path("a", "a-b"), to("b"), version=version)

    assert set(body["properties"]) == {
        "provisioningState",
        "peeringState",
        "remoteVirtualNetwork",
        "allowVirtualNetworkAccess",
        "allowForwardedTraffic",
        "allowGatewayTransit",
        "useRemoteGateways",
        "remoteAddressSpace",
    }
    assert "type" not in body


@pytest.mark.parametrize("version", ["2019-06-01", "2021-02-01", "2022-01-01", "2024-05-01", "2026-03-01"])
async def test_later_versions_show_guids_that_belong_to_both_networks(version):
    async with sdk() as cloud:
        _, _, body = await cloud.raw("PUT", peering_path("a", "a-b"), to("b"), version=version)
        networks = [(await cloud.raw("GET", path))[2]["properties"]["resourceGuid"] for path in (A, B)]

    assert body["properties"].keys() >= NEWER
    assert UUID(body["properties"]["resourceGuid"]).int == UUID(networks[0]).int ^ UUID(networks[1]).int


@pytest.mark.parametrize(
    ("version", "networks", "peerings"),
    [("2018-04-01", False, False), ("2020-11-01", True, False), ("2022-01-01", True, True)],
)
async def test_when_operations_began_to_offer_notifications(version, networks, peerings):
    async with sdk() as cloud:
        _, of_network, _ = await cloud.raw("PUT", vnet_path("c"), network("10.2.0.0/16"), version=version)
        _, of_peering, _ = await cloud.raw("PUT", peering_path("a", "a-b"), to("b"), version=version)

    assert ("Azure-AsyncNotification" in of_network) is networks
    assert ("Azure-AsyncNotification" in of_peering) is peerings


@pytest.mark.parametrize(("version", "allocations"), [("2022-01-01", False), ("2024-05-01", True)])
async def test_address_spaces_show_pools_in_newer_versions_only(version, allocations):
    async with sdk() as cloud:
        space = (await cloud.raw("GET", A, version=version))[2]["properties"]["addressSpace"]

    assert ("ipamPoolPrefixAllocations" in space) is allocations


async def test_flags_left_out_at_creation_take_the_defaults():
    async with sdk() as cloud:
        half = await cloud.peer("a", "b")

    assert half.allow_virtual_network_access
    assert not half.allow_forwarded_traffic
    assert not half.allow_gateway_transit
    assert not half.use_remote_gateways


async def test_new_flags_leave_a_pair_connected():
    async with sdk() as cloud:
        await connect(cloud)
        status, _, body = await cloud.raw(
            "PUT", peering_path("a", "a-b"), to("b", allowForwardedTraffic=True)
        )
        assert (status, body["properties"]["peeringState"]) == (200, "Connected")
        assert body["properties"]["allowForwardedTraffic"] is True
        assert await cloud.states() == ("Connected", "Connected")


async def test_who_uses_a_remote_gateway_is_shown_which():
    async with sdk() as cloud:
        gateway = {"name": "GatewaySubnet", "properties": {"addressPrefix": "10.1.255.0/27"}}
        await cloud.vnet("b", "10.1.0.0/16", subnets=[gateway])
        await cloud.gateway("b")
        await cloud.peer("b", "a", allowGatewayTransit=True)
        await cloud.peer("a", "b", useRemoteGateways=True)
        bodies = [(await cloud.raw("GET", peering_path(*half)))[2] for half in (("a", "a-b"), ("b", "b-a"))]

    [shown] = bodies[0]["properties"]["remoteGateways"]
    assert shown["id"].endswith("/virtualNetworkGateways/gateway")
    assert "remoteGateways" not in bodies[1]["properties"]


async def test_a_peering_of_subnets_shows_only_their_prefixes_and_a_guid_of_its_own():
    def of(number):
        return [
            {"name": name, "properties": {"addressPrefix": f"10.{number}.{third}.0/24"}}
            for third, name in enumerate(("one", "two"), start=1)
        ]

    async with sdk() as cloud:
        await cloud.vnet("a", "10.0.0.0/16", subnets=of(0))
        await cloud.vnet("b", "10.1.0.0/16", subnets=of(1))
        there = {"peerCompleteVnets": False, "localSubnetNames": ["one"], "remoteSubnetNames": ["two"]}
        back = {"peerCompleteVnets": False, "localSubnetNames": ["two"], "remoteSubnetNames": ["one"]}
        await cloud.raw("PUT", peering_path("a", "a-b"), to("b", **there), version="2024-05-01")
        await asyncio.sleep(30)
        _, _, body = await cloud.raw("PUT", peering_path("b", "b-a"), to("a", **back), version="2024-05-01")
        networks = [(await cloud.raw("GET", path))[2]["properties"]["resourceGuid"] for path in (A, B)]

    shown = body["properties"]
    assert (shown["peeringState"], shown["peerCompleteVnets"]) == ("Connected", False)
    assert (shown["localSubnetNames"], shown["remoteSubnetNames"]) == (["two"], ["one"])
    for name, prefixes in (
        ("localAddressSpace", ["10.1.2.0/24"]),
        ("localVirtualNetworkAddressSpace", ["10.1.2.0/24"]),
        ("remoteAddressSpace", ["10.0.1.0/24"]),
        ("remoteVirtualNetworkAddressSpace", ["10.0.1.0/24"]),
    ):
        assert shown[name]["addressPrefixes"] == prefixes
    assert UUID(shown["resourceGuid"]).int != UUID(networks[0]).int ^ UUID(networks[1]).int


async def test_a_sync_of_a_pair_in_sync_changes_nothing_that_shows():
    async with sdk() as cloud:
        await connect(cloud)
        before = (await cloud.raw("GET", peering_path("a", "a-b")))[2]["properties"]
        stale = before | {"remoteAddressSpace": {"addressPrefixes": ["192.168.0.0/24"]}}
        status, _, _ = await cloud.raw(
            "PUT", peering_path("a", "a-b"), {"properties": stale}, syncRemoteAddressSpace="true"
        )
        assert status == 200
        await asyncio.sleep(30)
        assert (await cloud.raw("GET", peering_path("a", "a-b")))[2]["properties"] == before


@pytest.mark.parametrize(
    ("path", "by_provider"),
    [(A, True), (peering_path("a", "absent"), True), (vnet_path("absent"), False), (group_path(), False)],
)
async def test_the_provider_puts_its_own_id_on_what_it_answers(path, by_provider):
    async with sdk() as cloud:
        _, headers, _ = await cloud.raw("GET", path)

    assert ("x-ms-arm-service-request-id" in headers) is by_provider
    assert {"x-ms-request-id", "x-ms-correlation-request-id", "x-ms-routing-request-id"} <= headers.keys()
