"""What is written for one pair: by the states of its halves, then by what is not as wanted about them."""

from uuid import UUID

import pytest

from shared.config.peering_policy import GatewayTransit, PeeringPolicy
from shared.model.observed import PeeringState, SyncLevel
from shared.model.reasons import Reason
from tests.builders import OWN, findings, observed, only_pair, planned, vnet

HUB_GUID, WEB_GUID, EARLIER = (UUID(int=number) for number in (5, 6, 9))
BOUND = UUID(int=HUB_GUID.int ^ WEB_GUID.int)
ABSENT, STALE = "absent", "stale"
WAITS, WHOLE, LOST, UNKNOWN = (
    PeeringState.INITIATED,
    PeeringState.CONNECTED,
    PeeringState.DISCONNECTED,
    PeeringState.UNKNOWN,
)
PUT_HUB, PUT_WEB, DELETE_HUB, DELETE_WEB = "put hub", "put web", "delete hub", "delete web"


def half(local, remote, state):
    match state:
        case "absent":
            return []
        case "stale":
            return [observed(local, remote, state=PeeringState.INITIATED, guid=EARLIER)]
        case _:
            return [observed(local, remote, state=state, guid=BOUND)]


def plan_for(hub, web, *, failed=()):
    """By the states of the two halves."""
    return planned(
        vnet("hub", *half("hub", "web", hub), guid=HUB_GUID),
        vnet("web", *half("web", "hub", web), guid=WEB_GUID),
        failed=failed,
    )


def steps(plan):
    return [
        f"{type(change).__name__.lower()} {change.peering.vnet.name}"
        for pair in plan.pairs
        for change in pair.changes
    ]


@pytest.mark.parametrize(
    ("hub", "web", "written", "after_failure"),
    [
        pytest.param(WHOLE, WHOLE, [], [], id="both Connected"),
        pytest.param(ABSENT, ABSENT, [PUT_HUB, PUT_WEB], [PUT_HUB, PUT_WEB], id="both absent"),
        pytest.param(LOST, LOST, [PUT_HUB, PUT_WEB], [DELETE_WEB, PUT_HUB, PUT_WEB], id="both lost"),
        pytest.param(LOST, ABSENT, [PUT_HUB, PUT_WEB], [PUT_HUB, PUT_WEB], id="lost, absent"),
        pytest.param(ABSENT, LOST, [PUT_WEB, PUT_HUB], [PUT_WEB, PUT_HUB], id="absent, lost"),
        pytest.param(LOST, WAITS, [PUT_HUB], [PUT_HUB], id="lost, waits"),
        pytest.param(WAITS, LOST, [PUT_WEB], [PUT_WEB], id="waits, lost"),
        pytest.param(LOST, WHOLE, [PUT_HUB], [PUT_HUB], id="lost, Connected"),
        pytest.param(WHOLE, LOST, [PUT_WEB], [PUT_WEB], id="Connected, lost"),
        pytest.param(LOST, STALE, [PUT_HUB], [PUT_HUB], id="lost, stale"),
        pytest.param(STALE, LOST, [PUT_WEB], [PUT_WEB], id="stale, lost"),
        pytest.param(ABSENT, WAITS, [PUT_HUB], [PUT_HUB], id="absent, waits"),
        pytest.param(WAITS, ABSENT, [PUT_WEB], [PUT_WEB], id="waits, absent"),
        pytest.param(ABSENT, WHOLE, [PUT_HUB], [PUT_HUB], id="absent, Connected"),
        pytest.param(WHOLE, ABSENT, [PUT_WEB], [PUT_WEB], id="Connected, absent"),
        pytest.param(ABSENT, STALE, [PUT_HUB], [DELETE_WEB, PUT_HUB, PUT_WEB], id="absent, stale"),
        pytest.param(STALE, ABSENT, [PUT_WEB], [DELETE_HUB, PUT_HUB, PUT_WEB], id="stale, absent"),
        pytest.param(STALE, WAITS, [PUT_HUB], [DELETE_HUB, PUT_HUB], id="stale, waits"),
        pytest.param(WAITS, STALE, [PUT_WEB], [DELETE_WEB, PUT_WEB], id="waits, stale"),
        pytest.param(
            WAITS,
            WAITS,
            [PUT_HUB, PUT_WEB],
            [DELETE_HUB, DELETE_WEB, PUT_HUB, PUT_WEB],
            id="both wait",
        ),
        pytest.param(
            STALE,
            STALE,
            [PUT_HUB, PUT_WEB],
            [DELETE_HUB, DELETE_WEB, PUT_HUB, PUT_WEB],
            id="both stale",
        ),
        pytest.param(WAITS, WHOLE, [PUT_HUB], [PUT_HUB], id="waits, Connected"),
        pytest.param(WHOLE, WAITS, [PUT_WEB], [PUT_WEB], id="Connected, waits"),
        pytest.param(STALE, WHOLE, [PUT_HUB], [PUT_HUB], id="stale, Connected"),
        pytest.param(WHOLE, STALE, [PUT_WEB], [PUT_WEB], id="Connected, stale"),
    ],
)
def test_the_gentler_way_first_and_another_once_it_did_not_help(hub, web, written, after_failure):
    assert steps(plan_for(hub, web)) == written
    failed = [Reason.BOTH_DISCONNECTED, Reason.UNMATCHED]
    assert steps(plan_for(hub, web, failed=failed)) == after_failure


