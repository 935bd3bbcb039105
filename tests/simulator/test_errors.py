"""What the simulation refuses by itself, as the real SDK reads it: status, codes and headers."""

import asyncio
from ipaddress import ip_network

import pytest
from azure.core.exceptions import HttpResponseError

from simulator import errors
from simulator.network.durations import Durations
from simulator.network.estate import MAX_PEERINGS_PER_VNET
from simulator.network.locks import LockMode
from tests.clouds import ELSEWHERE, SUBSCRIPTION
from tests.simulator.refusal import Refusal
from tests.simulator.sdk import group_path, peering_path, sdk, to, vnet_path

PEERING = r"/virtualNetworkPeerings/"
GATEWAY_SUBNET = [{"name": "GatewaySubnet", "properties": {"addressPrefix": "10.1.255.0/27"}}]


async def overlap(cloud):
    await cloud.vnet("c", "10.1.128.0/17")
    await cloud.peer("c", "b")


async def overlap_by_growth(cloud):
    await connected(cloud)
    await cloud.vnet("a", "10.0.0.0/16", "10.1.0.0/24")


async def overlap_with_peered(cloud):
    await connected(cloud)
    await cloud.vnet("c", "10.0.5.0/24")
    await cloud.peer("c", "b")


async def overlap_with_a_stale_half(cloud):
    await connected(cloud)
    await cloud.delete_vnet("a")
    assert await cloud.states() == (None, "Disconnected")
    await cloud.vnet("c", "10.0.5.0/24")
    await cloud.peer("c", "b")


async def second_half_to_the_same_remote(cloud):
    await cloud.peer("a", "b", name="by-somebody-else")
    await cloud.peer("a", "b")


async def remote_disconnected(cloud):
    await connected(cloud)
    await cloud.unpeer("a", "b")
    await cloud.peer("a", "b")


async def transit_not_allowed(cloud):
    await cloud.vnet("b", "10.1.0.0/16", subnets=GATEWAY_SUBNET)
    await cloud.gateway("b")
    await cloud.peer("b", "a", allowGatewayTransit=False)
    await cloud.peer("a", "b", useRemoteGateways=True)


async def second_use_of_remote_gateways(cloud):
    await cloud.vnet("b", "10.1.0.0/16", subnets=GATEWAY_SUBNET)
    await cloud.gateway("b")
    await cloud.peer("b", "a", allowGatewayTransit=True)
    await cloud.peer("a", "b", useRemoteGateways=True)
    await cloud.vnet("c", "10.2.0.0/16")
    await cloud.peer("a", "c", useRemoteGateways=True)


async def own_gateway(cloud):
    await cloud.vnet("b", "10.1.0.0/16", subnets=GATEWAY_SUBNET)
    await cloud.gateway("b")
    await cloud.peer("b", "a", useRemoteGateways=True)


async def changed_remote(cloud):
    await cloud.vnet("c", "10.2.0.0/16")
    await cloud.peer("a", "b")
    await cloud.peer("a", "c", name="a-b")


async def remote_absent_in_other_subscription(cloud):
    await cloud.peer("a", "b", subscription=ELSEWHERE)


async def five_hundred_peerings(cloud):
    a = cloud.world.vnet(SUBSCRIPTION, "rg", "a")
    await cloud.peer("a", "b")
    half = a.peerings.pop("a-b")
    spaces = ip_network("172.16.0.0/12").subnets(new_prefix=24)
    for number, space in zip(range(MAX_PEERINGS_PER_VNET), spaces, strict=False):
        remote = half.remote._replace(name=f"gone-{number}")
        a.peerings[f"p{number}"] = type(half)(
            name=f"p{number}",
            remote=remote,
            remote_id=vnet_path(remote.name),
            remote_guid=half.guid,
            guid=half.guid,
            state=half.state,
            flags=half.flags,
            remote_space=(str(space),),
        )
    await cloud.peer("a", "b")


