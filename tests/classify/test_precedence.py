"""Of what a network could be, the first that applies decides: docs/topology.md, "Spokes"."""

import pytest

from shared.classify.selection import select
from shared.classify.verdicts import Verdict
from shared.config.document.parsing import read_document
from shared.model.ids import GroupId
from tests.builders import OTHER, OWN, estate, observed, vnet, vnet_id

HERE, THERE = vnet_id("web"), vnet_id("web", subscription=OTHER)
THEIRS = observed("web", "a", name="ANM_1")
OFF, UNKNOWN = {"peering-mode": "off"}, {"peering-mode": "none"}
OTHER_HUB = {"peering-hub": "nobody's"}
MAIN = {"name": "main", "id": str(vnet_id("hub"))}
ITSELF, BY_TAG = {"name": "web", "id": str(HERE)}, {"name": "web", "tags": {"role": "hub"}}
EXCLUDED, INCLUDED = {"exclude": [{"name": "web"}]}, {"include": [{"name": "web"}]}
NOT_INCLUDED = {"include": [{"name": "app"}]}


@pytest.mark.parametrize(
    ("one", "hub", "spokes", "verdict"),
    [
        pytest.param(
            vnet(THERE), ITSELF | {"id": str(THERE)}, {}, Verdict.HUB, id="a hub before its subscription"
        ),
        pytest.param(vnet(HERE, THEIRS), ITSELF, {}, Verdict.HUB, id="a hub before its owner"),
        pytest.param(vnet(HERE, tags=OFF), ITSELF, EXCLUDED, Verdict.HUB, id="a hub before tag and rules"),
        pytest.param(
            vnet(HERE, tags=OFF | {"role": "hub"}),
            BY_TAG,
            EXCLUDED,
            Verdict.MAY_BE_HUB,
            id="what could be a hub before tag and rules",
        ),
        pytest.param(
            vnet(THERE, tags=OFF), None, {}, Verdict.OTHER_SUBSCRIPTION, id="the subscription before the tag"
        ),
        pytest.param(vnet(HERE, THEIRS, tags=UNKNOWN), None, {}, Verdict.OTHER_OWNER, id="owner before tag"),
        pytest.param(vnet(HERE, THEIRS), None, EXCLUDED, Verdict.OTHER_OWNER, id="owner before rules"),
        pytest.param(vnet(HERE, tags=OFF), None, EXCLUDED, Verdict.SWITCHED_OFF, id="tag before rules"),
        pytest.param(
            vnet(HERE, tags=UNKNOWN), None, NOT_INCLUDED, Verdict.UNKNOWN_MODE, id="unknown tag before rules"
        ),
        pytest.param(
            vnet(HERE), None, EXCLUDED | INCLUDED, Verdict.EXCLUDED, id="exclusion before inclusion"
        ),
        pytest.param(
            vnet(HERE, tags=OTHER_HUB), None, NOT_INCLUDED, Verdict.NOT_INCLUDED, id="rules before hub's tag"
        ),
        pytest.param(
            vnet(HERE, tags=OTHER_HUB), None, {}, Verdict.UNKNOWN_HUB, id="hub's tag before default"
        ),
    ],
)
def test_the_first_that_applies_decides(one, hub, spokes, verdict):
    document = {"hubs": [MAIN, *[hub] * bool(hub)], "defaultHub": "main"} | (
        {"spokes": spokes} if spokes else {}
    )
    rival = vnet("rival", tags={"role": "hub"})
    networks = estate(vnet("hub"), one, rival, managers={GroupId(OWN, "rg"): None})
    found = select(read_document(document), networks, own=OWN, listed=[OWN])
    assert found.of(one.id).verdict is verdict