def test_a_failure_of_one_kind_says_nothing_of_another():
    assert steps(plan_for(LOST, LOST, failed=[Reason.UNMATCHED])) == [PUT_HUB, PUT_WEB]
    assert steps(plan_for(WAITS, WAITS, failed=[Reason.BOTH_DISCONNECTED])) == [PUT_HUB, PUT_WEB]


@pytest.mark.parametrize("other", [ABSENT, STALE, WAITS, WHOLE, LOST, UNKNOWN])
def test_a_pair_with_a_half_in_an_unknown_state_is_not_touched(other):
    for hub, web in ((UNKNOWN, other), (other, UNKNOWN)):
        plan = plan_for(hub, web, failed=[Reason.BOTH_DISCONNECTED, Reason.UNMATCHED])
        assert steps(plan) == []
        assert only_pair(plan).is_settled
        assert set(findings(plan)) == {Reason.UNKNOWN_STATE}


@pytest.mark.parametrize("state", [ABSENT, LOST, WAITS])
def test_not_even_an_option_is_written_beside_an_unknown_state(state):
    hub = vnet("hub", observed("hub", "web", state=UNKNOWN, allowForwardedTraffic=False))
    assert steps(planned(hub, vnet("web", *half("web", "hub", state)))) == []


def test_a_sync_level_that_is_not_known_is_no_reason_to_wait():
    hub = vnet("hub", observed("hub", "web", sync=SyncLevel.UNKNOWN))
    pair = only_pair(planned(hub, vnet("web", observed("web", "hub"))))
    assert (pair.changes, pair.waits, pair.is_settled) == ((), None, True)


@pytest.mark.parametrize("missing", ["half", "hub", "web"])
def test_without_a_guid_nothing_says_that_a_half_is_of_an_earlier_network(missing):
    guids = {"half": EARLIER, "hub": HUB_GUID, "web": WEB_GUID} | {missing: None}
    hub = vnet("hub", observed("hub", "web", state=WAITS, guid=guids["half"]), guid=guids["hub"])
    web = vnet("web", observed("web", "hub", state=WAITS, guid=BOUND), guid=guids["web"])
    assert steps(planned(hub, web)) == [PUT_HUB, PUT_WEB]


REASONS = {
    (ABSENT, ABSENT): ["missing", "missing"],
    (LOST, ABSENT): ["disconnected", "missing"],
    (LOST, LOST): ["both-disconnected", "both-disconnected"],
    (STALE, WAITS): ["unmatched"],
    (STALE, ABSENT): ["missing"],
    (STALE, WHOLE): ["unmatched"],
}


@pytest.mark.parametrize("states", REASONS)
def test_every_write_has_its_reason(states):
    assert [change.reason for change in only_pair(plan_for(*states)).changes] == REASONS[states]


@pytest.mark.parametrize(
    ("half", "reason"),
    [
        pytest.param({"provisioning": "Failed"}, Reason.FAILED, id="failed"),
        pytest.param({"provisioning": "Canceled"}, Reason.FAILED, id="canceled"),
        pytest.param({"allowForwardedTraffic": False}, Reason.OPTIONS_DIFFER, id="option"),
        pytest.param({"allowForwardedTraffic": None}, Reason.OPTIONS_DIFFER, id="option that is absent"),
        pytest.param({"allowVirtualNetworkAccess": None}, None, id="absent option that is right by default"),
        pytest.param({"allowGatewayTransit": True}, Reason.GATEWAY_USE, id="gateway"),
        pytest.param(
            {"allowGatewayTransit": True, "allowForwardedTraffic": False},
            Reason.OPTIONS_DIFFER,
            id="gateway and option",
        ),
        pytest.param({"sync": SyncLevel.LOCAL_NOT_IN_SYNC}, Reason.OUT_OF_SYNC, id="behind"),
        pytest.param({"sync": SyncLevel.LOCAL_AND_REMOTE_NOT_IN_SYNC}, Reason.OUT_OF_SYNC, id="both behind"),
        pytest.param({"sync": SyncLevel.REMOTE_NOT_IN_SYNC}, None, id="the other is behind"),
    ],
)
def test_a_connected_half_is_written_when_it_is_not_as_wanted(half, reason):
    hub = vnet("hub", observed("hub", "web", **half))
    plan = planned(hub, vnet("web", observed("web", "hub")))
    assert [change.reason for change in only_pair(plan).changes] == [reason] * bool(reason)