async def busy_with_subnets(cloud):
    await cloud.vnet("c", "10.2.0.0/16")
    assert (await cloud.client.virtual_networks.get("rg", "c")).provisioning_state == "Succeeded"
    await cloud.peer("c", "b")


async def network_still_updating(cloud):
    body = {"location": "westeurope", "properties": {"addressSpace": {"addressPrefixes": ["10.2.0.0/16"]}}}
    await cloud.client.virtual_networks.begin_create_or_update("rg", "c", body)
    await cloud.peer("c", "b")


async def old_api_version(cloud):
    await connected(cloud)
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16", "10.9.0.0/16"]}}
    poller = await cloud.client.virtual_networks.begin_create_or_update(
        "rg", "a", {"location": "westeurope", "properties": space}, params={"api-version": "2020-11-01"}
    )
    await poller.result()


async def etag_of_yesterday(cloud):
    await cloud.peer("a", "b")
    stale = (await cloud.half("a", "b")).etag
    await cloud.peer("b", "a")
    await cloud.peer("a", "b", options={"headers": {"If-Match": stale}})


async def deletion_with_the_etag_of_yesterday(cloud):
    await cloud.peer("a", "b")
    stale = {"If-Match": (await cloud.half("a", "b")).etag}
    await cloud.peer("b", "a")
    await cloud.client.virtual_network_peerings.begin_delete("rg", "a", "a-b", headers=stale)


async def group_in_deletion(cloud):
    await cloud.raw("DELETE", group_path())
    await cloud.peer("a", "b")


async def subnet_beside_subnet(cloud):
    for name, prefix in (("one", "10.0.1.0/24"), ("two", "10.0.2.0/24")):
        await cloud.client.subnets.begin_create_or_update(
            "rg", "a", name, {"properties": {"addressPrefix": prefix}}
        )


async def subnet_beside_peering(cloud):
    await cloud.client.virtual_network_peerings.begin_create_or_update("rg", "a", "a-b", to("b"))
    await cloud.client.subnets.begin_create_or_update(
        "rg", "a", "one", {"properties": {"addressPrefix": "10.0.1.0/24"}}
    )


async def lock(cloud, scope, level):
    body = {"properties": {"level": level}}
    assert (await cloud.raw("PUT", f"{scope}/providers/Microsoft.Authorization/locks/keep", body))[0] == 201


async def write_in_read_only_group(cloud):
    await lock(cloud, group_path(), "ReadOnly")
    await cloud.peer("a", "b")


async def delete_of_what_must_not_be(cloud):
    await cloud.peer("a", "b")
    await lock(cloud, vnet_path("a"), "CanNotDelete")
    await cloud.peer("a", "b", allowForwardedTraffic=True)
    await cloud.unpeer("a", "b")


async def delete_of_what_holds_a_locked_one(cloud):
    await cloud.peer("a", "b")
    await lock(cloud, peering_path("a", "a-b"), "CanNotDelete")
    await cloud.delete_vnet("a")


async def unregistered(cloud):
    cloud.azure.arm.subscriptions.unregister_network(SUBSCRIPTION)
    cloud.faults.refuse("POST", "/register$", errors.authorization_failed("register", "the subscription"))
    await cloud.peer("a", "b")


async def disabled_subscription(cloud):
    cloud.azure.arm.subscriptions.read_only.add(SUBSCRIPTION)
    assert await cloud.states() == (None, None)
    await cloud.peer("a", "b")


async def absent_subscription(cloud):
    cloud.azure.arm.subscriptions.absent.add(SUBSCRIPTION)
    await cloud.half("a", "b")


async def connected(cloud):
    await cloud.peer("a", "b")
    await cloud.peer("b", "a")


