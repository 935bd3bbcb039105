"""What is due for all hubs of a document, and what a look at a part of the estate leaves out."""

import pytest

from shared.config.document.model import Limits
from shared.model.changes import Delete
from shared.model.errors import ErrorKind, NetworkError
from shared.model.ids import GroupId
from shared.model.observed import PeeringState
from shared.model.reasons import Reason
from tests.builders import OTHER, OWN, SHUT, decided, estate, findings, observed, vnet, vnet_id, writes

ONE = {"hubs": [{"name": "main", "id": str(vnet_id("hub"))}]}
TWO = {
    "hubs": [{"name": "eu", "id": str(vnet_id("eu"))}, {"name": "us", "id": str(vnet_id("us"))}],
    "defaultHub": "eu",
}
REFUSED = NetworkError(kind=ErrorKind.NEEDS_A_PERSON, code="AuthorizationFailed", message="no")


def told(plan):
    return [(finding.vnet and finding.vnet.name, finding.reason) for finding in plan.findings]


def written(plan):
    return {(local, remote) for _, local, remote, _ in writes(plan)}


def test_each_spoke_is_peered_with_its_own_hub_alone():
    networks = estate(vnet("eu"), vnet("us"), vnet("a"), vnet("b", tags={"peering-hub": "us"}))
    assert written(decided(TWO, networks)) == {("eu", "a"), ("a", "eu"), ("us", "b"), ("b", "us")}


def test_a_hub_is_no_spoke_of_itself():
    assert decided(ONE, estate(vnet("hub"))).pairs == ()


def test_a_look_at_one_network_changes_nothing_for_others():
    networks = estate(vnet("hub"), vnet("a"), vnet("b"))
    assert written(decided(ONE, networks, scope=vnet_id("a"))) == {("hub", "a"), ("a", "hub")}


MESHED = TWO | {"mesh": True}
MESH = {("eu", "us"), ("us", "eu")}


def test_hubs_are_meshed_where_the_document_says_so_and_everything_was_looked_at():
    networks = estate(vnet("eu"), vnet("us"))
    assert written(decided(MESHED, networks)) == MESH
    assert written(decided(TWO, networks)) == set()
    assert written(decided(MESHED, networks, scope=vnet_id("us"))) == set()


def test_hubs_do_not_use_each_others_gateways():
    networks = estate(vnet("eu", has_gateway=True), vnet("us"))
    wanted = {
        "GATEWAY_TRANSIT": "when-available",
        "HUB_PEERING_OPTIONS": "allowGatewayTransit=true,useRemoteGateways=true",
    }
    plan = decided(MESHED, networks, environ=wanted)
    (pair,) = plan.pairs
    for change in pair.changes:
        assert not change.properties["useRemoteGateways"]
        assert not change.properties["allowGatewayTransit"]


def test_a_hub_in_a_subscription_of_others_is_meshed_and_its_group_need_not_be_read():
    there = vnet_id("us", subscription=OTHER)
    document = MESHED | {"hubs": [TWO["hubs"][0], {"name": "us", "id": str(there)}]}
    networks = estate(vnet("eu"), vnet(there), managers={GroupId(OWN, "rg"): None})
    assert written(decided(document, networks)) == MESH


def test_the_mesh_takes_a_leftover_only_once():
    """The hub's own plan removes it; that of the hubs among each other leaves it."""
    left = observed("eu", "gone", state=PeeringState.DISCONNECTED)
    networks = estate(
        vnet("eu", left, observed("eu", "us")), vnet("us", observed("us", "eu")), gone=[left.remote]
    )
    assert writes(decided(MESHED, networks)) == [("delete", "eu", "gone", "leftover")]


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"peering-mode": "none"}, Reason.UNKNOWN_MODE),
        ({"peering-hub": "asia"}, Reason.UNKNOWN_HUB),
    ],
)
def test_a_tag_that_is_not_understood_is_reported_and_changes_nothing(tags, reason):
    web = vnet("web", observed("web", "hub", state=PeeringState.DISCONNECTED), tags=tags)
    plan = decided(ONE | {"unselected": "remove"}, estate(vnet("hub", observed("hub", "web")), web))
    assert (writes(plan), told(plan)) == ([], [("web", reason)])


def test_a_network_that_nothing_gives_a_hub_is_reported():
    document = {name: value for name, value in TWO.items() if name != "defaultHub"}
    plan = decided(document, estate(vnet("eu"), vnet("us"), vnet("web")))
    assert (writes(plan), told(plan)) == ([], [("web", Reason.NO_HUB)])


def test_a_network_of_another_service_is_reported_once_with_its_pair():
    plan = decided(ONE, estate(vnet("hub"), vnet("web", observed("web", "a", name="ANM_1"))))
    assert (writes(plan), told(plan)) == ([], [("web", Reason.OTHER_OWNER)])
    assert [(pair.spoke.name, pair.is_settled) for pair in plan.pairs] == [("web", True)]


def test_of_several_hubs_only_the_one_it_is_peered_to_shows_another_services_network():
    networks = estate(
        vnet("eu"), vnet("us", observed("us", "web")), vnet("web", observed("web", "a", name="ANM_1"))
    )
    plan = decided(TWO, networks)
    assert writes(plan) == []
    assert [(pair.hub.name, pair.spoke.name) for pair in plan.pairs] == [("us", "web")]


