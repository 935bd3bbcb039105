"""IDs that cannot be parsed: each costs one finding, and what it may be is neither written nor taken for absent."""

import asyncio

import pytest

from shared.engine.report import Outcome
from shared.model.reasons import Reason
from simulator.transport import installed
from tests.clouds import EU, HUB, SUBSCRIPTION
from tests.known.harness import BY_TAG, Wire, edited, is_list, settled, untag
from tests.stories.moves.spoke import NEW, OLD, WEB, estate, told

OF_NOBODY = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg./providers/Microsoft.Network/virtualNetworks/odd"
)
LONG = f"{OF_NOBODY}-{'x' * 5000}"


def unknown_id_of(name):
    return OF_NOBODY.removesuffix("odd") + name


def each_vnet_in(wire, change):
    """Changes the networks of every answer, in lists and alone."""

    def edit(request, response):
        if request.method != "GET" or response.status != 200:
            return response
        if is_list(request):
            return edited(response, lambda body: [change(vnet) for vnet in body["value"]])
        is_vnet = request.path.lower().split("/")[-2] == "virtualnetworks"
        return edited(response, change) if is_vnet else response

    wire.edit = edit


def garble_vnet(wire, name, text):
    def change(vnet):
        if vnet["name"] == name:
            vnet["id"] = text

    each_vnet_in(wire, change)


def garble_remote(wire, local, remote, text):
    """The peering stays where it is, and the network that it leads to is not to be told."""

    def change(vnet):
        for half in vnet["properties"]["virtualNetworkPeerings"]:
            there = half["properties"].get("remoteVirtualNetwork", {})
            if vnet["name"] == local and there.get("id", "").lower().endswith(f"/{remote}"):
                half["properties"]["remoteVirtualNetwork"] = {"id": text}

    each_vnet_in(wire, change)


def unknown(report):
    return [each for each in report.findings if each.reason is Reason.UNKNOWN_ID]


async def drop(wire, spoke):
    wire.cloud.world.estate.drop_vnet(wire.cloud.find(spoke))
    await asyncio.sleep(15)


@pytest.mark.parametrize("text", [OF_NOBODY, LONG, "", "null"], ids=["no group", "long", "empty", "no ID"])
async def test_a_network_costs_one_finding_and_all_others_are_repaired(text):
    wire, (odd, spoke, *_) = await settled(4)
    garble_vnet(wire, odd, text)
    wire.cloud.delete_half(spoke, HUB)
    await asyncio.sleep(15)

    report = await wire.run(budget_seconds=100)

    [finding] = unknown(report)
    assert finding.vnet is None
    assert len(finding.detail) < 200
    assert finding.detail.endswith(text[-80:])
    assert report.outcome is Outcome.SETTLED
    assert wire.cloud.is_whole(spoke)
    assert not [name for _, name in wire.writes if odd in name]


@pytest.mark.parametrize(
    ("text", "is_removed"),
    [
        pytest.param(OF_NOBODY, True, id="another network"),
        pytest.param(unknown_id_of("spoke-00"), False, id="it may be the one"),
        pytest.param("odd", False, id="it may be any"),
    ],
)
async def test_a_leftover_beside_a_listed_network_of_unknown_id(text, is_removed):
    wire, (spoke, odd, *_) = await settled(4)
    await drop(wire, spoke)
    garble_vnet(wire, odd, text)

    for look_at in (None, wire.cloud.vnet_id(spoke)):
        await wire.run(look_at, budget_seconds=100)

    assert (wire.cloud.half(HUB, spoke) is None) is is_removed
    assert wire.cut() == set()


async def test_the_leftovers_of_others_go_from_a_hub_with_a_peering_of_unknown_remote():
    wire, (spoke, odd, *_) = await settled(8)
    await drop(wire, spoke)
    garble_remote(wire, HUB, odd, OF_NOBODY)

    report = await wire.run(budget_seconds=100)

    [finding] = unknown(report)
    assert (finding.vnet, OF_NOBODY in finding.detail) == (wire.cloud.vnet_id(HUB), True)
    assert [each.name for each in wire.deletions] == [f"peer-{HUB}-{spoke}"]


