"""Gateways during a move: the new one is taken up last, none in use is lost."""

import pytest

from shared.engine.report import Outcome
from shared.model.reasons import Reason
from tests.stories.moves.spoke import (
    HUBS,
    MOVE,
    NEW,
    OLD,
    TAKE_GATEWAY,
    WEB,
    History,
    connected,
    has_moved,
    told,
    uses_gateway,
    with_gateways,
)
from tests.stories.test_estates import (
    ANY_TIME,
    found,
    two_regions,
)
from tests.stories.test_pairs import gateway_in


@pytest.mark.parametrize("transit", ["when-available", "always"])
async def test_the_new_hubs_gateway_is_taken_up_last(transit):
    cloud = two_regions()
    with_gateways(cloud)
    await cloud.run(GATEWAY_TRANSIT=transit)
    assert uses_gateway(cloud, OLD)
    cloud.retag(WEB, peering_hub="eus2")
    history = History(cloud)

    report = await history.run(cloud.id(WEB), GATEWAY_TRANSIT=transit)

    assert (report.outcome, found(report)) == (Outcome.SETTLED, {})
    assert has_moved(cloud)
    assert uses_gateway(cloud, NEW)
    assert history.writes == [*MOVE, TAKE_GATEWAY]
    assert all(history.connected)
    assert cloud.arm.counters.writes_refused == {}


IN_SO_MANY_WORDS = {
    "HUB_PEERING_OPTIONS": "allowGatewayTransit=true",
    "SPOKE_PEERING_OPTIONS": "useRemoteGateways=true",
}


async def test_a_gateway_asked_for_in_so_many_words_is_taken_up_last_too():
    cloud = two_regions()
    cloud.text = ANY_TIME.replace("mesh: true", "mesh: false")
    with_gateways(cloud)
    await cloud.run(**IN_SO_MANY_WORDS)
    cloud.retag(WEB, peering_hub="eus2")

    report = await cloud.run(cloud.id(WEB), **IN_SO_MANY_WORDS)

    assert report.outcome is Outcome.SETTLED
    assert has_moved(cloud)
    assert uses_gateway(cloud, NEW)
    assert cloud.arm.counters.writes_refused == {}


@pytest.mark.parametrize(
    ("gateways", "transit"), [((OLD,), "when-available"), (HUBS, "never")], ids=["none there", "never"]
)
async def test_a_spoke_that_would_lose_the_use_of_a_gateway_stays_until_it_uses_none(gateways, transit):
    cloud = two_regions()
    for hub in gateways:
        gateway_in(cloud, hub)
    await cloud.run(GATEWAY_TRANSIT="when-available")
    cloud.retag(WEB, peering_hub="eus2")

    report = await cloud.run(cloud.id(WEB), GATEWAY_TRANSIT=transit)

    assert report.outcome is Outcome.SETTLED
    assert connected(cloud) == [OLD, NEW]
    assert uses_gateway(cloud, OLD)
    assert "uses that hub's gateway and would have none" in told(report)

    cloud.half(WEB, OLD).flags.use_remote_gateways = False
    report = await cloud.run(cloud.id(WEB), GATEWAY_TRANSIT=transit)

    assert has_moved(cloud)
    assert Reason.OTHER_HUB not in found(report)


@pytest.mark.parametrize(
    ("gateways", "settings"),
    [
        pytest.param((OLD,), IN_SO_MANY_WORDS, id="none there"),
        pytest.param(
            HUBS,
            {"GATEWAY_TRANSIT": "when-available", "HUB_PEERING_OPTIONS": "allowGatewayTransit=false"},
            id="not offered",
        ),
    ],
)
async def test_options_in_so_many_words_do_not_cost_a_spoke_the_gateway_that_it_uses(gateways, settings):
    cloud = two_regions()
    cloud.text = ANY_TIME.replace("mesh: true", "mesh: false")
    for hub in gateways:
        gateway_in(cloud, hub)
    await cloud.run(GATEWAY_TRANSIT="when-available")
    cloud.retag(WEB, peering_hub="eus2")

    report = await cloud.run(cloud.id(WEB), **settings)

    assert "uses that hub's gateway and would have none" in told(report)
    assert OLD in connected(cloud)
    assert uses_gateway(cloud, OLD)
