"""Whether a spoke uses the hub's gateway, and what is said about it."""

from dataclasses import replace

import pytest

from shared.config.peering_policy import DEFAULT_OPTIONS, GatewayTransit
from shared.model.reasons import Reason
from shared.plan.gateways import GatewayUse, gateway_use
from tests.builders import POLICY, findings, observed, planned, vnet

NEVER, AVAILABLE, ALWAYS = GatewayTransit
OFFERS = observed("hub", "web", allowGatewayTransit=True)
USES = observed("web", "hub", useRemoteGateways=True)
USES_OTHER = observed("web", "other", useRemoteGateways=True)
HUB = vnet("hub", has_gateway=True)
WEB = vnet("web")
USED, UNUSED = GatewayUse(transit=True, use=True), GatewayUse(transit=False, use=False)


def use(hub, web, transit, retiring=(), **options):
    """`options` are configured in so many words."""
    policy = replace(POLICY, gateway_transit=transit)
    for side, given in options.items():
        policy = replace(policy, **{side: {**DEFAULT_OPTIONS, **given}})
    return gateway_use(hub, web, policy, frozenset(half.id for half in retiring))


def without(reason):
    return replace(UNUSED, finding=reason)


@pytest.mark.parametrize(
    ("transit", "hub", "web", "expected"),
    [
        pytest.param(NEVER, HUB, WEB, UNUSED, id="never"),
        pytest.param(AVAILABLE, HUB, WEB, USED, id="available"),
        pytest.param(ALWAYS, HUB, WEB, USED, id="always"),
        pytest.param(AVAILABLE, vnet("hub"), WEB, UNUSED, id="not available"),
        pytest.param(
            ALWAYS, vnet("hub"), WEB, without(Reason.HUB_HAS_NO_GATEWAY), id="always, and there is none"
        ),
        pytest.param(
            AVAILABLE,
            HUB,
            vnet("web", has_gateway=True),
            without(Reason.SPOKE_HAS_GATEWAY),
            id="the spoke has its own",
        ),
        pytest.param(
            AVAILABLE,
            HUB,
            vnet("web", USES_OTHER),
            without(Reason.SPOKE_USES_OTHER_GATEWAY),
            id="the spoke uses another's",
        ),
        pytest.param(
            AVAILABLE, HUB, vnet("web", observed("web", "other")), USED, id="the spoke has another peer"
        ),
        pytest.param(AVAILABLE, HUB, vnet("web", USES), USED, id="the spoke uses it already"),
    ],
)
def test_by_mode(transit, hub, web, expected):
    assert use(hub, web, transit) == expected


def test_a_use_that_is_found_is_kept_and_reported_where_gateways_are_never_used():
    kept = replace(USED, finding=Reason.GATEWAY_IN_USE)
    assert use(vnet("hub", OFFERS, has_gateway=True), vnet("web", USES), NEVER) == kept


@pytest.mark.parametrize(
    ("hub", "web"),
    [
        pytest.param(vnet("hub", OFFERS), vnet("web", USES), id="no gateway"),
        pytest.param(vnet("hub", OFFERS, has_gateway=True), WEB, id="not used"),
        pytest.param(
            vnet("hub", observed("hub", "web"), has_gateway=True), vnet("web", USES), id="not offered"
        ),
    ],
)
def test_what_carries_nothing_through_a_gateway_is_no_use(hub, web):
    assert use(hub, web, NEVER) == UNUSED


def test_options_in_so_many_words_win_over_the_mode():
    hub, web = vnet("hub", OFFERS, has_gateway=True), vnet("web", USES)
    assert use(hub, web, NEVER, spoke_options={"useRemoteGateways": False}) == replace(UNUSED, transit=True)
    assert not use(hub, web, AVAILABLE, hub_options={"allowGatewayTransit": False}).transit
    assert use(vnet("hub"), WEB, NEVER, hub_options={"allowGatewayTransit": True}).transit


def test_another_gateway_is_used_until_the_half_that_uses_it_is_gone():
    web = vnet("web", USES_OTHER)
    assert use(HUB, web, AVAILABLE, [USES_OTHER]) == replace(USED, use=False)
    in_words = {"spoke_options": {"useRemoteGateways": True}}
    assert not use(HUB, web, NEVER, [USES_OTHER], **in_words).use
    assert use(HUB, web, NEVER, **in_words).use


def test_a_missing_gateway_is_reported_once_for_the_hub():
    policy = replace(POLICY, gateway_transit=ALWAYS)
    plan = planned(vnet("hub"), vnet("a"), vnet("b"), policy=policy)
    assert findings(plan) == [Reason.HUB_HAS_NO_GATEWAY]
