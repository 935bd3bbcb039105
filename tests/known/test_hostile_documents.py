"""Topology documents that nobody would write by accident."""

import pytest

from shared.config.document.loading import parse_document
from shared.config.document.parsing import DocumentError
from tests.known.harness import PLAIN

MOST_CHARACTERS = 2000
DEEP = 5_000


def outcome_of(text):
    """Accepted, refused, or what else came of it."""
    try:
        parse_document(text)
    except DocumentError:
        return "refused"
    except Exception as error:
        return f"ended in {type(error).__name__}"
    return "accepted"


def with_zone(zone):
    return f"{PLAIN}changeWindows: [{{start: 22:00, end: 04:00, timeZone: {zone}}}]\n"


def as_json(rest):
    return f'{{"hubs": [{{"name": "hub", "location": "swedencentral"{rest}}}]}}'


LAUGHS = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefghijklmnopqrst", "bcdefghijklmnopqrstu", strict=True)
)

REFUSED = {
    "binary that is none": f"{PLAIN}tagPrefix: !!binary '***'\n",
    "a set": f"{PLAIN}limits: !!set {{a, b}}\n",
    "an ordered map": f"{PLAIN}limits: !!omap [a: 1]\n",
    "pairs": f"{PLAIN}limits: !!pairs [a: 1]\n",
    "null with text": f"{PLAIN}tagPrefix: !!null x\n",
    "a Python object": f"{PLAIN}tagPrefix: !!python/object/apply:os.system ['id']\n",
    "a list in itself": "&a hubs: &b [*b]\n",
    "a mapping in itself": "&a\nhubs: *a\n",
    "a merge key": "x: &x {name: hub, location: swedencentral}\nhubs: [{<<: *x}]\n",
    "a merge tag": "hubs: [{!!merge '<<': {name: hub, location: swedencentral}}]\n",
    "an alias bomb": f"a: &a [x]\n{LAUGHS}{PLAIN}",
    "deep YAML": f"{PLAIN}spokes: {'[' * DEEP}{']' * DEEP}",
    "deep JSON": f'{{"hubs": {"[" * DEEP}{"]" * DEEP}}}',
    "JSON that does not end": "{" + '"a":[' * DEEP,
    "a key twice": PLAIN + PLAIN,
    "a key twice in JSON": '{"hubs": 1, "hubs": 2}',
    "NaN": '{"hubs": NaN}',
    "no number": f"{PLAIN}limits: {{deletions: .nan}}\n",
    "infinity": f"{PLAIN}limits: {{deletions: 1e400}}\n",
    "a long number": f"{PLAIN}limits: {{deletions: {'9' * 6000}}}\n",
    "a long number in JSON": f'{{"hubs": [], "limits": {{"deletions": {"9" * 6000}}}}}',
    "true for a number": f"{PLAIN}limits: {{deletions: true}}\n",
    "a fraction": f"{PLAIN}limits: {{deletions: 1.0}}\n",
    "NUL": "hubs: \x00",
    "escaped NUL": 'hubs: [{name: "a\\0", location: swedencentral}]',
    "nothing": "",
    "two documents": f"{PLAIN}---\n{PLAIN}",
    "a number for a key": f"1: 2\n{PLAIN}",
    "null for a key": f"~: 2\n{PLAIN}",
    "a list for a key": f"[a]: 2\n{PLAIN}",
    "a mapping for a key": f"? {{a: b}}\n: c\n{PLAIN}",
    "a long key": f"{'k' * 100_000}: 1\n{PLAIN}",
    "a zone that is a way up": with_zone("../../../../etc/hostname"),
    "a zone that is a path": with_zone("/etc/hostname"),
    "a zone with NUL": with_zone('"a\\0b"'),
    "a zone that is a folder": with_zone("Europe"),
    "a long zone": with_zone("a" * 5000),
    "a surrogate for a zone": as_json(
        '}], "changeWindows": [{"start": "22:00", "end": "04:00", "timeZone": "\\ud800"'
    ),
    "a window of no length": f"{PLAIN}changeWindows: [{{start: '24:00', end: '24:00'}}]\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_refused(text):
    assert outcome_of(text) == "refused"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"\ufeff{PLAIN}", id="byte order mark"),
        pytest.param(f"{PLAIN}limits: {{deletions: -0}}\n", id="minus nought"),
        pytest.param(f"{PLAIN}spokes: {{include: [{{name: '{'*a' * 44}'}}]}}\n", id="many stars"),
        pytest.param(f"{PLAIN}spokes: {{include: [{{addressSpace: 0.0.0.0/0}}]}}\n", id="every address"),
        pytest.param(as_json(', "tags": {"\\u202e": "x"}'), id="a tag that turns text around"),
        pytest.param(as_json(', "tags": {"x\\ny": "x"}'), id="a tag with a line break"),
    ],
)
def test_accepted(text):
    assert outcome_of(text) == "accepted"


@pytest.mark.parametrize(
    "line",
    [
        "limits: {deletions: !!int ''}",
        "limits: {deletions: !!float ''}",
        "mesh: !!bool maybe",
        "tagPrefix: !!timestamp x",
    ],
)
@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="a YAML tag whose text is not of its type ends in an error of the parser's own",
)
def test_a_tag_that_does_not_fit_its_text_is_refused(line):
    assert outcome_of(f"{PLAIN}{line}\n") == "refused"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("".join(f"key{number}: 1\n" for number in range(300)) + PLAIN, id="many unknown keys"),
        pytest.param(
            f"x: &r [{', '.join(f'r{number}x' for number in range(40))}]\n"
            f"hubs: [{', '.join(f'{{name: a{number}, location: swedencentral, regions: *r}}' for number in range(40))}]",
            id="one bad list in many hubs",
        ),
        pytest.param(f"a: &a [x]\n{LAUGHS}{PLAIN}", id="an alias bomb"),
    ],
)
@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="what is wrong with a document is told without a limit, which aliases blow up to megabytes",
)
def test_what_is_wrong_is_told_in_few_words(text):
    with pytest.raises(DocumentError) as caught:
        parse_document(text)

    assert len(str(caught.value)) <= MOST_CHARACTERS
