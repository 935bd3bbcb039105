"""When a spoke parts with the hub that it belonged to, and what keeps it there."""

import pytest

from shared.model.ids import GroupId
from shared.model.observed import PeeringState, SyncLevel
from shared.model.reasons import Reason
from tests.builders import OWN, decided, estate, findings, observed, vnet, vnet_id, writes

OLD, NEW, WEB = vnet_id("old"), vnet_id("new"), vnet_id("web")
HUBS = [{"name": "old", "id": str(OLD)}, {"name": "new", "id": str(NEW)}]
DOCUMENT = {"hubs": HUBS, "defaultHub": "old", "limits": {"deletionsPercent": 100}}
PARTING = [("delete", "web", "old", "moved"), ("delete", "old", "web", "moved")]
TO_OLD, FROM_OLD = observed("web", "old"), observed("old", "web")
TO_NEW, FROM_NEW = observed("web", "new"), observed("new", "web")


def moving(
    *,
    to_old=TO_OLD,
    from_old=FROM_OLD,
    to_new=TO_NEW,
    from_new=FROM_NEW,
    others=(),
    old=None,
    new=None,
    web=None,
    managers=None,
    document=DOCUMENT,
    **seen,
):
    """A spoke whose tag names the new hub, Connected to both unless told otherwise (None: absent); and another."""
    networks = estate(
        vnet(OLD, *[from_old] * bool(from_old), observed("old", "app"), **(old or {})),
        vnet("app", observed("app", "old")),
        vnet(NEW, *[from_new] * bool(from_new), **(new or {})),
        vnet(
            WEB,
            *[half for half in (to_old, to_new, *others) if half],
            **({"tags": {"peering-hub": "new"}} | (web or {})),
        ),
        managers=managers,
    )
    return decided(document, networks, **seen)


def with_old(plan):
    (pair,) = [pair for pair in plan.pairs if (pair.hub, pair.spoke) == (OLD, WEB)]
    return pair


def test_once_connected_to_the_new_hub_both_halves_with_the_old_one_go_the_spokes_first():
    plan = moving()
    assert (writes(plan), findings(plan)) == (PARTING, [])
    pair = with_old(plan)
    assert {change.replaced_by for change in pair.changes} == {TO_NEW.id}
    assert pair.then == ()


@pytest.mark.parametrize(
    ("gone", "left"), [("to_old", PARTING[1:]), ("from_old", PARTING[:1])], ids=["spoke's", "hub's"]
)
def test_what_is_left_of_an_interrupted_move_goes_too(gone, left):
    assert writes(moving(**{gone: None})) == left


@pytest.mark.parametrize(
    "half",
    [
        pytest.param({"state": PeeringState.INITIATED}, id="waits"),
        pytest.param({"state": PeeringState.DISCONNECTED}, id="is broken"),
        pytest.param({"state": PeeringState.UNKNOWN}, id="is unknown"),
        pytest.param({"sync": SyncLevel.LOCAL_NOT_IN_SYNC}, id="is behind"),
        pytest.param({"sync": SyncLevel.REMOTE_NOT_IN_SYNC}, id="is ahead"),
        pytest.param({"sync": SyncLevel.UNKNOWN}, id="has an unknown sync level"),
        pytest.param({"provisioning": "Updating"}, id="is under way"),
        pytest.param({"provisioning": "Failed"}, id="failed"),
        pytest.param({"allowForwardedTraffic": False}, id="has other options"),
    ],
)
@pytest.mark.parametrize("side", ["to_new", "from_new"])
def test_the_old_pair_stays_while_a_half_of_the_new_one(side, half):
    ends = ("web", "new") if side == "to_new" else ("new", "web")
    plan = moving(**{side: observed(*ends, **half)})
    pair = with_old(plan)
    assert (pair.changes, pair.waits) == ((), Reason.MOVING)
    assert [change.reason for change in pair.then] == [Reason.MOVED, Reason.MOVED]


@pytest.mark.parametrize("side", ["to_new", "from_new"])
def test_the_old_pair_stays_while_a_half_of_the_new_one_is_absent(side):
    plan = moving(**{side: None})
    pair = with_old(plan)
    assert (pair.changes, pair.waits, pair.is_settled) == ((), Reason.MOVING, False)
    assert "put" in {kind for kind, *_ in writes(plan)}


