"""The peering state machine, as the estate applies it, without time."""

from random import Random
from uuid import UUID

import pytest

from simulator.errors import ArmError
from simulator.network.estate import MAX_PEERINGS_PER_VNET, Estate
from simulator.network.resources import PeeringFlags, PeeringState, SyncLevel, Vnet, VnetKey

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
INITIATED, CONNECTED, DISCONNECTED = PeeringState


def vnet_id(name: str) -> str:
    return (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/{name}"
    )


class Pair:
    """Networks a and b, and short words for what a client does to them."""

    def __init__(self) -> None:
        random = Random(1)
        self.estate = Estate(lambda: UUID(int=random.getrandbits(128), version=4))
        self.make("a", "10.0.0.0/16")
        self.make("b", "10.1.0.0/16")

    def make(self, name: str, *space: str, api_version: str = "2024-05-01") -> Vnet:
        vnet, _ = self.estate.put_vnet(
            VnetKey.of(SUBSCRIPTION, "rg", name),
            vnet_id=vnet_id(name),
            name=name,
            location="westeurope",
            space=space,
            tags=None,
            properties={},
            subnets=None,
            api_version=api_version,
        )
        return vnet

    def vnet(self, name: str) -> Vnet:
        return self.estate.vnets[VnetKey.of(SUBSCRIPTION, "rg", name)]

    def put(self, local: str, remote: str, *, name: str = "", sync: bool = False, **flags: bool) -> None:
        self.estate.put_peering(
            self.vnet(local), name or f"{local}-{remote}", vnet_id(remote), PeeringFlags(**flags), sync=sync
        )

    def delete(self, local: str, remote: str) -> None:
        vnet = self.vnet(local)
        self.estate.delete_peering(vnet, vnet.peerings[f"{local}-{remote}"])

    def states(self) -> tuple[PeeringState | None, PeeringState | None]:
        return tuple(
            half.state if (half := self.vnet(local).peerings.get(f"{local}-{remote}")) else None
            for local, remote in ("ab", "ba")
        )

    def levels(self) -> tuple[SyncLevel, ...]:
        return tuple(
            self.estate.sync_level(self.vnet(local), self.vnet(local).peerings[f"{local}-{remote}"])
            for local, remote in ("ab", "ba")
        )


@pytest.fixture
def pair() -> Pair:
    return Pair()


@pytest.fixture
def connected(pair: Pair) -> Pair:
    pair.put("a", "b")
    pair.put("b", "a")
    return pair


def refused(code: str):
    return pytest.raises(ArmError, match=code)


def test_one_half_waits_for_the_other(pair):
    pair.put("a", "b")

    assert pair.states() == (INITIATED, None)
    half = pair.vnet("a").peerings["a-b"]
    assert pair.estate.sync_level(pair.vnet("a"), half) is SyncLevel.REMOTE_NOT
    assert half.guid.int == pair.vnet("a").guid.int ^ pair.vnet("b").guid.int


def test_the_second_half_connects_both(connected):
    assert connected.states() == (CONNECTED, CONNECTED)
    assert connected.levels() == (SyncLevel.FULLY, SyncLevel.FULLY)


def test_deleting_one_half_leaves_the_other_disconnected(connected):
    connected.delete("a", "b")

    assert connected.states() == (None, DISCONNECTED)


def test_a_disconnected_half_is_written_first(connected):
    connected.delete("a", "b")

    with refused("RemotePeeringIsDisconnected"):
        connected.put("a", "b")
    connected.put("b", "a")
    assert connected.states() == (None, INITIATED)
    connected.put("a", "b")
    assert connected.states() == (CONNECTED, CONNECTED)


def test_deleting_an_initiated_half_leaves_nothing(pair):
    pair.put("a", "b")
    pair.delete("a", "b")

    assert pair.states() == (None, None)


