"""The views that are text: what they tell of hubs and spokes."""

import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

from shared.config.settings import Mode
from shared.engine.report import Outcome
from shared.status.health import HealthCode
from shared.status.snapshot import Health, LastPass, Note, Presence
from shared.status.views import as_json, dot, markdown, mermaid, page
from tests.pictures import beside_the_hubs, hub, network, of_every_health, of_many, snapshot, spoke

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/schema/status.schema.json").read_text())


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(snapshot(), id="no hub"),
        pytest.param(snapshot(hub()), id="no spokes"),
        pytest.param(snapshot(hub(*of_every_health())), id="every health"),
        pytest.param(snapshot(hub(*of_many(30)), hub(spoke(), name="vnet-hub-2")), id="two hubs"),
        pytest.param(
            snapshot(hub(), mode=Mode.AUDIT, last_pass=LastPass(outcome=None, seconds_ago=3)),
            id="no pass yet",
        ),
        pytest.param(snapshot(hub(notes=(Note(code="hub-full", text="full"),))), id="a note of the hub"),
        pytest.param(snapshot(**beside_the_hubs()), id="what belongs to no hub"),
    ],
)
def test_the_status_is_as_the_schema_says(shown):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(as_json.text(as_json.status(shown))), SCHEMA)


def test_the_schema_knows_the_words_of_the_code():
    definitions = SCHEMA["$defs"]
    outcome = SCHEMA["properties"]["lastPass"]["properties"]["outcome"]["enum"]

    assert set(definitions["health"]["enum"]) == set(Health)
    assert set(SCHEMA["properties"]["counts"]["required"]) == set(Health)
    assert set(definitions["spoke"]["properties"]["presence"]["enum"]) == set(Presence)
    assert set(outcome) == {*Outcome, None}
    assert set(SCHEMA["properties"]["mode"]["enum"]) == set(Mode)


def test_everything_the_schema_names_is_always_there():
    def objects(node):
        if isinstance(node, dict):
            if "properties" in node:
                yield node
            for each in node.values():
                yield from objects(each)

    for node in objects(SCHEMA):
        assert set(node["required"]) == set(node["properties"])


def test_markdown_has_a_row_for_each_spoke():
    rows = markdown.render(snapshot(hub(*of_every_health()))).splitlines()

    assert sum(row.startswith("| ") for row in rows) == 2 + 8
    assert (
        "| in trouble | vnet-trouble | westeurope | 10.0.4.0/22 | Disconnected, FullyInSync "
        "| Connected, FullyInSync | overlap: 10.0.4.0/22 is taken: give it another one |"
    ) in rows


def test_what_belongs_to_no_hub_is_in_every_text():
    shown = snapshot(hub(spoke()), **beside_the_hubs())

    rows = markdown.render(shown).splitlines()
    assert "hub 'nobody knows': nobody knows: nobody knows" in rows
    assert "| vnet-lost | westeurope | 10.0.4.0/22 | nobody knows: nobody knows: nobody knows |" in rows
    lines = mermaid.render(shown).splitlines()
    assert '  u0[/"hub nobody knows<br/>cannot be told"\\]:::in-trouble' in lines
    assert '  n0[/"vnet-lost<br/>westeurope 10.0.4.0/22<br/>without a hub"\\]:::in-trouble' in lines
    assert sum("triangle" in line for line in dot.render(shown).splitlines()) == 2


def test_mermaid_draws_what_is_connected_and_what_is_not():
    lines = mermaid.render(snapshot(hub(*of_every_health()))).splitlines()

    assert '  h0s0(["vnet-healthy<br/>westeurope 10.0.4.0/22<br/>healthy"]):::healthy' in lines
    assert "  h0 <--> h0s0" in lines
    assert '  h0 <-. "Connected / absent" .-> h0s1' in lines
    assert sum(line.startswith("  h0 <") for line in lines) == 8
    assert '  h0 <-. "Connected / not seen" .-> h0s7' in lines


def test_dot_draws_each_direction():
    lines = dot.render(snapshot(hub(*of_every_health()))).splitlines()
    arrows = [line for line in lines if " -> " in line]

    assert len(arrows) == 8 + 4
    assert sum("Disconnected" in line for line in arrows) == 1
    assert sum("shape=triangle" in line for line in lines) == 1


@pytest.mark.parametrize(
    ("shown", "headline"),
    [
        pytest.param(snapshot(hub()), "No spokes yet", id="none"),
        pytest.param(snapshot(hub(spoke())), "The one spoke is healthy", id="one"),
        pytest.param(snapshot(hub(spoke()), hub(spoke("b"))), "All 2 spokes are healthy", id="of two hubs"),
        pytest.param(
            snapshot(hub(spoke(), spoke("b", Health.IN_TROUBLE))),
            "2 spokes: 1 in trouble, 1 healthy",
            id="mixed",
        ),
        pytest.param(
            snapshot(hub(spoke(), spoke("vnet-hub-2")), hub(network=network("vnet-hub-2"))),
            "All 2 pairs are healthy",
            id="hubs in mesh",
        ),
        pytest.param(
            snapshot(hub(spoke()), **beside_the_hubs()),
            "The one spoke is healthy, 1 network without a hub, 1 hub that cannot be told",
            id="without a hub",
        ),
    ],
)
def test_the_headline(shown, headline):
    assert f"<h1>{headline}</h1>" in page.render(shown)


@pytest.mark.parametrize(
    ("last", "words"),
    [
        pytest.param(LastPass(outcome=Outcome.BLOCKED, seconds_ago=80), "ended 80 s ago: blocked", id="just"),
        pytest.param(
            LastPass(outcome=Outcome.IN_PROGRESS, seconds_ago=timedelta(minutes=7).seconds),
            "ended 7 min ago: in progress",
            id="a while ago",
        ),
        pytest.param(
            LastPass(outcome=None, seconds_ago=60),
            "No full reconcile is known since this process",
            id="never",
        ),
    ],
)
def test_when_the_last_reconcile_ran(last, words):
    assert words in page.render(snapshot(hub(), last_pass=last))


def test_several_hubs_have_a_map_each_and_a_column():
    html = page.render(snapshot(hub(spoke("a"), name="hub-1"), hub(spoke("b"), name="hub-2")))

    assert html.count('<svg class="map"') == 2
    assert '<th scope="col">Hub</th>' in html
    assert html.count('data-spoke="s0"') == html.count('data-spoke="s1"') == 1


def test_the_ailments_are_words_of_the_document():
    written = (Path(__file__).parents[3] / "docs/status-page.md").read_text()

    assert all(f"`{ailment}`" in written for ailment in HealthCode)
    assert all(f"{health.words}" in written for health in Health)
