import random

import pytest

from shared.model.ids import PEERING_ID_FORMAT, VNET_ID_FORMAT, PeeringId, VnetId

SUBSCRIPTION = "11111111-aaaa-4bbb-8ccc-222222222222"
VNET = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/Net-RG/providers/Microsoft.Network/virtualNetworks/Spoke-1"
)
PEERING = f"{VNET}/virtualNetworkPeerings/To-Hub"


def vnet_text(*, subscription=SUBSCRIPTION, group="rg", name="vnet"):
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{name}"


def test_parsing_keeps_the_spelling():
    vnet = VnetId.parse(VNET)
    assert (vnet.subscription, vnet.group, vnet.name) == (SUBSCRIPTION, "Net-RG", "Spoke-1")
    assert str(vnet) == VNET
    peering = PeeringId.parse(PEERING)
    assert (peering.vnet, peering.name) == (vnet, "To-Hub")
    assert str(peering) == PEERING


def test_the_fixed_words_become_canonical():
    text = VNET.replace("resourceGroups", "RESOURCEGROUPS").replace("Microsoft.Network", "microsoft.network")
    assert str(VnetId.parse(text)) == VNET


@pytest.mark.parametrize("fold", [str.lower, str.upper])
@pytest.mark.parametrize(("kind", "text"), [(VnetId, VNET), (PeeringId, PEERING)])
def test_case_makes_no_difference(kind, text, fold):
    assert kind.parse(text) == kind.parse(fold(text))
    assert hash(kind.parse(text)) == hash(kind.parse(fold(text)))
    assert not kind.parse(text) < kind.parse(fold(text))


def test_a_vnet_is_not_a_peering():
    assert VnetId.parse(VNET) != PeeringId.parse(PEERING)
    with pytest.raises(TypeError):
        _ = VnetId.parse(VNET) < PeeringId.parse(PEERING)


def test_order_is_by_folded_parts():
    ordered = [
        VnetId.parse(vnet_text(group=group, name=name))
        for group, name in [("A", "b2"), ("a", "C1"), ("B", "a1")]
    ]
    peerings = [PeeringId(vnet=vnet, name=name) for vnet in ordered for name in ("Alpha", "beta")]
    assert sorted(random.Random(1).sample(ordered, 3)) == ordered
    assert sorted(random.Random(1).sample(peerings, 6)) == peerings


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(vnet_text(group="a" * 90), id="longest group"),
        pytest.param(vnet_text(group="_net.(eu)-1"), id="every sign a group may have"),
        pytest.param(vnet_text(group="réseau"), id="letters beyond ASCII in a group"),
        pytest.param(vnet_text(name="a" * 64), id="longest name"),
        pytest.param(vnet_text(name="a.b-c_"), id="name ending in an underscore"),
    ],
)
def test_legal(text):
    assert str(VnetId.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("spoke", id="only a name"),
        pytest.param(VNET[1:], id="no leading slash"),
        pytest.param(f"{VNET}/", id="trailing slash"),
        pytest.param(f"{VNET}\n", id="trailing newline"),
        pytest.param(f"{VNET}?x=1", id="query"),
        pytest.param(PEERING, id="peering"),
        pytest.param(vnet_text(subscription="prod"), id="subscription not a GUID"),
        pytest.param(vnet_text(group="rg."), id="group ending in a period"),
        pytest.param(vnet_text(group="a" * 91), id="group too long"),
        pytest.param(vnet_text(group="a b"), id="space in the group"),
        pytest.param(vnet_text(name="a"), id="name too short"),
        pytest.param(vnet_text(name="a" * 65), id="name too long"),
        pytest.param(vnet_text(name="-ab"), id="name starting with a hyphen"),
        pytest.param(vnet_text(name="ab-"), id="name ending in a hyphen"),
        pytest.param(vnet_text(name="é1"), id="name beyond ASCII"),
        pytest.param(VNET.replace("subscriptions", "\u017fubscriptions"), id="a long s"),
    ],
)
def test_not_a_vnet_id(text):
    with pytest.raises(ValueError, match="virtual network ID") as caught:
        VnetId.parse(text)
    assert str(caught.value) == f"not a virtual network ID: {text!r}; expected {VNET_ID_FORMAT}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(VNET, id="vnet"),
        pytest.param(f"{VNET}/subnets/a", id="subnet"),
        pytest.param(f"{VNET}/virtualNetworkPeerings/", id="no name"),
        pytest.param(f"{VNET}/virtualNetworkPeerings/a-", id="name ending in a hyphen"),
        pytest.param(f"{VNET}/virtualNetworkPeerings/{'a' * 81}", id="name too long"),
    ],
)
def test_not_a_peering_id(text):
    with pytest.raises(ValueError, match="peering ID") as caught:
        PeeringId.parse(text)
    assert str(caught.value) == f"not a virtual network peering ID: {text!r}; expected {PEERING_ID_FORMAT}"


def test_a_peering_name_may_be_one_character_and_at_most_80():
    for name in ("a", "a" * 80):
        assert PeeringId.parse(f"{VNET}/virtualNetworkPeerings/{name}").name == name
