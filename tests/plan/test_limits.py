"""What one run may remove and change, and what counts."""

import pytest

from shared.config.document.parsing import read_document
from shared.model.changes import Delete, Put
from shared.model.errors import ErrorKind, NetworkError
from shared.model.ids import PeeringId
from shared.model.observed import PeeringState
from shared.model.reasons import Reason
from shared.plan.limits import apply_limits
from shared.plan.observation import Observation
from shared.plan.plan import PairPlan, Plan
from tests.builders import OTHER, OWN, POLICY, estate, observed, vnet, vnet_id

REMOVALS = [Reason.LEFTOVER, Reason.UNSELECTED, Reason.MOVED]


def change(kind, local, remote, reason):
    peering = PeeringId(vnet=vnet_id(local), name=f"peer-{local}-{remote}")
    more = {"properties": {}} if kind is Put else {}
    return kind(peering=peering, remote=vnet_id(remote), reason=reason, **more)


def removal(spoke, *, hub="hub", reason=Reason.LEFTOVER, locals_=None):
    """The hub's half goes, or those of `locals_`."""
    ends = {hub: spoke, spoke: hub}
    changes = tuple(change(Delete, local, ends[local], reason) for local in locals_ or [hub])
    return PairPlan(hub=vnet_id(hub), spoke=vnet_id(spoke), changes=changes)


def making(spoke, *, hub="hub"):
    changes = (change(Put, hub, spoke, Reason.MISSING), change(Put, spoke, hub, Reason.MISSING))
    return PairPlan(hub=vnet_id(hub), spoke=vnet_id(spoke), changes=changes)


def hub_of(peerings, name="hub"):
    """A hub with halves that wait, which are not among the spokes that may vanish."""
    return vnet(name, *(observed(name, f"s{n:02}", state=PeeringState.INITIATED) for n in range(peerings)))


def limited(pairs, *hubs, applied=(), limits=None, spokes=(), **seen):
    document = read_document(
        {"hubs": [{"name": hub.id.name, "id": str(hub.id)} for hub in hubs], "defaultHub": hubs[0].id.name}
        | {"limits": limits or {}}
    )
    networks = estate(*hubs, *spokes)
    observation = Observation(document=document, observed=networks, **({"scope": None} | seen))
    return apply_limits(Plan(pairs=tuple(pairs), findings=()), hubs, observation, POLICY, applied)


def going(plan):
    return [pair.spoke.name for pair in plan.pairs if pair.changes]


def details(plan, reason=Reason.DELETIONS_HELD_BACK):
    return [finding.detail for finding in plan.findings if finding.reason is reason]


@pytest.mark.parametrize(("peerings", "free"), [(2, 1), (4, 1), (5, 2), (12, 3), (40, 10), (60, 10)])
def test_one_run_removes_a_quarter_of_a_hubs_peerings_rounded_up_and_at_most_ten(peerings, free):
    plan = limited([removal(f"s{n:02}") for n in range(peerings)], hub_of(peerings))
    assert going(plan) == [f"s{n:02}" for n in range(free)]
    held = [pair for pair in plan.pairs if not pair.changes]
    assert {(pair.waits, pair.is_settled) for pair in held} == {(Reason.DELETIONS_HELD_BACK, True)}


@pytest.mark.parametrize("reason", REMOVALS)
def test_whatever_removes_a_pair_counts(reason):
    plan = limited([removal(f"s{n:02}", reason=reason) for n in range(4)], hub_of(4))
    assert going(plan) == ["s00"]


@pytest.mark.parametrize("reason", REMOVALS)
def test_deletions_already_made_in_the_run_count_against_its_limit(reason):
    done = [change(Delete, "hub", f"gone-{n}", reason) for n in range(8)]
    plan = limited([removal(f"s{n:02}") for n in range(5)], hub_of(40), applied=done)
    assert going(plan) == ["s00", "s01"]


def test_a_share_already_removed_in_the_run_is_a_part_of_the_hubs_peerings_and_of_its_limit():
    done = [change(Delete, "hub", "gone", Reason.LEFTOVER)]
    assert going(limited([removal("s00"), removal("s01")], hub_of(4), applied=done)) == ["s00"]
    assert going(limited([removal("s00")], hub_of(3), applied=done)) == []


def test_halves_deleted_to_be_written_anew_do_not_count():
    done = [change(Delete, f"w{n}", "hub", Reason.BOTH_DISCONNECTED) for n in range(10)]
    assert going(limited([removal("s00")], hub_of(4), applied=done)) == ["s00"]


def test_the_limit_is_one_for_all_hubs_and_the_percentage_each_hubs_own():
    hubs = hub_of(40), hub_of(40, "hub-2")
    pairs = [removal(f"s{n:02}", hub=hub) for hub in ("hub", "hub-2") for n in range(7)]
    plan = limited(pairs, *hubs)
    assert len(going(plan)) == 10
    small = limited(pairs, hub_of(8), hub_of(4, "hub-2"))
    assert [pair.hub.name for pair in small.pairs if pair.changes] == ["hub", "hub", "hub-2"]


def test_deletions_already_made_on_one_hub_count_for_the_others():
    done = [change(Delete, "hub", f"gone-{n}", Reason.LEFTOVER) for n in range(9)]
    pairs = [removal(f"s{n:02}", hub="hub-2") for n in range(5)]
    assert going(limited(pairs, hub_of(40), hub_of(40, "hub-2"), applied=done)) == ["s00"]


def test_a_pair_that_is_removed_with_both_halves_counts_once():
    plan = limited(
        [removal("a", locals_=["a", "hub"]), removal("b", locals_=["b", "hub"])],
        hub_of(40),
        limits={"deletions": 1},
    )
    assert [len(pair.changes) for pair in plan.pairs] == [2, 0]


