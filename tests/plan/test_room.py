"""Whether a pair may be written at all: other owners, networks that go or failed, addresses, names and room."""

from dataclasses import replace

import pytest

from shared.model.ids import GroupId
from shared.model.observed import PeeringState
from shared.model.reasons import Reason
from shared.plan.hub_plan import make_plan
from tests.builders import (
    OTHER,
    OWN,
    POLICY,
    estate,
    findings,
    observed,
    only_pair,
    planned,
    vnet,
    vnet_id,
    writes,
)

HUB, WEB = vnet("hub", space=["10.0.0.0/24"]), vnet("web", space=["10.1.0.0/24"])
BOTH = [("put", "hub", "web", "missing"), ("put", "web", "hub", "missing")]


def test_a_new_spoke_gets_both_halves_the_hubs_first():
    plan = planned(HUB, WEB)
    assert (writes(plan), findings(plan)) == (BOTH, [])


@pytest.mark.parametrize(
    ("hub", "spoke", "managers"),
    [
        pytest.param(HUB, WEB, {GroupId(OWN, "rg"): "/subscriptions/x/aks"}, id="its group is managed"),
        pytest.param(
            HUB, vnet("web", observed("web", "a", name="ANM_1")), None, id="AVNM peers it with others"
        ),
        pytest.param(vnet("hub", observed("hub", "web", name="ANM_1")), WEB, None, id="AVNM peers the pair"),
        pytest.param(
            vnet("hub", observed("hub", "web", name="RemoteVnetToHubPeering_1")), WEB, None, id="vWAN"
        ),
    ],
)
def test_what_another_service_manages_is_reported_and_not_written(hub, spoke, managers):
    plan = planned(hub, spoke, managers=managers)
    assert (writes(plan), findings(plan)) == ([], [Reason.OTHER_OWNER])
    assert only_pair(plan).is_settled


def test_a_network_whose_groups_owner_is_not_known_is_not_written_yet():
    pair = only_pair(planned(HUB, WEB, managers={}))
    assert (pair.changes, pair.waits, pair.is_settled) == ((), Reason.GROUP_UNREAD, False)


def test_a_network_of_a_subscription_not_looked_after_is_no_spoke():
    plan = planned(HUB, vnet(vnet_id("web", subscription=OTHER)))
    assert (plan.pairs, plan.findings) == ((), ())


def test_a_spoke_that_was_not_read_is_left_as_it_is():
    hub = vnet("hub", observed("hub", "web", state=PeeringState.DISCONNECTED))
    plan = make_plan(hub, [WEB.id], estate(hub), POLICY)
    assert (plan.pairs, plan.findings) == ((), ())


@pytest.mark.parametrize("deleted", ["hub", "spoke"])
def test_nothing_is_written_between_networks_of_which_one_is_being_deleted(deleted):
    hub = replace(HUB, provisioning="Deleting") if deleted == "hub" else HUB
    web = replace(WEB, provisioning="Deleting") if deleted == "spoke" else WEB
    pair = only_pair(planned(hub, web))
    assert (pair.changes, pair.waits, pair.is_settled) == ((), Reason.BEING_DELETED, True)


@pytest.mark.parametrize("failed", ["hub", "spoke"])
def test_a_network_whose_own_write_failed_needs_a_person(failed):
    hub = replace(HUB, provisioning="Failed") if failed == "hub" else HUB
    web = replace(WEB, provisioning="Failed") if failed == "spoke" else WEB
    plan = planned(hub, web)
    assert (writes(plan), findings(plan)) == ([], [Reason.NETWORK_FAILED])
    assert only_pair(plan).is_settled


@pytest.mark.parametrize(
    ("hub", "spoke"),
    [
        pytest.param(vnet("hub", space=["10.1.0.0/16"]), WEB, id="with the hub"),
        pytest.param(vnet("hub", observed("hub", "a", holds=["10.1.0.0/25"])), WEB, id="with another spoke"),
        pytest.param(
            HUB,
            vnet("web", observed("web", "a", holds=["10.0.0.0/8"]), space=["10.1.0.0/24"]),
            id="of its other peer with the hub",
        ),
    ],
)
def test_overlapping_networks_are_not_peered(hub, spoke):
    plan = planned(hub, spoke)
    assert (writes(plan), findings(plan)) == ([], [Reason.OVERLAP])
    assert only_pair(plan).is_settled


