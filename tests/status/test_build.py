"""From what was observed and decided to what is shown."""

from dataclasses import replace

import pytest

from shared.config.peering_policy import SERVICE_DEFAULTS
from shared.config.settings import Mode
from shared.engine.report import Blocked
from shared.model.changes import Put
from shared.model.errors import ErrorKind, NetworkError
from shared.model.ids import PeeringId, VnetId
from shared.model.observed import ObservedNetworks, ObservedPeering, PeeringState, SyncLevel, Vnet
from shared.model.reasons import Reason
from shared.plan.plan import Finding, PairPlan, Plan
from shared.status.build import build_hub
from shared.status.snapshot import Health
from tests.clouds import SUBSCRIPTION

HUB = VnetId(subscription=SUBSCRIPTION, group="rg-hub", name="hub")
SPOKE = VnetId(subscription=SUBSCRIPTION, group="rg-app", name="app")
HALF = PeeringId(vnet=HUB, name="peer-hub-app")
MISSING = Put(peering=HALF, remote=SPOKE, properties={}, reason=Reason.MISSING)
REFUSED = Blocked(
    vnet=SPOKE, error=NetworkError(kind=ErrorKind.NEEDS_A_PERSON, code="ScopeLocked", message="A lock.")
)


def vnet(id_, *peerings):
    return Vnet(id=id_, location="westeurope", provisioning="Succeeded", peerings=peerings)


def observed(**properties):
    return ObservedPeering(
        id=HALF,
        remote=SPOKE,
        state=PeeringState.CONNECTED,
        sync=SyncLevel.FULLY_IN_SYNC,
        provisioning="Succeeded",
        properties=properties,
    )


def pair(**fields):
    return PairPlan(hub=HUB, spoke=SPOKE, **fields)


def finding(reason, at=SPOKE):
    return Finding(vnet=at, reason=reason, detail="because")


def depict(*pairs, findings=(), refusals=None, mode=Mode.ENFORCE, hub=None):
    plan = Plan(pairs=pairs, findings=findings)
    return build_hub(hub or vnet(HUB), ObservedNetworks.of([vnet(SPOKE)]), plan, refusals or {}, mode)


@pytest.mark.parametrize(
    ("plan", "reason", "health"),
    [
        pytest.param(pair(is_settled=True), None, Health.HEALTHY, id="settled"),
        pytest.param(pair(is_settled=True), Reason.GATEWAY_IN_USE, Health.HEALTHY, id="worth a note"),
        pytest.param(pair(is_settled=True), Reason.OVERLAP, Health.IN_TROUBLE, id="blocked by us"),
        pytest.param(pair(is_settled=True), Reason.OTHER_OWNER, Health.LEFT_ALONE, id="somebody else's"),
        pytest.param(pair(is_settled=True), Reason.UNKNOWN_STATE, Health.UNKNOWN, id="an unknown state"),
        pytest.param(pair(waits=Reason.UNKNOWN_ID), None, Health.UNKNOWN, id="an ID that cannot be parsed"),
        pytest.param(pair(waits=Reason.UNDER_WAY), None, Health.CHANGING, id="a write goes on"),
        pytest.param(pair(changes=(MISSING,)), None, Health.CHANGING, id="a write is due"),
        pytest.param(pair(waits=Reason.CLEARING), None, Health.WAITING, id="something else comes first"),
        pytest.param(pair(waits=Reason.BEING_DELETED, is_settled=True), None, Health.WAITING, id="going"),
    ],
)
def test_how_a_pair_is_doing(plan, reason, health):
    [spoke] = depict(plan, findings=(finding(reason),) if reason else ()).spokes

    assert spoke.health is health


def test_a_refusal_of_azures_is_trouble_until_the_pair_is_settled():
    [refused] = depict(pair(changes=(MISSING,)), refusals={SPOKE: REFUSED}).spokes
    [settled] = depict(pair(is_settled=True), refusals={SPOKE: REFUSED}).spokes

    assert (refused.health, refused.notes[0].code, refused.notes[0].text) == (
        Health.IN_TROUBLE,
        "ScopeLocked",
        "A lock.",
    )
    assert "lock" in refused.notes[0].advice
    assert (settled.health, settled.notes) == (Health.HEALTHY, ())


def test_what_concerns_the_hub_is_told_of_the_hub():
    hub = depict(pair(is_settled=True), findings=(finding(Reason.HUB_HAS_NO_GATEWAY, HUB),))

    assert (hub.health, [note.code for note in hub.notes]) == (Health.IN_TROUBLE, ["hub-has-no-gateway"])
    assert hub.spokes[0].health is Health.HEALTHY
    assert depict(findings=(finding(Reason.HUB_NEARLY_FULL, HUB),)).health is Health.HEALTHY


def test_an_option_that_is_absent_is_shown_as_what_it_means():
    hub = depict(pair(is_settled=True), hub=vnet(HUB, observed(allowForwardedTraffic=True)))

    assert hub.spokes[0].to_spoke.options == {**SERVICE_DEFAULTS, "allowForwardedTraffic": True}


def test_a_state_this_version_does_not_know_is_shown_in_azures_words():
    half = replace(observed(peeringState="Enlightened"), state=PeeringState.UNKNOWN)
    hub = depict(pair(is_settled=True), hub=vnet(HUB, half))

    assert hub.spokes[0].to_spoke.state == "Enlightened"
