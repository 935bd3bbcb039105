"""What a stand-in for Azure must get right for a client that keeps peerings: one group of tests per point,
through the real SDK wherever the SDK shows it."""

import asyncio
from uuid import UUID

import pytest
from azure.core.exceptions import HttpResponseError, ServiceRequestError
from azure.mgmt.network.aio import NetworkManagementClient

from simulator.azure import Azure
from simulator.network.durations import Durations
from simulator.network.locks import LockMode
from simulator.server import served
from tests.clouds import ELSEWHERE, SUBSCRIPTION, AnyToken
from tests.simulator.sdk import group_path, peering_path, sdk, to, vnet_path

SYNC = {"sync_remote_address_space": "true"}


def seconds():
    return asyncio.get_running_loop().time()


async def connect(cloud):
    await cloud.peer("a", "b")
    await cloud.peer("b", "a")


async def levels(cloud):
    return (
        (await cloud.half("a", "b")).peering_sync_level,
        (await cloud.half("b", "a")).peering_sync_level,
    )


# --- HTTPS: the SDK's bearer policy refuses anything else ---------------------------------------------


@pytest.mark.looptime(False)
async def test_the_sdk_sends_no_token_over_http():
    azure = Azure(post=None)
    async with served(azure.handle, port=0, tls=None) as endpoint:
        client = NetworkManagementClient(AnyToken(), SUBSCRIPTION, base_url=endpoint)
        async with client:
            with pytest.raises(ServiceRequestError, match="Bearer token authentication is not permitted"):
                await client.virtual_networks.get("rg", "a")


# --- statuses -----------------------------------------------------------------------------------------


async def test_created_updated_deleted_absent():
    async with sdk() as cloud:
        path, body = peering_path("a", "a-b"), to("b")
        assert [(await cloud.raw("PUT", path, body))[0] for _ in range(2)] == [201, 200]
        assert [(await cloud.raw("DELETE", path))[0] for _ in range(2)] == [202, 204]
        network = {
            "location": "westeurope",
            "properties": {"addressSpace": {"addressPrefixes": ["10.2.0.0/16"]}},
        }
        assert [(await cloud.raw("PUT", vnet_path("c"), network))[0] for _ in range(2)] == [201, 200]
        assert [(await cloud.raw("DELETE", vnet_path("c")))[0] for _ in range(2)] == [202, 204]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (vnet_path("a", group="nowhere"), "ResourceGroupNotFound"),
        (vnet_path("a", group="nowhere") + "/virtualNetworkPeerings/p", "ResourceGroupNotFound"),
        (peering_path("nowhere", "p"), "ResourceNotFound"),
    ],
)
async def test_deletion_where_the_parent_is_absent(path, code):
    async with sdk() as cloud:
        status, _, body = await cloud.raw("DELETE", path)

    assert (status, body["error"]["code"]) == (404, code)


# --- long-running operations --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body", "retry_after"),
    [
        pytest.param("PUT", vnet_path("a"), "network", "3", id="network"),
        pytest.param("PUT", vnet_path("a") + "/subnets/s", "subnet", "3", id="subnet"),
        pytest.param("PUT", peering_path("a", "p"), "peering", "10", id="peering"),
        pytest.param("DELETE", vnet_path("a"), None, "10", id="deletion"),
    ],
)
async def test_a_write_says_where_and_when_to_look_and_each_look_says_when_to_look_again(
    method, path, body, retry_after
):
    bodies = {
        "network": {
            "location": "westeurope",
            "properties": {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}},
        },
        "subnet": {"properties": {"addressPrefix": "10.0.1.0/24"}},
        "peering": to("b"),
    }
    async with sdk() as cloud:
        _, headers, _ = await cloud.raw(method, path, bodies.get(body))
        assert headers["Retry-After"] == retry_after
        status, poll, content = await cloud.raw("GET", headers["Azure-AsyncOperation"])

    assert (status, content["status"], poll["Retry-After"]) == (200, "InProgress", "10")


