"""What becomes of the peerings of networks that the rules no longer make a spoke."""

import pytest

from shared.model.ids import GroupId
from shared.model.observed import PeeringState
from shared.model.reasons import Reason
from tests.builders import OWN, decided, estate, findings, observed, vnet, vnet_id, writes

HUB = {"name": "main", "id": str(vnet_id("hub"))}
RULES = {"hubs": [HUB], "spokes": {"exclude": [{"name": "web"}]}, "unselected": "remove"}
BOTH = [("delete", "web", "hub", "unselected"), ("delete", "hub", "web", "unselected")]
WEB_HALF, HUB_HALF = observed("web", "hub"), observed("hub", "web")
THEIRS = observed("web", "hub", name="by-hand")


def plan_for(web=WEB_HALF, hub=HUB_HALF, *, rules=RULES, managers=None, tags=None, **environ):
    """For a network that is not to be peered, with these halves (None: absent), beside a spoke."""
    networks = estate(
        vnet("hub", *[hub] * bool(hub), observed("hub", "app")),
        vnet("web", *[web] * bool(web), tags=tags),
        vnet("app", observed("app", "hub")),
        managers=managers,
    )
    return decided(rules, networks, environ=environ)


def with_web(plan):
    (pair,) = [pair for pair in plan.pairs if pair.spoke.name == "web"]
    return pair


@pytest.mark.parametrize(
    "spokes",
    [
        pytest.param({"exclude": [{"name": "web"}]}, id="excluded"),
        pytest.param({"include": [{"name": "app"}]}, id="not included"),
    ],
)
def test_with_remove_both_halves_go_the_spokes_first(spokes):
    plan = plan_for(rules=RULES | {"spokes": spokes})
    assert (writes(plan), findings(plan)) == (BOTH, [])


@pytest.mark.parametrize(
    ("web", "hub", "left"),
    [
        pytest.param(None, HUB_HALF, BOTH[1:], id="the hub's"),
        pytest.param(WEB_HALF, None, BOTH[:1], id="the spoke's"),
    ],
)
def test_one_half_alone_goes_too(web, hub, left):
    assert writes(plan_for(web, hub)) == left


def test_by_default_a_pair_is_kept_and_reported():
    plan = plan_for(rules={name: value for name, value in RULES.items() if name != "unselected"})
    assert (writes(plan), findings(plan)) == ([], [Reason.UNSELECTED])


@pytest.mark.parametrize(
    ("web", "hub"),
    [
        pytest.param(THEIRS, HUB_HALF, id="the spoke's"),
        pytest.param(WEB_HALF, observed("hub", "web", name="by-hand"), id="the hub's"),
        pytest.param(THEIRS, observed("hub", "web", name="by-hand"), id="both"),
    ],
)
def test_a_half_that_is_not_called_as_ours_are_keeps_the_other(web, hub):
    plan = plan_for(web, hub)
    assert (writes(plan), findings(plan)) == ([], [Reason.UNSELECTED])


def test_a_pair_is_not_removed_before_the_owner_of_its_group_is_known():
    pair = with_web(plan_for(managers={}))
    assert (pair.changes, pair.waits, pair.is_settled) == ((), Reason.GROUP_UNREAD, False)


@pytest.mark.parametrize("names", ["ANM_{local}-{remote}", "RemoteVnetToHubPeering_{local}-{remote}"])
@pytest.mark.parametrize("template", [True, False], ids=["called as ours are", "called as theirs are"])
def test_what_another_service_made_on_the_hub_is_not_removed(names, template):
    theirs = observed("hub", "web", name=names.format(local="hub", remote="web"))
    plan = plan_for(None, theirs, PEERING_NAME_TEMPLATE=names if template else "peer-{local}-{remote}")
    assert ("hub", "web") not in {(local, remote) for _, local, remote, _ in writes(plan)}
    assert Reason.UNSELECTED not in findings(plan)


def test_a_network_whose_group_is_managed_keeps_its_pair():
    plan = plan_for(managers={GroupId(OWN, "rg"): "x"})
    assert writes(plan) == []


@pytest.mark.parametrize("local", ["hub", "web"])
def test_a_pair_with_a_half_under_way_is_waited_for(local):
    halves = {"web": WEB_HALF, "hub": HUB_HALF}
    remote = "web" if local == "hub" else "hub"
    halves[local] = observed(local, remote, provisioning="Updating")
    pair = with_web(plan_for(halves["web"], halves["hub"]))
    assert (pair.changes, pair.waits, pair.is_settled) == ((), Reason.UNDER_WAY, False)


@pytest.mark.parametrize("tag", ["off", "OFF", "none"])
def test_hands_off_means_nothing_is_removed_either(tag):
    assert writes(plan_for(tags={"peering-mode": tag})) == []


def test_audit_means_it_is_reported_and_not_removed():
    plan = plan_for(tags={"peering-mode": "audit"})
    assert (writes(plan), findings(plan)) == ([], [Reason.SPOKE_AUDIT])


def test_a_network_that_may_be_a_hub_without_its_tags_keeps_its_pair():
    hubs = [HUB, {"name": "lost", "location": "westeurope", "tags": {"role": "hub"}}]
    plan = plan_for(rules=RULES | {"hubs": hubs, "defaultHub": "main"})
    assert (writes(plan), Reason.UNSELECTED in findings(plan)) == ([], True)


def test_a_network_that_was_never_peered_is_not_spoken_of():
    plan = plan_for(None, None)
    assert ([pair.spoke.name for pair in plan.pairs], plan.findings) == (["app"], ())


@pytest.mark.parametrize("state", [PeeringState.INITIATED, PeeringState.DISCONNECTED])
def test_a_pair_that_is_broken_goes_as_well(state):
    assert writes(plan_for(observed("web", "hub", state=state))) == BOTH