HAS_GATEWAY = {"has_gateway": True}
USES = observed("web", "old", useRemoteGateways=True)
WHEN_AVAILABLE = {"GATEWAY_TRANSIT": "when-available"}
USED_THERE = {
    "to_old": USES,
    "from_old": observed("old", "web", allowGatewayTransit=True),
    "from_new": observed("new", "web", allowGatewayTransit=True),
    "old": HAS_GATEWAY,
}
MISSED = [{"name": "lost", "location": "westeurope", "tags": {"role": "hub"}}]


@pytest.mark.parametrize(
    ("found", "why"),
    [
        pytest.param(
            {"to_old": observed("web", "old", name="by-hand")}, "not all called as ours", id="its name"
        ),
        pytest.param(
            {"from_old": observed("old", "web", name="by-hand")},
            "not all called as ours",
            id="the hub's half's name",
        ),
        pytest.param(
            {"to_old": observed("web", "old", state=PeeringState.UNKNOWN)}, "does not know", id="its state"
        ),
        pytest.param(
            {"from_old": observed("old", "web", state=PeeringState.UNKNOWN)},
            "does not know",
            id="the hub's half's state",
        ),
        pytest.param(
            {
                "from_old": observed("old", "web", name="ANM_old-web"),
                "to_old": None,
                "environ": {"PEERING_NAME_TEMPLATE": "ANM_{local}-{remote}"},
            },
            "belongs to Azure Virtual Network Manager",
            id="AVNM",
        ),
        pytest.param(USED_THERE | {"environ": WHEN_AVAILABLE}, "would have none", id="no gateway there"),
        pytest.param(
            USED_THERE | {"new": HAS_GATEWAY, "environ": {"GATEWAY_TRANSIT": "never"}},
            "would have none",
            id="no use of gateways any more",
        ),
        pytest.param(
            USED_THERE | {"new": HAS_GATEWAY, "environ": {"HUB_PEERING_OPTIONS": "allowGatewayTransit=true"}},
            "would have none",
            id="a gateway that is only offered there",
        ),
        pytest.param(
            USED_THERE
            | {
                "new": HAS_GATEWAY,
                "environ": WHEN_AVAILABLE | {"HUB_PEERING_OPTIONS": "allowGatewayTransit=false"},
            },
            "would have none",
            id="a gateway that is not offered there",
        ),
        pytest.param(
            USED_THERE
            | {
                "environ": {
                    "HUB_PEERING_OPTIONS": "allowGatewayTransit=true",
                    "SPOKE_PEERING_OPTIONS": "useRemoteGateways=true",
                }
            },
            "would have none",
            id="options that ask for a gateway that is not there",
        ),
        pytest.param(
            {"document": DOCUMENT | {"hubs": [*HUBS, *MISSED]}},
            "may be it without its tags",
            id="may be a hub",
        ),
    ],
)
def test_a_spoke_stays_with_both_hubs_because_of(found, why):
    plan = moving(**found)
    assert "delete" not in {kind for kind, *_ in writes(plan)}
    (told,) = [finding.detail for finding in plan.findings if finding.reason is Reason.OTHER_HUB]
    assert why in told


@pytest.mark.parametrize(
    "found",
    [
        pytest.param({"to_old": observed("web", "old")}, id="it is not used"),
        pytest.param({"old": {}}, id="there is none any more"),
        pytest.param(
            {"to_old": observed("web", "old", state=PeeringState.DISCONNECTED, useRemoteGateways=True)},
            id="the pair is broken",
        ),
        pytest.param({"environ": {"SPOKE_PEERING_OPTIONS": "useRemoteGateways=false"}}, id="it is unwanted"),
        pytest.param({"new": HAS_GATEWAY, "environ": WHEN_AVAILABLE}, id="the new hub has one"),
    ],
)
def test_no_gateway_is_lost_and_the_spoke_moves_where(found):
    plan = moving(**(USED_THERE | found))
    assert Reason.OTHER_HUB not in findings(plan)
    assert with_old(plan).waits in (None, Reason.MOVING)


def test_the_new_gateway_is_not_taken_up_while_the_old_one_is_used():
    plan = moving(
        **USED_THERE | {"new": HAS_GATEWAY, "to_new": None, "from_new": None}, environ=WHEN_AVAILABLE
    )
    options = [
        (change.properties["allowGatewayTransit"], change.properties["useRemoteGateways"])
        for pair in plan.pairs
        for change in pair.changes
        if pair.spoke == WEB
    ]
    assert options == [(True, False), (False, False)]
    parting = moving(**USED_THERE | {"new": HAS_GATEWAY}, environ=WHEN_AVAILABLE)
    assert with_old(parting).changes