@pytest.mark.parametrize(
    ("local", "remote", "state", "level"),
    [("a", "c", "Initiated", "RemoteNotInSync"), ("b", "a", "Connected", "FullyInSync")],
)
async def test_the_answer_to_a_write_has_the_final_state_already(local, remote, state, level):
    async with sdk() as cloud:
        await cloud.vnet("c", "10.2.0.0/16")
        await cloud.peer("a", "b")
        _, headers, body = await cloud.raw("PUT", peering_path(local, f"{local}-{remote}"), to(remote))
        written = body["properties"]
        assert (written["provisioningState"], written["peeringState"]) == ("Updating", state)
        assert written["peeringSyncLevel"] == level
        assert "ETag" not in headers
        await asyncio.sleep(30)
        done = await cloud.half(local, remote)
        assert (done.provisioning_state, done.peering_state) == ("Succeeded", state)
        assert done.etag != body["etag"]


async def test_the_final_look_repeats_the_query_of_the_write():
    async with sdk() as cloud:
        await connect(cloud)
        assert (await cloud.peer("a", "b", options=SYNC)).peering_sync_level == "FullyInSync"
        path = peering_path("a", "a-b")
        assert (await cloud.raw("GET", path, syncRemoteAddressSpace="True"))[0] == 200


# --- the other half -----------------------------------------------------------------------------------


async def test_the_other_half_follows_when_one_is_connected_or_deleted():
    async with sdk() as cloud:
        await cloud.peer("a", "b")
        assert await cloud.states() == ("Initiated", None)
        await cloud.peer("b", "a")
        assert await cloud.states() == ("Connected", "Connected")
        await cloud.unpeer("a", "b")
        assert await cloud.states() == (None, "Disconnected")
        left = await cloud.half("b", "a")
        assert left.provisioning_state == "Succeeded"
        assert left.remote_address_space.address_prefixes == ["10.0.0.0/16"]
        await cloud.unpeer("b", "a")
        assert await cloud.states() == (None, None)


async def test_the_other_half_follows_when_a_network_is_deleted():
    async with sdk() as cloud:
        await connect(cloud)
        await cloud.delete_vnet("a")
        assert await cloud.states() == (None, "Disconnected")


async def test_the_other_half_follows_when_a_group_is_deleted():
    async with sdk() as cloud:
        await cloud.group(subscription=ELSEWHERE)
        await cloud.vnet("c", "10.2.0.0/16", subscription=ELSEWHERE)
        await cloud.peer("a", "c", subscription=ELSEWHERE)
        back = vnet_path("c", subscription=ELSEWHERE) + "/virtualNetworkPeerings/c-a"
        await cloud.raw("PUT", back, to("a"))
        assert (await cloud.half("a", "c")).peering_state == "Connected"
        await cloud.raw("DELETE", group_path(subscription=ELSEWHERE))
        await asyncio.sleep(60)
        assert (await cloud.half("a", "c")).peering_state == "Disconnected"


async def test_both_halves_can_be_deleted_in_the_same_moment():
    async with sdk() as cloud:
        await connect(cloud)
        paths = peering_path("a", "a-b"), peering_path("b", "b-a")
        assert [(await cloud.raw("DELETE", path))[0] for path in paths] == [202, 202]
        assert await cloud.states() == (None, None)


# --- repair order -------------------------------------------------------------------------------------


async def test_the_disconnected_side_is_written_first():
    async with sdk() as cloud:
        await connect(cloud)
        await cloud.unpeer("a", "b")
        with pytest.raises(HttpResponseError) as caught:
            await cloud.peer("a", "b")
        assert caught.value.error.code == "RemotePeeringIsDisconnected"
        assert await cloud.states() == (None, "Disconnected")
        await cloud.peer("b", "a")
        assert await cloud.states() == (None, "Initiated")
        await cloud.peer("a", "b")
        assert await cloud.states() == ("Connected", "Connected")


# --- disconnected halves count ------------------------------------------------------------------------


async def test_a_disconnected_half_keeps_its_address_range_taken_until_it_is_deleted():
    async with sdk() as cloud:
        await connect(cloud)
        await cloud.delete_vnet("a")
        await cloud.vnet("c", "10.0.0.0/24")
        with pytest.raises(HttpResponseError) as caught:
            await cloud.peer("b", "c")
        assert caught.value.error.code == "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet"
        await cloud.unpeer("b", "a")
        assert (await cloud.peer("b", "c")).peering_state == "Initiated"


# --- guids --------------------------------------------------------------------------------------------