NATURAL = {
    "overlap": (overlap, Refusal(status=400, code="VnetAddressSpacesOverlap")),
    "overlap by growth": (overlap_by_growth, Refusal(status=400, code="VnetAddressSpacesOverlap")),
    "overlap with a peered network": (
        overlap_with_peered,
        Refusal(status=400, code="VnetAddressSpaceOverlapsWithAlreadyPeeredVnet"),
    ),
    "overlap with a stale half": (
        overlap_with_a_stale_half,
        Refusal(status=400, code="VnetAddressSpaceOverlapsWithAlreadyPeeredVnet"),
    ),
    "another half to the same remote": (
        second_half_to_the_same_remote,
        Refusal(status=400, code="AnotherPeeringAlreadyReferencesRemoteVnet"),
    ),
    "remote half disconnected": (
        remote_disconnected,
        Refusal(status=400, code="RemotePeeringIsDisconnected"),
    ),
    "no gateway there": (
        lambda cloud: cloud.peer("a", "b", useRemoteGateways=True),
        Refusal(status=400, code="RemoteVnetHasNoGateways"),
    ),
    "transit not allowed there": (
        transit_not_allowed,
        Refusal(status=400, code="RemotePeeringDoesNotAllowGatewayTransit"),
    ),
    "second use of remote gateways": (
        second_use_of_remote_gateways,
        Refusal(status=400, code="OnlyOnePeeringCanUseRemoteGateways"),
    ),
    "own gateway": (own_gateway, Refusal(status=400, code="VnetWithGatewaysCannotUseRemoteGateways")),
    "remote absent": (
        lambda cloud: cloud.peer("a", "nowhere"),
        Refusal(status=400, code="InvalidResourceReference"),
    ),
    "remote absent elsewhere": (
        remote_absent_in_other_subscription,
        Refusal(status=400, code="InvalidGlobalResourceReference"),
    ),
    "network still updating": (
        network_still_updating,
        Refusal(status=400, code="ReferencedResourceNotProvisioned"),
    ),
    "bad name": (
        lambda cloud: cloud.peer("a", "b", name="ends-with-"),
        Refusal(status=400, code="InvalidResourceName"),
    ),
    "old api-version": (
        old_api_version,
        Refusal(status=400, code="MinimumApiVersionNotSpecifiedForAddressSpaceUpdateInPeeredVnet"),
    ),
    "with itself": (
        lambda cloud: cloud.peer("a", "a"),
        Refusal(status=400, code="VnetCannotBePeeredWithItself"),
    ),
    "other remote": (changed_remote, Refusal(status=400, code="ChangingRemoteVirtualNetworkNotAllowed")),
    "one peering too many": (five_hundred_peerings, Refusal(status=400, code="VnetPeeringCountLimitReached")),
    "no such peering": (lambda cloud: cloud.half("a", "b"), Refusal(status=404, code="NotFound")),
    "no such network": (
        lambda cloud: cloud.half("nowhere", "b"),
        Refusal(status=404, code="ResourceNotFound", by_gateway=True),
    ),
    "parent absent": (
        lambda cloud: cloud.peer("nowhere", "b"),
        Refusal(status=404, code="ResourceNotFound", by_gateway=True),
    ),
    "no such group": (
        lambda cloud: cloud.client.virtual_networks.get("nowhere", "a"),
        Refusal(status=404, code="ResourceGroupNotFound", by_gateway=True),
    ),
    "no such subscription": (
        absent_subscription,
        Refusal(status=404, code="SubscriptionNotFound", by_gateway=True),
    ),
    "subnet beside a subnet": (
        subnet_beside_subnet,
        Refusal(status=409, code="AnotherOperationInProgress"),
    ),
    "subnet beside a peering": (
        subnet_beside_peering,
        Refusal(
            status=429, code="RetryableError", detail="RetryableErrorDueToAnotherOperation", retry_after=True
        ),
    ),
    "etag of yesterday": (
        etag_of_yesterday,
        Refusal(status=412, code="PreconditionFailed", detail="PreconditionFailedEtagMismatch"),
    ),
    "deletion with the etag of yesterday": (
        deletion_with_the_etag_of_yesterday,
        Refusal(status=412, code="PreconditionFailed", detail="PreconditionFailedEtagMismatch"),
    ),
    "read-only group": (
        write_in_read_only_group,
        Refusal(status=409, code="ScopeLocked", by_gateway=True),
    ),
    "deletion locked": (
        delete_of_what_must_not_be,
        Refusal(status=409, code="ScopeLocked", by_gateway=True),
    ),
    "deletion locked further down": (
        delete_of_what_holds_a_locked_one,
        Refusal(status=409, code="ScopeLocked", by_gateway=True),
    ),
    "disabled subscription": (
        disabled_subscription,
        Refusal(status=409, code="ReadOnlyDisabledSubscription", by_gateway=True),
    ),
    "provider not registered": (
        unregistered,
        Refusal(
            status=409,
            code="MissingSubscriptionRegistration",
            detail="MissingSubscriptionRegistration",
            by_gateway=True,
        ),
    ),
    "group in deletion": (
        group_in_deletion,
        Refusal(status=409, code="ResourceGroupBeingDeleted", by_gateway=True),
    ),
}


