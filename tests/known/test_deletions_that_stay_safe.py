"""Odd estates and odd answers in which nothing is removed but what is proven gone."""

import asyncio

import pytest

from simulator.network.resources import Provisioning
from tests.clouds import ELSEWHERE, HUB, SUBSCRIPTION, Cloud
from tests.known.harness import (
    BY_TAG,
    PLAIN,
    Wire,
    edited,
    in_lists,
    is_read_of,
    put_half,
    refusal,
    settled,
    untag,
)


def is_read_of_a_half(request, response):
    return (
        request.method == "GET"
        and "/virtualnetworkpeerings/" in request.path.lower()
        and response.status == 200
    )


def in_reads_of_halves(change):
    return lambda request, response: (
        edited(response, change) if is_read_of_a_half(request, response) else response
    )


@pytest.mark.parametrize(
    ("edit", "is_removed"),
    [
        pytest.param(in_reads_of_halves(lambda half: half.pop("etag")), False, id="no etag"),
        pytest.param(in_reads_of_halves(lambda half: half.update(etag=None)), True, id="etag null"),
        pytest.param(in_reads_of_halves(lambda half: half.update(etag="*")), True, id="etag of anything"),
        pytest.param(
            in_reads_of_halves(lambda half: half["properties"].update(peeringState="Connected")),
            False,
            id="Connected when read by itself",
        ),
    ],
)
async def test_a_leftover_by_how_its_half_reads(edit, is_removed):
    wire, (spoke, *_) = await settled(4)
    wire.cloud.world.estate.drop_vnet(wire.cloud.find(spoke))
    wire.edit = edit

    await wire.run(budget_seconds=100)

    assert (wire.cloud.half(HUB, spoke) is None) is is_removed
    assert wire.cut() == set()


async def test_a_leftover_whose_half_is_called_like_network_managers_stays():
    wire, (spoke, *_) = await settled(4)
    hub = wire.cloud.find(HUB)
    half = hub.peerings.pop(f"peer-{HUB}-{spoke}")
    half.name = "ANM_0123456789ABCDEF"
    hub.peerings[half.name.lower()] = half
    wire.cloud.delete_half(spoke, HUB)
    await asyncio.sleep(15)

    await wire.run()

    assert wire.writes == []


async def test_a_leftover_named_like_ours_to_a_foreign_subscription_stays():
    wire, _ = await settled(4)
    theirs = wire.cloud.vnet("theirs", "westeurope", "172.16.0.0/24", subscription=ELSEWHERE)
    await asyncio.sleep(5)
    put_half(wire.cloud, wire.cloud.find(HUB), theirs)
    wire.cloud.world.estate.drop_vnet(theirs)

    await wire.run()

    assert wire.writes == []


@pytest.mark.parametrize(
    "tags",
    [
        {"peering-mode": "audit"},
        {"peering-mode": "off"},
        {"peering-mode": "0ff"},
        {"PEERING-MODE": "OFF"},
    ],
)
async def test_an_unselected_network_whose_tag_says_hands_off_keeps_its_pair(tags):
    wire, (spoke, *_) = await settled(8, BY_TAG)
    wire.cloud.find(spoke).tags = tags

    await wire.run(text=BY_TAG)

    assert wire.writes == []


async def test_an_unselected_network_in_a_group_that_is_being_deleted_is_left_to_that():
    wire, spokes = await settled(8, BY_TAG)
    untag(wire.cloud, spokes[:2])
    wire.cloud.world.delete_group(wire.cloud.world.group(SUBSCRIPTION, f"rg-{spokes[0]}"))
    await asyncio.sleep(1)

    await wire.run(text=BY_TAG, budget_seconds=30)

    assert {name for name in wire.cut() if spokes[0] in name} == set()


async def test_a_hub_whose_tag_moves_to_a_spoke_loses_no_pair():
    text = "hubs: [{name: hub, tags: {role: hub}}]\nunselected: remove\n"
    cloud = Cloud()
    cloud.vnet(HUB, "swedencentral", "10.0.0.0/24", tags={"role": "hub"})
    for number in range(3):
        cloud.vnet(f"spoke-{number}", "westeurope", f"10.1.{number}.0/24")
    await asyncio.sleep(4)
    wire = Wire(cloud)
    await wire.run(text=text)
    untag(cloud, [HUB])
    cloud.find("spoke-0").tags = {"role": "hub"}

    await wire.run(text=text)

    assert wire.deletions == []


