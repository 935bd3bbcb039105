"""What the documents say of the code, and where they point."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from docs import configure_page, operate_page
from shared.engine.report import Outcome
from shared.model.error_codes import CODES
from shared.model.errors import ErrorKind
from shared.model.reasons import Reason
from tests.infra import code

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not {".venv", "node_modules", ".pytest_cache"} & set(path.relative_to(ROOT).parts)
)


def prose(path):
    """Without blocks of code, whose brackets are no links."""
    return re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)


def links(path):
    text = re.sub(r"`[^`\n]*`", "", prose(path))
    found = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"", text)
    return [unquote(first or second) for first, second in found]


def anchors(path):
    """As GitHub makes them of headings: https://github.com/gjtorikian/html-pipeline, toc_filter."""
    slugs = []
    for heading in re.findall(r"^#+ (.*)$", prose(path), flags=re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        slugs.append(f"{slug}-{slugs.count(slug)}" if slug in slugs else slug)
    return set(slugs)


def broken(path):
    """Relative links that lead nowhere."""
    for link in links(path):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        found = (path.parent / target).resolve() if target else path
        is_there = found.exists() and found.is_relative_to(ROOT)
        if not is_there or (anchor and anchor not in anchors(found)):
            yield link


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    assert list(broken(path)) == []


def test_slips_in_links_are_found(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    (tmp_path / "to.md").write_text("# A `b` & C\n\n```\n# not a heading\n```\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[good](to.md#a-b--c) [mail](mailto:a@b) [away](../..) [none](no.md) [worse](to.md#not-a-heading)\n"
        '<img src="no.png">'
    )
    assert list(broken(page)) == ["../..", "no.md", "to.md#not-a-heading", "no.png"]


def test_every_page_is_reached_from_the_readme():
    reached, todo = set(), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            targets = [link.partition("#")[0] for link in links(page) if not re.match(r"[a-z]+:", link)]
            todo += [(page.parent / target).resolve() for target in targets if target]
    assert set((ROOT / "docs").rglob("*.md")) <= reached


def test_every_fact_of_the_log_is_documented_with_its_fields():
    rows = re.findall(r"^\| `([a-z ]+)` \| [^|]*\| ([^|]*)\|", _section("Every fact"), re.MULTILINE)
    assert {name: set(re.findall(r"`(\w+)`", fields)) for name, fields in rows} == code.facts()


def test_every_outcome_of_a_run_is_documented():
    (line,) = re.findall(r"^`outcome` is (.*?)\. `scope`", _section("Every fact"), re.MULTILINE)
    assert re.findall(r"`([a-z-]+)`", line) == list(Outcome)


def _section(heading):
    text = (ROOT / "docs/telemetry.md").read_text()
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def test_every_setting_is_explained():
    assert configure_page.MEANINGS.keys() == code.settings()


def test_the_readme_names_settings_that_there_are():
    table = (ROOT / "README.md").read_text().partition("| setting |")[2].partition("\n\n")[0]
    named = set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    assert {"HUB_VNET_ID", "MODE"} <= named <= configure_page.MEANINGS.keys()


def test_the_runbook_has_every_trouble_that_can_be_reported():
    quiet = {Reason.OTHER_OWNER, Reason.GATEWAY_IN_USE}
    assert operate_page.REASONS.keys() == quiet | {reason for reason in Reason if reason.advice}
    assert operate_page.AZURE.keys() == {name for name, known in CODES.items() if known.advice}
    assert {known.kind for name, known in CODES.items() if name not in operate_page.AZURE} == set(
        ErrorKind
    ) - {ErrorKind.NEEDS_A_PERSON}
