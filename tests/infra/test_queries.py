"""Alerts and workbook ask for what the app logs."""

import re

import pytest

from tests.infra import code, kql
from tests.infra.bicep.model import ROOT, Bicep
from tests.infra.bicep.plain import plain

QUERIES = sorted((ROOT / "infra/queries").glob("*.kql"))


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_asks_for_what_is_logged(path):
    assert list(kql.problems(path.read_text())) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("failures", "needs a person {", "needs a parson {", "nothing logs"),
        ("failures", "fact.code", "fact.kode", "has no field kode"),
        ("failures", "fact.advice", "fact.pairs", "has no field pairs"),
        ("hub-capacity", "fact.hubs[", "fact.hub[", "has no field hub"),
        ("refusals", "refusals)", "refused)", "has no field refused"),
        ("failures", "traces", "trace", "no such table"),
        ("failing", "fact.blocked", "fact.advice", "has no field advice"),
        ("functions-failing", "on_schedule", "on_time", "no such function"),
        ("no-reconcile", "unreadable", "unread", "no such outcome"),
        ("no-reconcile", "finished == 0", "done == 0", "no such column as done"),
        ("no-reconcile", "count()", "count(", "unbalanced"),
        ("overlap", "VnetAddressSpacesOverlap", "VnetsOverlap", "never has the code"),
        ("overlap", '"overlap"', '"overlaps"', "never has the code"),
        ("missed-events", "timer", "clock", "nothing is found by clock"),
        ("hub-filling", "hub-full", "hub-fool", "never has the code hub-fool"),
        ("held-back", "other-leftover", "leftovers", "never has the code"),
        ("rights-missing", 'has "Auth', 'has "Aut', "does not know the error"),
        ("functions-failing", "resultCode", "result", "no such column as result"),
        ("repairs", "parse_json(", "json(", "the fact is not parsed"),
        ("repairs", "| summarize", "summarize", "not a step"),
    ],
)
def test_slips_are_found(name, old, new, complaint):
    query = (ROOT / f"infra/queries/{name}.kql").read_text()

    assert any(complaint in problem for problem in kql.problems(query.replace(old, new)))


def test_facts_are_read_from_the_code():
    """Also where their names are passed on, or chosen between."""
    names = {"change applied", "change due", "needs a person", "noticed", "reconciled", "recovered"}

    assert names <= code.facts().keys()
    assert code.facts()["change due"] == {"peering", "change", "reason", "scope"}
    assert {"vnet", "code", "message", "advice"} == code.facts()["noticed"]


def test_every_query_is_used_and_only_once():
    sources = "".join(path.read_text() for path in (ROOT / "infra/modules").glob("*.bicep"))
    loaded = re.findall(r"loadTextContent\('\.\./queries/([\w-]+)\.kql'\)", sources)

    assert sorted(loaded) == [path.stem for path in QUERIES]


def test_alerts_split_by_columns_of_their_queries():
    path = "infra/modules/alerts.bicep"
    rules = plain(Bicep.parse(path, (ROOT / path).read_bytes()).of("var")["rules"].value)
    splits = [
        (dimension["name"], re.findall(r"[\w-]+(?=\.kql)", rule["query"])[0])
        for rule in rules
        for dimension in rule["dimensions"]
    ]

    assert {column for column, _ in splits} == {"code"}
    for column, name in splits:
        assert column in kql.columns_of((ROOT / f"infra/queries/{name}.kql").read_text())