@pytest.mark.parametrize("text", [unknown_id_of("spoke-00"), "", "odd"])
@pytest.mark.parametrize("is_on_hub", [True, False])
async def test_a_pair_whose_half_may_be_there_is_not_written(text, is_on_hub):
    wire, (odd, spoke, *_) = await settled(4)
    text = text if is_on_hub else text.replace("spoke-00", HUB)
    local, remote = (HUB, odd) if is_on_hub else (odd, HUB)
    garble_remote(wire, local, remote, text)
    wire.cloud.delete_half(remote, local)
    wire.cloud.delete_half(spoke, HUB)
    await asyncio.sleep(15)

    report = await wire.run(budget_seconds=100)

    assert [each.reason for each in report.findings] == [Reason.UNKNOWN_ID]
    assert wire.cloud.is_whole(spoke)
    assert not [name for _, name in wire.writes if odd in name]


async def test_a_newcomer_is_peered_to_a_hub_with_a_peering_that_leads_elsewhere():
    wire, (odd, *_) = await settled(4)
    wire.cloud.world.estate.drop_vnet(wire.cloud.find(odd))
    garble_remote(wire, HUB, odd, OF_NOBODY)
    wire.cloud.vnet("newcomer", EU, "10.9.0.0/24")
    await asyncio.sleep(5)

    await wire.run(budget_seconds=100)

    assert wire.cloud.is_whole("newcomer")


async def test_a_newcomer_that_overlaps_with_what_the_unknown_holds_is_not_written():
    wire, (odd, *_) = await settled(4)
    wire.cloud.world.estate.drop_vnet(wire.cloud.find(odd))
    garble_remote(wire, HUB, odd, OF_NOBODY)
    wire.cloud.vnet("newcomer", EU, "10.1.0.0/24")
    await asyncio.sleep(5)

    report = await wire.run(budget_seconds=100)

    assert {each.reason for each in report.findings} == {Reason.UNKNOWN_ID, Reason.OVERLAP}
    assert wire.writes == []


@pytest.mark.parametrize("is_on_hub", [True, False])
async def test_an_unselected_pair_stays_where_one_half_cannot_be_told(is_on_hub):
    wire, (odd, spoke, *_) = await settled(8, BY_TAG)
    untag(wire.cloud, [odd, spoke])
    garble_remote(wire, *((HUB, odd) if is_on_hub else (odd, HUB)), "odd")

    await wire.run(text=BY_TAG)

    assert {name for name in wire.cut() if odd in name} == set()
    assert wire.cloud.half(HUB, spoke) is None


@pytest.mark.parametrize("local", [WEB, OLD])
async def test_a_pair_that_moved_stays_where_one_half_cannot_be_told(local):
    wire = Wire(await estate())
    remote = OLD if local == WEB else WEB
    garble_remote(wire, local, remote, unknown_id_of(remote))

    with installed(wire.handle):
        report = await wire.cloud.reconciler_of().reconcile(None, budget_seconds=600)

    assert wire.cloud.are_paired((WEB, NEW), (WEB, OLD))
    assert wire.deletions == []
    assert "cannot be told" in told(report)
    assert len(unknown(report)) == 1


async def test_which_network_is_the_hub_is_not_told_by_the_one_that_can_be_parsed():
    wire, (odd, spoke, *_) = await settled(4)
    wire.cloud.find(odd).location = "swedencentral"
    garble_vnet(wire, odd, OF_NOBODY)
    wire.cloud.delete_half(spoke, HUB)

    report = await wire.run(budget_seconds=100)

    assert {each.reason for each in report.findings} == {Reason.UNKNOWN_ID, Reason.NO_HUB}
    assert wire.writes == []