def test_deleting_a_network_leaves_the_far_half_disconnected_until_it_is_written(connected):
    before = connected.vnet("a").guid
    connected.estate.delete_vnet(connected.vnet("a"))
    with refused("InvalidResourceReference"):
        connected.put("b", "a")
    connected.make("a", "10.0.0.0/16")

    assert connected.vnet("a").guid != before
    assert connected.states() == (None, DISCONNECTED)
    connected.put("b", "a")
    connected.put("a", "b")
    assert connected.states() == (CONNECTED, CONNECTED)


def test_growth_keeps_the_state_and_is_repaired_on_the_side_that_is_behind(connected):
    connected.make("a", "10.0.0.0/16", "10.9.0.0/16")
    assert connected.states() == (CONNECTED, CONNECTED)
    assert connected.levels() == (SyncLevel.REMOTE_NOT, SyncLevel.LOCAL_NOT)

    connected.put("a", "b", sync=True)
    assert connected.levels() == (SyncLevel.REMOTE_NOT, SyncLevel.LOCAL_NOT)
    connected.put("b", "a")
    assert connected.levels() == (SyncLevel.REMOTE_NOT, SyncLevel.LOCAL_NOT)
    connected.put("b", "a", sync=True)
    assert connected.levels() == (SyncLevel.FULLY, SyncLevel.FULLY)


def test_growth_of_both_sides(connected):
    connected.make("a", "10.0.0.0/16", "10.9.0.0/16")
    connected.make("b", "10.1.0.0/16", "10.8.0.0/16")

    assert connected.levels() == (SyncLevel.NEITHER, SyncLevel.NEITHER)


def test_growth_needs_a_newer_api_version_while_peered(connected):
    with refused("MinimumApiVersionNotSpecifiedForAddressSpaceUpdateInPeeredVnet"):
        connected.make("a", "10.0.0.0/16", "10.9.0.0/16", api_version="2020-11-01")


def test_overlap_with_the_remote(pair):
    pair.make("c", "10.1.128.0/17")
    with refused("VnetAddressSpacesOverlap"):
        pair.put("c", "b")


def test_overlap_with_what_is_peered_already_stale_halves_included(connected):
    connected.make("c", "10.0.5.0/24")
    with refused("VnetAddressSpaceOverlapsWithAlreadyPeeredVnet"):
        connected.put("c", "b")
    connected.estate.delete_vnet(connected.vnet("a"))
    with refused("VnetAddressSpaceOverlapsWithAlreadyPeeredVnet"):
        connected.put("c", "b")


@pytest.mark.parametrize(
    ("put", "code"),
    [
        pytest.param(lambda p: p.put("a", "nowhere"), "InvalidResourceReference", id="remote absent"),
        pytest.param(lambda p: p.put("a", "a"), "VnetCannotBePeeredWithItself", id="itself"),
        pytest.param(lambda p: p.put("a", "b", name="-x"), "InvalidResourceName", id="bad first character"),
        pytest.param(lambda p: p.put("a", "b", name="x" * 81), "InvalidResourceName", id="81 characters"),
        pytest.param(
            lambda p: p.put("a", "b", name="second"), "AnotherPeeringAlreadyReferencesRemoteVnet", id="second"
        ),
        pytest.param(
            lambda p: p.put("a", "b", use_remote_gateways=True), "RemoteVnetHasNoGateways", id="no gateway"
        ),
    ],
)
def test_refusals(connected, put, code):
    with refused(code):
        put(connected)
    assert connected.states() == (CONNECTED, CONNECTED)


def test_the_remote_of_a_peering_is_fixed(connected):
    connected.make("c", "10.2.0.0/16")
    with refused("ChangingRemoteVirtualNetworkNotAllowed"):
        connected.put("a", "c", name="a-b")


def test_the_limit_of_peerings(pair):
    for number in range(MAX_PEERINGS_PER_VNET):
        name = f"n{number}"
        pair.make(name, f"10.{100 + number // 256}.{number % 256}.0/24")
        pair.put("a", name)
    with refused("VnetPeeringCountLimitReached"):
        pair.put("a", "b")