def test_of_two_new_spokes_that_overlap_one_is_peered():
    plan = planned(HUB, vnet("a", space=["10.1.0.0/24"]), vnet("b", space=["10.1.0.0/16"]))
    assert {local for _, local, *_ in writes(plan)} == {"hub", "a"}
    assert [(finding.vnet.name, finding.reason) for finding in plan.findings] == [("b", Reason.OVERLAP)]


def test_who_is_on_the_hub_already_is_not_kept_from_being_mended_by_a_newcomer():
    hub = vnet("hub", observed("hub", "z", state=PeeringState.DISCONNECTED, holds=["10.9.0.0/24"]))
    plan = planned(hub, vnet("a", space=["10.1.0.0/24"]), vnet("z", space=["10.1.0.0/24"]))
    assert ("put", "hub", "z", "disconnected") in writes(plan)


def test_a_newcomer_yields_to_who_is_on_the_hub_already():
    hub = vnet("hub", observed("hub", "z", holds=["10.1.0.0/24"]))
    plan = planned(hub, vnet("a", space=["10.1.0.0/24"]), vnet("z", space=["10.1.0.0/24"]))
    assert [(finding.vnet.name, finding.reason) for finding in plan.findings] == [("a", Reason.OVERLAP)]
    assert writes(plan) == [("put", "z", "hub", "missing")]


def test_a_spokes_own_halves_do_not_overlap_with_it():
    hub = vnet("hub", observed("hub", "web", holds=["10.1.0.0/24"]), space=["10.0.0.0/24"])
    web = vnet(
        "web",
        observed("web", "hub", state=PeeringState.DISCONNECTED, holds=["10.0.0.0/24"]),
        space=["10.1.0.0/24"],
    )
    assert writes(planned(hub, web)) == [("put", "web", "hub", "disconnected")]


def test_two_new_spokes_of_one_name_get_halves_of_different_names():
    spokes = [vnet(vnet_id("web", group=group)) for group in ("rg1", "rg2")]
    plan = planned(HUB, *spokes)
    names = [pair.changes[0].peering.name for pair in plan.pairs]
    assert names[0] == "peer-hub-web"
    assert names[1].startswith("peer-hub-web-")


def halves(local, count):
    return [observed(local, f"other-{number}") for number in range(count)]


def test_the_last_room_on_the_hub_goes_to_one_and_the_next_needs_a_person():
    plan = planned(vnet("hub", *halves("hub", 499)), vnet("a"), vnet("b"))
    assert {local for _, local, *_ in writes(plan)} == {"hub", "a"}
    assert [(finding.vnet.name, finding.reason) for finding in plan.findings] == [
        ("b", Reason.HUB_FULL),
        ("hub", Reason.HUB_NEARLY_FULL),
    ]


def test_a_pair_on_a_full_hub_is_mended_all_the_same():
    hub = vnet("hub", *halves("hub", 499), observed("hub", "web", state=PeeringState.DISCONNECTED))
    assert ("put", "hub", "web", "disconnected") in writes(planned(hub, WEB))


def test_a_half_that_is_there_already_takes_no_room():
    hub = vnet("hub", *halves("hub", 498), observed("hub", "a", state=PeeringState.INITIATED))
    plan = planned(hub, vnet("a"), vnet("b"))
    assert ("put", "hub", "b", "missing") in writes(plan)


def test_on_a_full_hub_a_new_spoke_waits_for_a_leftover_that_is_removed():
    left = observed("hub", "gone", state=PeeringState.DISCONNECTED)
    plan = planned(vnet("hub", *halves("hub", 499), left), WEB, gone=[vnet_id("gone")])
    assert plan.pairs[1].waits is Reason.CLEARING


def test_a_full_spoke_needs_a_person():
    plan = planned(HUB, vnet("web", *halves("web", 500)))
    assert (writes(plan), findings(plan)) == ([], [Reason.SPOKE_FULL])
    assert writes(planned(HUB, vnet("web", *halves("web", 499)))) == BOTH


def test_a_pair_on_a_full_spoke_is_mended_all_the_same():
    web = vnet("web", *halves("web", 499), observed("web", "hub", state=PeeringState.DISCONNECTED))
    assert ("put", "web", "hub", "disconnected") in writes(planned(HUB, web))


@pytest.mark.parametrize(("used", "is_told"), [(399, False), (400, True)])
def test_a_hub_with_four_fifths_of_its_room_used_is_told(used, is_told):
    assert (Reason.HUB_NEARLY_FULL in findings(planned(vnet("hub", *halves("hub", used))))) is is_told