def test_nothing_is_written_to_a_half_that_is_under_way_nor_what_comes_after_it():
    web = vnet("web")
    busy = only_pair(planned(vnet("hub", observed("hub", "web", state=LOST, provisioning="Updating")), web))
    assert (busy.changes, busy.waits, busy.is_settled) == ((), Reason.UNDER_WAY, False)
    hub = vnet("hub", observed("hub", "web", state=LOST))
    lost = vnet("web", observed("web", "hub", state=LOST, provisioning="Updating"))
    assert steps(planned(hub, lost)) == [PUT_HUB]


def test_a_pair_that_is_still_coming_about_is_waited_for():
    hub = vnet("hub", observed("hub", "web", provisioning="Updating"))
    pair = only_pair(planned(hub, vnet("web", observed("web", "hub"))))
    assert (pair.changes, pair.waits, pair.is_settled) == ((), Reason.UNDER_WAY, False)


def test_a_pair_that_is_as_wanted_is_settled():
    pair = only_pair(plan_for(WHOLE, WHOLE))
    assert (pair.changes, pair.waits, pair.is_settled) == ((), None, True)


def test_a_write_keeps_what_is_not_managed_here_and_leaves_out_what_azure_computes():
    found = observed(
        "hub",
        "web",
        name="By-Hand",
        allowForwardedTraffic=False,
        peerCompleteVnets=False,
        doNotVerifyRemoteGateways=True,
        peeringState="Connected",
        remoteAddressSpace={"addressPrefixes": []},
    )
    (put,) = only_pair(planned(vnet("hub", found), vnet("web", observed("web", "hub")))).changes
    assert put.peering == found.id
    assert put.properties == {
        "remoteVirtualNetwork": {"id": str(found.remote)},
        "allowVirtualNetworkAccess": True,
        "allowForwardedTraffic": True,
        "allowGatewayTransit": False,
        "useRemoteGateways": False,
        "doNotVerifyRemoteGateways": True,
        "peerCompleteVnets": False,
    }


def test_a_drift_of_the_other_half_is_repaired_along_with_a_broken_one():
    other = {"state": WHOLE, "allowForwardedTraffic": False}
    lost_hub = planned(
        vnet("hub", observed("hub", "web", state=LOST)), vnet("web", observed("web", "hub", **other))
    )
    lost_web = planned(
        vnet("hub", observed("hub", "web", **other)), vnet("web", observed("web", "hub", state=LOST))
    )
    assert steps(lost_hub) == [PUT_HUB, PUT_WEB]
    assert steps(lost_web) == [PUT_WEB, PUT_HUB], "the half that is Disconnected keeps the other from it"
    assert [change.reason for change in only_pair(lost_hub).changes] == ["disconnected", "options-differ"]


def test_the_hubs_drift_comes_before_the_spokes_half_that_waits():
    hub = vnet("hub", observed("hub", "web", allowForwardedTraffic=False))
    assert steps(planned(hub, vnet("web"))) == [PUT_HUB, PUT_WEB]


WITH_GATEWAY = PeeringPolicy(subscriptions=frozenset({OWN}), gateway_transit=GatewayTransit.WHEN_AVAILABLE)


def gateway_steps(hub_half, web_half, *, has_gateway=True, failed=()):
    """Each with whether it offers or uses the gateway."""
    plan = planned(
        vnet("hub", *hub_half, has_gateway=has_gateway, guid=HUB_GUID),
        vnet("web", *web_half, guid=WEB_GUID),
        policy=WITH_GATEWAY,
        failed=failed,
    )
    changes = only_pair(plan).changes
    options = {"hub": "allowGatewayTransit", "web": "useRemoteGateways"}
    return [
        (step, getattr(change, "properties", {}).get(options[change.peering.vnet.name]))
        for step, change in zip(steps(plan), changes, strict=True)
    ]


def test_a_gateway_is_offered_before_it_is_used():
    assert gateway_steps([], []) == [(PUT_HUB, True), (PUT_WEB, True)]
    both = [observed("hub", "web")], [observed("web", "hub")]
    assert gateway_steps(*both) == [(PUT_HUB, True), (PUT_WEB, True)]


def test_use_of_a_gateway_ends_before_the_offer_does():
    hub = observed("hub", "web", allowGatewayTransit=True)
    web = observed("web", "hub", useRemoteGateways=True)
    assert gateway_steps([hub], [web], has_gateway=False) == [(PUT_WEB, False), (PUT_HUB, False)]


def test_where_the_spokes_half_has_to_come_first_it_uses_the_gateway_once_that_is_offered():
    lost = observed("web", "hub", state=LOST)
    assert gateway_steps([], [lost]) == [(PUT_WEB, False), (PUT_HUB, True), (PUT_WEB, True)]


def test_a_gateway_is_not_used_while_the_half_that_offers_it_is_away():
    hub = observed("hub", "web", state=WAITS, guid=EARLIER, allowGatewayTransit=True)
    web = observed("web", "hub", state=WAITS, guid=EARLIER)
    both = gateway_steps([hub], [web], failed=[Reason.UNMATCHED])
    assert both == [(DELETE_HUB, None), (DELETE_WEB, None), (PUT_HUB, True), (PUT_WEB, True)]