async def test_a_network_made_again_is_another_and_its_halves_show_it():
    async with sdk() as cloud:
        await connect(cloud)

        async def expected():
            networks = [await cloud.client.virtual_networks.get("rg", name) for name in "ab"]
            return UUID(int=UUID(networks[0].resource_guid).int ^ UUID(networks[1].resource_guid).int)

        before = await expected()
        assert {UUID((await cloud.half(*pair)).resource_guid) for pair in ("ab", "ba")} == {before}
        await cloud.delete_vnet("a")
        await cloud.vnet("a", "10.0.0.0/16")
        assert await expected() != before
        assert UUID((await cloud.half("b", "a")).resource_guid) == before
        await cloud.peer("b", "a")
        await cloud.peer("a", "b")
        assert {UUID((await cloud.half(*pair)).resource_guid) for pair in ("ab", "ba")} == {await expected()}


# --- sync levels --------------------------------------------------------------------------------------


async def test_growth_is_synced_on_the_side_that_is_behind_and_on_no_other():
    async with sdk() as cloud:
        await connect(cloud)
        await cloud.vnet("a", "10.0.0.0/16", "10.9.0.0/16")
        assert await cloud.states() == ("Connected", "Connected")
        assert await levels(cloud) == ("RemoteNotInSync", "LocalNotInSync")
        behind = await cloud.half("b", "a")
        assert behind.remote_address_space.address_prefixes == ["10.0.0.0/16"]
        assert behind.remote_virtual_network_address_space.address_prefixes == ["10.0.0.0/16", "10.9.0.0/16"]
        await cloud.peer("a", "b", options=SYNC)
        assert await levels(cloud) == ("RemoteNotInSync", "LocalNotInSync")
        await cloud.peer("b", "a")
        assert await levels(cloud) == ("RemoteNotInSync", "LocalNotInSync")
        await cloud.peer("b", "a", options=SYNC)
        assert await levels(cloud) == ("FullyInSync", "FullyInSync")


async def test_growth_of_both_sides_is_synced_on_both():
    async with sdk() as cloud:
        await connect(cloud)
        await cloud.vnet("a", "10.0.0.0/16", "10.9.0.0/16")
        await cloud.vnet("b", "10.1.0.0/16", "10.8.0.0/16")
        assert await levels(cloud) == ("LocalAndRemoteNotInSync", "LocalAndRemoteNotInSync")
        await cloud.peer("a", "b", options=SYNC)
        assert await levels(cloud) == ("RemoteNotInSync", "LocalNotInSync")
        await cloud.peer("b", "a", options=SYNC)
        assert await levels(cloud) == ("FullyInSync", "FullyInSync")


# --- just after a network's creation ------------------------------------------------------------------


async def test_a_network_can_be_too_new_to_be_peered_although_it_says_it_is_done():
    async with sdk(durations=Durations(subnets_settle=20)) as cloud:
        await asyncio.sleep(20)
        made = await cloud.vnet("c", "10.2.0.0/16")
        assert made.provisioning_state == "Succeeded"
        with pytest.raises(HttpResponseError) as caught:
            await cloud.peer("a", "c")
        assert (caught.value.status_code, caught.value.error.code) == (
            400,
            "ReferencedResourceNotProvisioned",
        )
        assert "Retry-After" not in caught.value.response.headers
        await asyncio.sleep(20)
        assert (await cloud.peer("a", "c")).peering_state == "Initiated"


# --- lists, IDs and fields ----------------------------------------------------------------------------


@pytest.mark.parametrize("page_size", [1, 2, 3, 100])
async def test_lists_come_in_pages_that_lead_on(page_size):
    async with sdk(page_size=page_size) as cloud:
        await cloud.vnet("c", "10.2.0.0/16")
        await connect(cloud)
        networks = [network async for network in cloud.client.virtual_networks.list_all()]

    assert [network.name for network in networks] == ["a", "b", "c"]
    assert [len(network.virtual_network_peerings) for network in networks] == [1, 1, 0]


async def test_ids_are_the_same_in_every_spelling():
    async with sdk() as cloud:
        await cloud.client.virtual_network_peerings.begin_create_or_update(
            "RG", "A", "P", {"properties": {"remoteVirtualNetwork": {"id": vnet_path("B").upper()}}}
        )
        found = await cloud.client.virtual_network_peerings.get("Rg", "a", "p")
        with pytest.raises(HttpResponseError) as caught:
            await cloud.peer("a", "b", name="second")

    assert found.name == "P"
    assert caught.value.error.code == "AnotherPeeringAlreadyReferencesRemoteVnet"