@pytest.mark.parametrize("deleted", ["old", "web"])
def test_a_pair_of_which_a_network_is_being_deleted_is_left_alone(deleted):
    tags = {"peering-hub": "new"} if deleted == "web" else {}
    pair = with_old(moving(**{deleted: {"provisioning": "Deleting", "tags": tags}}))
    assert (pair.changes, pair.waits, pair.is_settled) == ((), Reason.BEING_DELETED, True)


@pytest.mark.parametrize("side", ["to_old", "from_old"])
def test_a_pair_with_a_half_under_way_is_waited_for(side):
    ends = ("web", "old") if side == "to_old" else ("old", "web")
    pair = with_old(moving(**{side: observed(*ends, provisioning="Updating")}))
    assert (pair.changes, pair.waits, pair.is_settled) == ((), Reason.UNDER_WAY, False)


def test_nothing_is_parted_before_the_owner_of_the_group_is_known():
    pair = with_old(moving(managers={}))
    assert (pair.changes, pair.waits) == ((), Reason.GROUP_UNREAD)


def test_a_spoke_whose_group_is_managed_keeps_its_pairs():
    assert writes(moving(managers={GroupId(OWN, "rg"): "x"})) == []


def test_a_spoke_stays_with_an_earlier_hub_that_cannot_be_told():
    unread = DOCUMENT | {"hubs": [{"name": "old", "id": str(vnet_id("unread"))}, HUBS[1]]}
    plan = moving(to_old=observed("web", "unread"), document=unread)
    told = [finding.detail for finding in plan.findings if finding.reason is Reason.OTHER_HUB]
    assert writes(plan) == []
    assert "hub 'old' cannot be told" in told[0]


def test_a_spoke_stays_with_what_could_be_its_earlier_hub():
    two = DOCUMENT | {"hubs": [{"name": "old", "tags": {"role": "hub"}}, HUBS[1]]}
    networks = estate(
        *(vnet(name, tags={"role": "hub"}) for name in ("old", "old-2")),
        vnet(NEW, FROM_NEW),
        vnet(WEB, observed("web", "old-2"), TO_NEW, tags={"peering-hub": "new"}),
    )
    plan = decided(two, networks)
    assert writes(plan) == []
    assert Reason.OTHER_HUB in findings(plan)


def test_a_pair_with_a_hub_that_the_document_does_not_have_is_nobodys():
    plan = moving(
        document=DOCUMENT | {"hubs": HUBS[1:], "defaultHub": "new", "spokes": {"include": [{"name": "web"}]}}
    )
    assert (writes(plan), findings(plan)) == ([], [])


def test_a_pair_called_by_others_is_no_matter_of_ours():
    plan = moving(
        to_old=observed("web", "old", name="by-hand"), from_old=observed("old", "web", name="by-hand")
    )
    assert (writes(plan), findings(plan)) == ([], [])


@pytest.mark.parametrize("tag", ["off", "none"])
def test_a_spoke_whose_tag_says_hands_off_is_not_moved(tag):
    assert writes(moving(web={"tags": {"peering-hub": "new", "peering-mode": tag}})) == []


def test_a_spoke_in_audit_is_not_moved():
    plan = moving(web={"tags": {"peering-hub": "new", "peering-mode": "audit"}})
    assert (writes(plan), findings(plan)) == ([], [Reason.SPOKE_AUDIT])


def test_hubs_peered_with_each_other_are_not_parted():
    """A hub has a pair with a hub that is not its own, too."""
    networks = estate(vnet(OLD, observed("old", "new")), vnet(NEW, observed("new", "old")))
    plan = decided(DOCUMENT, networks)
    assert (plan.pairs, plan.findings) == ((), ())


def test_a_move_whose_new_pair_needs_a_person_is_settled_meanwhile():
    """The hubs overlap, so Azure does not take the new pair beside the old one."""
    plan = moving(
        to_old=observed("web", "old", holds=["10.0.0.0/24"]),
        to_new=None,
        from_new=None,
        new={"space": ["10.0.0.0/16"]},
    )
    pair = with_old(plan)
    assert (pair.changes, pair.waits, pair.is_settled) == ((), Reason.MOVING, True)
    assert Reason.OVERLAP in findings(plan)