def test_another_services_network_is_reported_although_no_hub_is_peered_to_it():
    plan = decided(TWO, estate(vnet("eu"), vnet("us"), vnet("web", observed("web", "a", name="ANM_1"))))
    assert (plan.pairs, told(plan)) == ((), [("web", Reason.OTHER_OWNER)])


def test_a_hub_that_does_not_exist_needs_a_person_and_one_that_was_not_read_another_look():
    missing = decided(ONE, estate(vnet("web"), gone=[vnet_id("hub")]))
    assert (writes(missing), told(missing)) == ([], [(None, Reason.NO_HUB)])
    unread = decided(ONE, estate(vnet("web")))
    assert (writes(unread), findings(unread)) == ([], [])


def test_a_hub_that_cannot_be_told_does_not_keep_the_other_from_its_spokes():
    plan = decided(TWO, estate(vnet("us"), vnet("a"), vnet("b", tags={"peering-hub": "us"})))
    assert written(plan) == {("us", "b"), ("b", "us")}


def test_a_subscription_that_azure_does_not_list_is_reported_with_what_to_do():
    plan = decided(ONE, estate(vnet("hub")), unlisted={OTHER: REFUSED})
    (finding,) = plan.findings
    assert (finding.vnet, finding.reason) == (None, Reason.SUBSCRIPTION_UNREAD)
    assert finding.detail.startswith(f"{OTHER}: AuthorizationFailed: no; assign the app's identity the role")


@pytest.mark.parametrize("unselected", ["keep", "remove"])
def test_networks_that_are_not_for_us_are_no_matter_of_unselected(unselected):
    elsewhere = vnet_id("far", subscription=OTHER)
    networks = estate(
        vnet("hub", observed("hub", elsewhere), observed("hub", "tagged"), observed("hub", "theirs")),
        vnet(elsewhere, observed(elsewhere, "hub")),
        vnet("tagged", observed("tagged", "hub"), tags={"peering-mode": "off"}),
        vnet("theirs", observed("theirs", "hub"), observed("theirs", "a", name="ANM_1")),
    )
    plan = decided(ONE | {"unselected": unselected}, networks)
    assert (writes(plan), told(plan)) == ([], [("theirs", Reason.OTHER_OWNER)])


def test_what_is_due_for_a_network_in_audit_is_reported_and_not_written():
    plan = decided(ONE, estate(vnet("hub"), vnet("web", tags={"peering-mode": "audit"})))
    (pair,) = plan.pairs
    assert (pair.changes, pair.waits, pair.is_settled) == ((), Reason.SPOKE_AUDIT, True)
    assert [finding.detail for finding in plan.findings] == [
        (
            f"due is {vnet_id('hub')}/virtualNetworkPeerings/peer-hub-web (missing), "
            f"{vnet_id('web')}/virtualNetworkPeerings/peer-web-hub (missing)"
        )
    ]


def test_a_network_in_audit_with_nothing_due_is_not_spoken_of():
    web = vnet("web", observed("web", "hub"), tags={"peering-mode": "audit"})
    plan = decided(ONE, estate(vnet("hub", observed("hub", "web")), web))
    assert findings(plan) == []
    assert plan.pairs[0].waits is None


def leftovers(count):
    halves = [observed("hub", f"gone-{number:02}", state=PeeringState.INITIATED) for number in range(count)]
    return estate(vnet("hub", *halves), gone=[half.remote for half in halves])


def test_the_limits_hold_in_every_decision_and_count_what_the_run_did():
    most = Limits().deletions
    assert len(writes(decided(ONE, leftovers(60)))) == most
    done = [
        Delete(peering=half.id, remote=half.remote, reason=Reason.LEFTOVER)
        for half in (observed("hub", f"earlier-{number}") for number in range(most - 1))
    ]
    assert len(writes(decided(ONE, leftovers(60), applied=done))) == 1


def test_the_change_windows_hold_in_every_decision_and_what_waits_for_one_takes_no_room():
    plan = decided(ONE | {"changeWindows": SHUT}, leftovers(60))
    assert (writes(plan), findings(plan)) == ([], [Reason.OUTSIDE_WINDOW])


def test_a_write_that_did_not_help_is_done_another_way():
    lost = {"state": PeeringState.DISCONNECTED}
    networks = estate(
        vnet("hub", observed("hub", "web", **lost)), vnet("web", observed("web", "hub", **lost))
    )
    plan = decided(ONE, networks, failed=[Reason.BOTH_DISCONNECTED])
    assert writes(plan)[0] == ("delete", "web", "hub", "both-disconnected")


def test_what_two_hubs_find_alike_is_reported_once():
    """The hub's plan with its spokes, and that with the other hub, both find it nearly full."""
    halves = [observed("eu", f"s{number}") for number in range(400)]
    networks = estate(vnet("eu", *halves, observed("eu", "us")), vnet("us", observed("us", "eu")))
    assert told(decided(MESHED, networks)) == [("eu", Reason.HUB_NEARLY_FULL)]