async def test_unknown_fields_do_no_harm_and_read_only_ones_are_not_believed():
    echoed = {
        "peeringState": "Disconnected",
        "peeringSyncLevel": "LocalNotInSync",
        "remoteAddressSpace": {"addressPrefixes": ["192.168.0.0/24"]},
        "routeServiceVips": {"unheard": "of"},
        "fieldOfTomorrow": 1,
    }
    async with sdk() as cloud:
        await cloud.peer("a", "b", **echoed)
        half = await cloud.peer("b", "a", **echoed)

    assert (half.peering_state, half.peering_sync_level) == ("Connected", "FullyInSync")
    assert half.remote_address_space.address_prefixes == ["10.0.0.0/16"]


# --- absence ------------------------------------------------------------------------------------------


async def test_absence_has_two_shapes():
    async with sdk() as cloud:
        _, of_provider, missing = await cloud.raw("GET", peering_path("a", "p"))
        _, of_gateway, parent = await cloud.raw("GET", peering_path("nowhere", "p"))

    assert missing["error"] == {
        "code": "NotFound",
        "message": f"Resource {peering_path('a', 'p')} not found.",
        "details": [],
    }
    assert parent["error"].keys() == {"code", "message"}
    assert parent["error"]["code"] == "ResourceNotFound"
    assert "x-ms-failure-cause" not in of_provider
    assert of_gateway["x-ms-failure-cause"] == "gateway"


# --- what belongs to others ---------------------------------------------------------------------------


async def test_peerings_of_others_are_kept_as_they_were_written():
    hub = "/subscriptions/{}/resourceGroups/RG_hub_1/providers/Microsoft.Network/virtualNetworks/HV_hub_1"
    async with sdk() as cloud:
        await cloud.raw("PUT", group_path("RG_hub_1", ELSEWHERE), {"location": "westeurope"})
        network = {
            "location": "westeurope",
            "properties": {"addressSpace": {"addressPrefixes": ["10.99.0.0/24"]}},
        }
        await cloud.raw("PUT", hub.format(ELSEWHERE), network)
        await asyncio.sleep(10)
        flags = {"useRemoteGateways": True, "doNotVerifyRemoteGateways": True}
        foreign = {"properties": {"remoteVirtualNetwork": {"id": hub.format(ELSEWHERE)}} | flags}
        name = "RemoteVnetToHubPeering_6f0c"
        assert (await cloud.raw("PUT", peering_path("a", name), foreign))[0] == 201
        await cloud.peer("a", "b")
        listed = (await cloud.client.virtual_networks.get("rg", "a")).virtual_network_peerings
        with pytest.raises(HttpResponseError) as caught:
            await cloud.peer("a", "b", useRemoteGateways=True)

    assert [half.name for half in listed] == [name, "a-b"]
    assert listed[0].do_not_verify_remote_gateways
    assert caught.value.error.code == "OnlyOnePeeringCanUseRemoteGateways"


# --- time ---------------------------------------------------------------------------------------------


async def test_what_touches_the_other_half_takes_longer():
    async with sdk() as cloud:

        async def lasts(path, method, body=None):
            status, headers, _ = await cloud.raw(method, path, body)
            assert status < 300
            started = seconds()
            while (await cloud.raw("GET", headers["Azure-AsyncOperation"]))[2]["status"] == "InProgress":
                await asyncio.sleep(0.5)
            return seconds() - started

        a, b = peering_path("a", "a-b"), peering_path("b", "b-a")
        assert await lasts(a, "PUT", to("b")) <= 3
        assert 9 <= await lasts(b, "PUT", to("a")) <= 31
        assert 9 <= await lasts(a, "PUT", to("b", allowForwardedTraffic=True)) <= 31
        assert 9 <= await lasts(a, "DELETE") <= 31
        assert await lasts(b, "DELETE") <= 1


@pytest.mark.parametrize("mode", LockMode)
async def test_every_lock_mode_lets_a_patient_client_through(mode):
    async with sdk(lock_mode=mode, seed=3) as cloud:
        await cloud.vnet("c", "10.2.0.0/16")
        await cloud.client.virtual_network_peerings.begin_create_or_update("rg", "a", "a-b", to("b"))
        refusals = 0
        for _ in range(10):
            try:
                await cloud.peer("a", "c")
                break
            except HttpResponseError:
                refusals += 1
                await asyncio.sleep(1)

        assert (await cloud.half("a", "c")).provisioning_state == "Succeeded"
        assert (refusals == 0) is (mode is LockMode.PARALLEL)
