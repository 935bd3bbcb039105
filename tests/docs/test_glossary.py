"""One word, one meaning, one class: `docs/glossary.md` against `shared/`."""

import re
from collections import Counter
from collections.abc import Collection, Iterator

import pytest

from docs.generate import PAGES
from tests.docs.glossary import (
    GLOSSARY,
    ROOT,
    Name,
    Row,
    ends_with,
    identifiers,
    is_there,
    modules,
    rows,
    types,
    words,
)

RETIRED = frozenset(
    {"announcer", "brake", "brakes", "depict", "disc", "door", "ending", "gate", "hearsay", "hope"}
    | {"journal", "ledger", "lookout", "memory", "notice", "notices", "outlet", "overlay", "pace", "picture"}
    | {"shift", "shifts", "told", "untold"}
)
"""Words of ours that standard ones have replaced: no name in the code has one of them in it."""
EVERYDAY = frozenset({"ending", "hope", "memory", "notice", "picture"})
"""Those that documents may use in their everyday sense."""


@pytest.fixture(scope="module")
def glossary() -> list[Row]:
    return rows(GLOSSARY.read_text())


@pytest.fixture(scope="module")
def defined() -> list[Name]:
    return [Name(module, name) for module in modules() for name in types(module)]


def second_ones(glossary: Collection[Row], defined: Collection[Name]) -> Iterator[Name]:
    """Classes that end in a word of the glossary, or in the class it stands for, and are not in the glossary.

    `_Hub`, `FoundHub` and `Hubs` all end in "hub". A compound is allowed once the glossary says what it is.
    """
    listed = {place for row in glossary for place in row.places}
    for row in glossary:
        first = row.places[0]
        taken = {row.word} | ({first.name} if first in defined else set())
        for one in defined:
            if one not in listed and any(ends_with(one.name, word) for word in taken):
                yield one


def test_every_place_that_the_glossary_names_is_there(glossary):
    assert len(glossary) > 20
    assert [place for row in glossary for place in row.places if not is_there(place)] == []


def test_every_word_has_one_row(glossary):
    assert [word for word, count in Counter(row.word for row in glossary).items() if count > 1] == []
    assert all(row.places for row in glossary)


def test_no_second_class_takes_a_word_of_the_glossary(glossary, defined):
    assert list(second_ones(glossary, defined)) == []


@pytest.mark.parametrize("name", ["Hub", "_Hub", "Hubs", "LostHub", "ObservedPeering", "Half"])
def test_a_second_class_is_found(name):
    hub, half = Name("shared/a.py", "Hub"), Name("shared/b.py", "ObservedPeering")
    other = Name("shared/other.py", name)
    assert set(second_ones([Row("hub", (hub,)), Row("half", (half,))], [hub, half, other])) == {other}


@pytest.mark.parametrize("name", ["HubView", "Github", "HalfState"])
def test_a_class_of_another_thing_is_left_alone(name):
    hub, other = Name("shared/a.py", "Hub"), Name("shared/other.py", name)
    assert list(second_ones([Row("hub", (hub,)), Row("half", (hub,))], [hub, other])) == []


def test_no_class_is_defined_twice(defined):
    counted = Counter(one.name for one in defined if not one.name.startswith("_"))
    assert [name for name, count in counted.items() if count > 1] == []


def retired_names() -> set[str]:
    sources = ((ROOT / module).read_text() for module in modules())
    return {name for source in sources for name in identifiers(source) if RETIRED & set(words(name))}


def test_no_name_has_a_retired_word():
    assert retired_names() == set()


MADE_BY_CODE = {ROOT / "docs" / name for name in PAGES}
WRITTEN_BY_HAND = [
    page
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
    if page not in MADE_BY_CODE
]


@pytest.mark.parametrize("page", WRITTEN_BY_HAND, ids=lambda page: str(page.relative_to(ROOT)))
def test_documents_do_without_retired_words(page):
    """Code and quotes of the log keep theirs until they change themselves."""
    text = re.sub("```.*?```|`[^`]*`", "", page.read_text(), flags=re.DOTALL).lower()
    assert set(re.findall("[a-z]+", text)) & (RETIRED - EVERYDAY) == set()


def test_names_are_split_into_words():
    assert words("_MAX_ALERTS") == ["max", "alerts"]
    assert words("RunLog") == ["run", "log"]
    assert list(identifiers("told = 'journal'  # ledger")) == ["told"]