@pytest.mark.parametrize(("provoke", "refusal"), NATURAL.values(), ids=NATURAL)
async def test_what_the_simulation_refuses_by_itself(provoke, refusal):
    async with sdk() as cloud:
        with pytest.raises(HttpResponseError) as caught:
            await provoke(cloud)

    refusal.check(caught.value)


async def test_a_new_network_can_be_busy_with_its_subnets_although_it_says_it_is_done():
    async with sdk(durations=Durations(subnets_settle=60)) as cloud:
        with pytest.raises(HttpResponseError) as caught:
            await busy_with_subnets(cloud)
        Refusal(status=400, code="ReferencedResourceNotProvisioned").check(caught.value)
        await asyncio.sleep(60)
        assert (await cloud.peer("c", "b")).peering_state == "Initiated"


@pytest.mark.parametrize(
    ("mode", "refusal"),
    [
        (LockMode.CONFLICT, Refusal(status=409, code="AnotherOperationInProgress")),
        (
            LockMode.RETRYABLE,
            Refusal(
                status=429,
                code="RetryableError",
                detail="RetryableErrorDueToAnotherOperation",
                retry_after=True,
            ),
        ),
        (LockMode.NOT_PROVISIONED, Refusal(status=400, code="ReferencedResourceNotProvisioned")),
        (LockMode.FAILS_LATE, Refusal(status=200, code="AnotherOperationInProgress")),
    ],
    ids=str,
)
async def test_two_peerings_at_once_on_one_network(mode, refusal):
    async with sdk(lock_mode=mode) as cloud:
        await cloud.vnet("c", "10.2.0.0/16")
        await cloud.client.virtual_network_peerings.begin_create_or_update("rg", "a", "a-b", to("b"))
        with pytest.raises(HttpResponseError) as caught:
            await cloud.peer("a", "c")
        refusal.check(caught.value)
        await asyncio.sleep(60)
        assert (await cloud.peer("a", "c")).peering_state == "Initiated"


async def test_the_sdk_registers_the_provider_by_itself():
    async with sdk() as cloud:
        cloud.azure.arm.subscriptions.unregister_network(SUBSCRIPTION)
        assert (await cloud.peer("a", "b")).peering_state == "Initiated"
        assert cloud.azure.arm.counters.requests["POST", "provider"] == 1


async def test_locks_are_resources_and_end_with_their_deletion():
    async with sdk() as cloud:
        await lock(cloud, group_path(), "ReadOnly")
        where = f"{group_path()}/providers/Microsoft.Authorization/locks"
        assert (await cloud.raw("GET", f"{where}/keep"))[2]["properties"]["level"] == "ReadOnly"
        assert [one["name"] for one in (await cloud.raw("GET", where))[2]["value"]] == ["keep"]
        assert (await cloud.raw("DELETE", f"{where}/keep"))[0] == 200
        assert (await cloud.raw("DELETE", f"{where}/keep"))[0] == 204
        assert (await cloud.raw("GET", f"{where}/keep"))[0] == 404
        assert (await cloud.raw("PUT", f"{where}/odd", {"properties": {"level": "Odd"}}))[0] == 400
        assert (await cloud.peer("a", "b")).peering_state == "Initiated"
