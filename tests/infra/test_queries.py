"""Alerts and workbook ask for what the app logs."""

import json
import re

import pytest

from tests.infra import code, kql
from tests.infra.bicep.model import ROOT, Bicep
from tests.infra.bicep.plain import plain
from tests.infra.kusto import service

QUERIES = sorted((ROOT / "infra/queries").glob("*.kql"))


@pytest.fixture(scope="module")
def said():
    """Of every query, also of those in the documentation, what Kusto's language service says."""
    queries = {path.stem: path.read_text() for path in QUERIES} | dict(_documented())
    return dict(zip(queries, service.complaints(list(queries.values())), strict=True))


def _documented():
    tables = "|".join(service.TABLES)
    for path in sorted(ROOT.glob("docs/**/*.md")):
        blocks = re.findall(r"^```\w*\n(.*?)^```$", path.read_text(), re.MULTILINE | re.DOTALL)
        for i, block in enumerate(blocks):
            if re.match(rf"(?:let \w+ = )?(?:{tables})\s*\|", block):
                yield f"{path.stem}, block {i}", block


def test_kusto_understands_every_query(said):
    assert {name: complaints for name, complaints in said.items() if complaints} == {}
    assert sum("block" in name for name in said) >= 2, "those of the documentation"


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("failures", "traces\n", "trace\n", "KS204"),
        ("due", "lastSaid", "last", "KS228"),
        ("no-reconcile", "finished == 0", "done == 0", "KS142"),
        ("no-reconcile", "isnull(began)", "isnull(began", "Error"),
        ("functions-failing", "resultCode", "result", "KS142"),
        ("repairs", "| summarize", "summarize", "Error"),
        ("repairs", "tostring(fact", "tostrin(fact", "KS"),
    ],
)
def test_kusto_finds_what_it_would_refuse(name, old, new, complaint):
    query = (ROOT / f"infra/queries/{name}.kql").read_text()
    assert old in query

    (found,) = service.complaints([query.replace(old, new)])

    assert any(complaint in each for each in found)


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
        ("failing", "fact.blocked", "fact.advice", "has no field advice"),
        ("functions-failing", "on_schedule", "on_time", "no such function"),
        ("no-reconcile", "unreadable", "unread", "no such outcome"),
        ("overlap", "VnetAddressSpacesOverlap", "VnetsOverlap", "never has the code"),
        ("overlap", '"overlap"', '"overlaps"', "never has the code"),
        ("missed-events", "timer", "clock", "nothing is found by clock"),
        ("hub-filling", "hub-full", "hub-fool", "never has the code hub-fool"),
        ("held-back", "other-leftover", "leftovers", "never has the code"),
        ("rights-missing", 'has "Auth', 'has "Aut', "does not know the error"),
        ("repairs", "parse_json(", "json(", "the fact is not parsed"),
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
    sources = "".join(path.read_text() for path in (ROOT / "infra").glob("*/*.bicep"))
    loaded = re.findall(r"loadTextContent\('\.\./queries/([\w-]+)\.kql'\)", sources)

    assert sorted(loaded) == [path.stem for path in QUERIES]


def test_what_is_counted_is_not_sampled():
    host = json.loads((ROOT / "host.json").read_text())
    kept = host["logging"]["applicationInsights"]["samplingSettings"]["excludedTypes"].split(";")
    counted = {re.search(r"^(\w+)\n", path.read_text(), re.MULTILINE)[1] for path in QUERIES}

    assert "traces" in counted
    assert {table.removesuffix("s").title() for table in counted} <= set(kept)


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
