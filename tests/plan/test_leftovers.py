"""What is removed from a hub as a leftover, and what is not although it looks like one."""

import pytest

from shared.config.peering_names import NameTemplate
from shared.config.peering_policy import PeeringPolicy
from shared.model.observed import PeeringState
from shared.model.reasons import Reason
from shared.plan.hub_plan import is_leftover
from tests.builders import OTHER, OWN, POLICY, findings, observed, only_pair, planned, vnet, vnet_id, writes

GONE = vnet_id("gone")
ELSEWHERE = vnet_id("gone", subscription=OTHER)
WAN = vnet_id("HV_weu-hub_0123abcd-0123-0123-0123-0123456789ab")
LOST = PeeringState.DISCONNECTED


def plan_for(half, *, gone=None, names="peer-{local}-{remote}"):
    """With the half's remote proven gone, unless told otherwise."""
    policy = PeeringPolicy(subscriptions=frozenset({OWN}), names=NameTemplate.parse(names))
    return planned(vnet("hub", half), gone=[half.remote] if gone is None else gone, policy=policy)


@pytest.mark.parametrize("state", [PeeringState.INITIATED, PeeringState.DISCONNECTED])
def test_a_half_of_ours_that_waits_or_lost_its_network_is_removed_once_that_is_proven_gone(state):
    plan = plan_for(observed("hub", GONE, state=state))
    assert writes(plan) == [("delete", "hub", "gone", "leftover")]
    assert findings(plan) == []


@pytest.mark.parametrize(
    "half",
    [
        pytest.param(observed("hub", GONE, state=PeeringState.CONNECTED), id="Connected"),
        pytest.param(observed("hub", GONE, state=PeeringState.UNKNOWN), id="unknown state"),
        pytest.param(observed("hub", ELSEWHERE, state=LOST), id="of a subscription not looked after"),
    ],
)
def test_a_half_that_may_be_in_use_is_no_leftover(half):
    plan = plan_for(half)
    assert (writes(plan), findings(plan)) == ([], [])


@pytest.mark.parametrize(
    ("half", "expected"),
    [
        pytest.param(observed("hub", GONE, state=LOST), True, id="lost"),
        pytest.param(observed("hub", GONE, state=PeeringState.CONNECTED), False, id="Connected"),
        pytest.param(observed("hub", ELSEWHERE, state=LOST), False, id="elsewhere"),
        pytest.param(observed("hub", WAN, state=LOST), False, id="to a virtual hub"),
        pytest.param(observed("hub", GONE, name="by-hand", state=LOST), False, id="by hand"),
    ],
)
def test_a_leftover_is_ours_by_name_and_carries_no_traffic(half, expected):
    assert is_leftover(vnet("hub", half), half, POLICY) is expected


def test_a_half_whose_network_was_only_not_read_stays():
    plan = plan_for(observed("hub", GONE, state=LOST), gone=[])
    assert (writes(plan), findings(plan)) == ([], [])


@pytest.mark.parametrize(
    ("half", "names"),
    [
        pytest.param(observed("hub", GONE, name="ANM_1", state=LOST), "peer-{local}-{remote}", id="AVNM"),
        pytest.param(
            observed("hub", GONE, name="anm_hub-gone", state=LOST),
            "ANM_{local}-{remote}",
            id="AVNM, and called as ours are",
        ),
        pytest.param(
            observed("hub", GONE, name="RemoteVnetToHubPeering_1", state=LOST),
            "peer-{local}-{remote}",
            id="vWAN",
        ),
        pytest.param(observed("hub", WAN, state=LOST), "peer-{local}-{remote}", id="to a virtual hub"),
    ],
)
def test_halves_of_other_services_are_never_leftovers(half, names):
    plan = plan_for(half, names=names)
    assert (writes(plan), findings(plan)) == ([], [])


def test_a_leftover_that_is_not_called_as_ours_are_is_named_and_stays():
    plan = plan_for(observed("hub", GONE, name="by-hand", state=LOST))
    assert (writes(plan), findings(plan)) == ([], [Reason.OTHER_LEFTOVER])


@pytest.mark.parametrize("provisioning", ["Creating", "Updating", "Deleting"])
def test_a_leftover_that_is_under_way_is_waited_for(provisioning):
    plan = plan_for(observed("hub", GONE, state=LOST, provisioning=provisioning))
    pair = only_pair(plan)
    assert (pair.changes, pair.waits, pair.is_settled) == ((), Reason.UNDER_WAY, False)


SPACE = ("10.1.0.0/24",)


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(observed("hub", GONE, state=LOST, holds=["10.1.0.0/16"]), id="its addresses"),
        pytest.param(observed("hub", vnet_id("web", group="old"), state=LOST), id="its name"),
    ],
)
def test_a_new_spoke_waits_for_the_leftover_that_holds_its_place(left):
    plan = planned(vnet("hub", left), vnet("web", space=SPACE), gone=[left.remote])
    removal, pair = plan.pairs
    assert [change.reason for change in removal.changes] == [Reason.LEFTOVER]
    assert (pair.changes, pair.waits, pair.is_settled) == ((), Reason.CLEARING, False)


def test_a_new_spoke_does_not_wait_for_a_leftover_that_is_not_in_its_way():
    left = observed("hub", GONE, state=LOST, holds=["10.2.0.0/16"])
    plan = planned(vnet("hub", left), vnet("web", space=SPACE), gone=[GONE])
    assert ("put", "hub", "web", "missing") in writes(plan)


def test_a_spokes_own_half_is_not_in_its_way():
    left = observed("hub", GONE, state=LOST)
    own = observed("hub", "web", state=LOST, holds=SPACE)
    plan = planned(vnet("hub", left, own), vnet("web", space=SPACE), gone=[GONE])
    assert ("put", "hub", "web", "disconnected") in writes(plan)


def test_a_half_that_is_not_as_desired_and_only_deleted_needs_no_place():
    """Both lost each other, and the new half of the spoke has to wait for what is under way on the hub."""
    left = observed("hub", GONE, state=LOST, holds=SPACE)
    own = observed("hub", "web", state=LOST, provisioning="Updating")
    spoke = vnet("web", observed("web", "hub", state=LOST), space=SPACE)
    plan = planned(vnet("hub", left, own), spoke, gone=[GONE], failed=[Reason.BOTH_DISCONNECTED])
    assert ("delete", "web", "hub", "both-disconnected") in writes(plan)