def test_a_pair_of_which_one_half_is_removed_loses_the_other_in_the_same_run():
    done = [change(Delete, "b", "hub", Reason.UNSELECTED)]
    pairs = [removal("a"), removal("b", reason=Reason.UNSELECTED)]
    plan = limited(pairs, hub_of(40), applied=done, limits={"deletions": 1})
    assert going(plan) == ["b"]


def test_what_is_held_back_is_named_with_the_limits_that_let_it_go():
    done = [change(Delete, "hub", "gone", Reason.LEFTOVER)]
    plan = limited([removal("s00"), removal("s01"), removal("s02")], hub_of(6), applied=done)
    assert details(plan) == [
        (
            "s01, s02: one run may remove 2 of 7 peerings; limits: {deletions: 4, deletionsPercent: 58} "
            "in the topology document lets them go"
        )
    ]
    raised = {"deletions": 4, "deletionsPercent": 58}
    plan = limited([removal("s00"), removal("s01"), removal("s02")], hub_of(6), applied=done, limits=raised)
    assert (going(plan), plan.findings) == (["s00", "s01", "s02"], ())


def waiting(spoke="new", hub="hub"):
    return PairPlan(hub=vnet_id(hub), spoke=vnet_id(spoke), waits=Reason.CLEARING)


def test_who_waits_for_a_leftover_that_is_held_back_waits_no_longer_in_this_run():
    plan = limited([removal("s00"), waiting()], hub_of(4), limits={"deletions": 0})
    assert plan.pairs[1].is_settled


def test_who_waits_for_a_leftover_that_goes_waits_on():
    plan = limited([removal("s00"), removal("s01"), waiting()], hub_of(4))
    assert (going(plan), plan.pairs[2].is_settled) == (["s00"], False)


KNOWN = 9


def vanishing(unseen, *, half=observed, limits=None, remotes=None, **seen):
    """A removal is due on a hub of which so many of nine spokes are missing from what was read."""
    spokes = remotes or [vnet_id(f"s{n}") for n in range(KNOWN)]
    hub = vnet("hub", *(half("hub", spoke) for spoke in spokes))
    read = [vnet(spoke) for spoke in spokes[unseen:]]
    return limited([removal("gone")], hub, spokes=read, limits=limits, **seen)


@pytest.mark.parametrize("state", [PeeringState.CONNECTED, PeeringState.DISCONNECTED])
def test_where_more_spokes_vanish_at_once_than_may_be_removed_the_list_is_in_doubt(state):
    plan = vanishing(4, half=lambda *ends: observed(*ends, state=state))
    assert going(plan) == []
    assert details(plan) == [
        (
            "gone: 4 of 9 spokes have vanished at once; limits: {deletions: 1, deletionsPercent: 45} "
            "in the topology document lets them go"
        )
    ]


def test_a_person_can_raise_the_percentage():
    assert going(vanishing(4, limits={"deletionsPercent": 45})) == ["gone"]


def test_as_many_as_may_be_removed_at_once_are_no_doubt():
    assert going(vanishing(3)) == ["gone"]


def test_an_event_about_one_network_is_followed_meanwhile():
    assert going(vanishing(4, scope=vnet_id("gone"))) == ["gone"]


@pytest.mark.parametrize(
    ("half", "remotes"),
    [
        pytest.param(
            lambda *ends: observed(*ends, state=PeeringState.INITIATED), None, id="that never connected"
        ),
        pytest.param(lambda *ends: observed(*ends, name=f"x-{ends[1].name}"), None, id="of others' pairs"),
        pytest.param(
            observed,
            [vnet_id(f"s{n}", subscription=OTHER) for n in range(KNOWN)],
            id="of subscriptions not looked after",
        ),
    ],
)
def test_only_our_spokes_that_were_connected_count_as_vanished(half, remotes):
    assert going(vanishing(KNOWN, half=half, remotes=remotes)) == ["gone"]


def test_networks_of_a_subscription_that_azure_does_not_list_have_not_vanished():
    refused = NetworkError(kind=ErrorKind.NEEDS_A_PERSON, code="AuthorizationFailed", message="")
    assert going(vanishing(KNOWN, unlisted={OWN: refused})) == ["gone"]


def test_one_run_makes_no_more_changes_than_it_may_and_removals_come_last():
    plan = limited([removal("s00"), making("a"), making("b")], hub_of(4), limits={"changes": 3})
    assert [(pair.spoke.name, len(pair.changes)) for pair in plan.pairs] == [("a", 2), ("b", 1), ("s00", 0)]
    assert details(plan, Reason.CHANGES_HELD_BACK) == ["2 more changes are due, and limits.changes is 3"]
    last = plan.pairs[-1]
    assert (last.waits, last.is_settled) == (Reason.CHANGES_HELD_BACK, True)


@pytest.mark.parametrize(("made", "left"), [(1, 2), (2, 1), (3, 0), (5, 0)])
def test_changes_already_made_in_the_run_count_against_its_limit(made, left):
    done = [change(Put, "hub", f"w{n}", Reason.MISSING) for n in range(made)]
    plan = limited([making("a")], hub_of(4), limits={"changes": 3}, applied=done)
    assert sum(len(pair.changes) for pair in plan.pairs) == left


def test_a_pair_without_changes_is_not_held_back():
    plan = limited([making("a"), waiting("b")], hub_of(4), limits={"changes": 2})
    assert (plan.pairs[1].waits, plan.findings) == (Reason.CLEARING, ())


def test_of_many_that_are_held_back_twenty_are_named():
    plan = limited([removal(f"s{n:02}") for n in range(22)], hub_of(40), limits={"deletions": 0})
    assert ", s19 and 2 more: " in details(plan)[0]