async def test_the_leftover_of_a_network_that_lives_on_in_another_subscription_goes():
    wire, (spoke, *_) = await settled(4)
    wire.cloud.vnet(spoke, "westeurope", "10.1.0.0/24", subscription=ELSEWHERE)
    await asyncio.sleep(5)
    wire.cloud.world.estate.drop_vnet(wire.cloud.find(spoke))

    await wire.run()

    assert [each.name for each in wire.deletions] == [f"peer-{HUB}-{spoke}"]
    assert wire.cut() == set()


async def test_a_leftover_on_a_hub_that_is_being_deleted_costs_no_connected_pair():
    wire, spokes = await settled(4)
    wire.cloud.world.estate.drop_vnet(wire.cloud.find(spokes[0]))
    wire.cloud.find(HUB).provisioning = Provisioning.DELETING

    await wire.run(budget_seconds=100)

    assert wire.cut() == set()
    assert wire.cloud.is_whole(*spokes[1:])


def in_upper_case(hub):
    for half in hub["properties"]["virtualNetworkPeerings"]:
        remote = half["properties"]["remoteVirtualNetwork"]
        remote["id"] = remote["id"].upper()


def with_a_second_half_to_one_network(hub):
    halves = hub["properties"]["virtualNetworkPeerings"]
    first = halves[0]
    halves.insert(
        0, {**first, "name": "theirs", "properties": first["properties"] | {"peeringState": "Disconnected"}}
    )


@pytest.mark.parametrize("change", [in_upper_case, with_a_second_half_to_one_network])
async def test_an_odd_hub_has_nothing_removed(change):
    wire, _ = await settled(4)
    wire.edit = lambda request, response: edited(response, change) if is_read_of(request, HUB) else response

    await wire.run(budget_seconds=100)

    assert wire.writes == []


@pytest.mark.parametrize("count", [1, 2, 4])
async def test_a_small_hub_whose_spokes_are_all_unselected_loses_one_a_run(count):
    wire, spokes = await settled(count, BY_TAG)
    untag(wire.cloud, spokes)

    await wire.run(text=BY_TAG)

    assert sum(wire.cloud.half(HUB, spoke) is None for spoke in spokes) == 1


GARBLED = "/subscriptions/x/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v"
FOREIGN = f"/subscriptions/{ELSEWHERE}/resourceGroups"


@pytest.mark.parametrize(
    "remote",
    [
        pytest.param(GARBLED, id="no subscription"),
        pytest.param(
            f"{FOREIGN}/rg/providers/Microsoft.Network/virtualNetworks/v", id="a name of one letter"
        ),
        pytest.param("", id="nothing"),
        pytest.param(
            f"{FOREIGN}/r.g./providers/Microsoft.Network/virtualNetworks/vv", id="a group with a dot last"
        ),
    ],
)
async def test_one_garbled_peering_keeps_no_other_pair_from_being_repaired(remote):
    wire, (spoke, odd, *_) = await settled(4)
    wire.cloud.delete_half(spoke, HUB)
    await asyncio.sleep(15)

    def add_garbled(vnet):
        if vnet["name"] == odd:
            properties = {"peeringState": "Connected", "remoteVirtualNetwork": {"id": remote}}
            half = {"name": "odd", "id": f"{vnet['id']}/virtualNetworkPeerings/odd", "etag": "x"}
            vnet["properties"]["virtualNetworkPeerings"].append(half | {"properties": properties})

    wire.edit = in_lists(add_garbled)

    await wire.run(budget_seconds=60)

    assert wire.cloud.is_whole(spoke)


async def test_networks_behind_a_refused_read_lose_nothing():
    wire, spokes = await settled(4, PLAIN)
    wire.edit = lambda request, response: (
        refusal(403, "AuthorizationFailed") if is_read_of(request, spokes[0]) else response
    )

    await wire.run(wire.cloud.vnet_id(spokes[0]), budget_seconds=25)

    assert wire.writes == []
