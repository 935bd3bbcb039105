"""Names, tags and messages are anybody's: no view lets them become anything but text."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from shared.status.health import HealthCode, HealthProblem
from shared.status.snapshot import Health, Note
from shared.status.views import as_json, dot, markdown, mermaid, page, svg
from tests.pictures import OBSERVED_AT, beside_the_hubs, half, hub, network, snapshot, spoke

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    "</title></style></svg><script>alert(1)</script>",
    "javascript:alert(1)",
    "](https://evil.example) | x | ![y](https://evil.example/z)\n# heading\n```",
    '"]; click a "https://evil.example"; x["',
    'a", URL="https://evil.example", x="\\',
    "end\n  %% subgraph\n  classDef default fill:#f00",
    "\x00\x1b[31m\u202egpj.exe\ud800",
    "#quot;&lt;&#60;",
)


def hostile_spoke(text):
    """A spoke that says it in every place text from Azure can come to."""
    return spoke(
        text,
        Health.IN_TROUBLE,
        network=network(text, text, (text,), id=text, group=text, subscription=text, tags={text: text}),
        to_spoke=half(text, text, name=text, provisioning=text, remote_prefixes=(text,)),
        notes=(Note(code=text, text=text, advice=text),),
    )


def everywhere(text):
    """Pictures of few such spokes and of many, with a hub like them."""
    bad, note = hostile_spoke(text), Note(code=text, text=text, advice=text)
    beside = beside_the_hubs(text, bad.network)
    return [
        snapshot(
            hub(*[bad] * count, network=network(text, text, (text,), group=text), notes=(note,)), **beside
        )
        for count in (1, 40)
    ]


class Elements(HTMLParser):
    """What a browser would make of a page: elements with their attributes, and the text in them."""

    def __init__(self, html):
        super().__init__()
        self.found, self.texts = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, tuple(sorted(name for name, _ in attrs))))

    def handle_data(self, data):
        self.texts.append(data)


@pytest.mark.parametrize("text", HOSTILE)
def test_html_has_the_elements_of_a_harmless_page(text):
    for hostile, harmless in zip(everywhere(text), everywhere("harmless"), strict=True):
        found = Elements(page.render(hostile))
        assert found.found == Elements(page.render(harmless)).found
        assert sum(tag == "script" for tag, _ in found.found) == 1

    complaint = HealthProblem(code=HealthCode.HUB, text=text, advice=text)
    assert [tag for tag, _ in Elements(page.render_failure(complaint, OBSERVED_AT)).found].count(
        "script"
    ) == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_svg_has_the_elements_of_a_harmless_map(text):
    for hostile, harmless in zip(everywhere(text), everywhere("harmless"), strict=True):
        ours, model = (ElementTree.fromstring(svg.render(each)) for each in (hostile, harmless))  # noqa: S314 (we wrote it)
        assert [element.tag for element in ours.iter()] == [element.tag for element in model.iter()]


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_keeps_its_tables(text):
    for hostile, harmless in zip(everywhere(text), everywhere("harmless"), strict=True):
        written, model = (markdown.render(each).splitlines() for each in (hostile, harmless))
        unescaped = re.compile(r"(?<!\\)(?:\\\\)*([|\[<`*])")
        assert [unescaped.findall(line) for line in written] == [unescaped.findall(line) for line in model]


@pytest.mark.parametrize("text", HOSTILE)
def test_mermaid_has_nothing_but_plain_characters_in_its_labels(text):
    for hostile in everywhere(text):
        lines = mermaid.render(hostile).splitlines()
        labels = [label for line in lines for label in re.findall('"([^"]*)"', line)]
        assert len(lines) == len(
            mermaid.render(everywhere("harmless")[len(hostile.hubs[0].spokes) > 1]).splitlines()
        )
        assert all(re.fullmatch(r"(?:[\w .:/,-]|#\d+;|<br/>)*", label) for label in labels)


@pytest.mark.parametrize("text", HOSTILE)
def test_dot_has_the_statements_of_a_harmless_graph(text):
    quoted = re.compile(r'"(?:[^"\\]|\\.)*"')
    for hostile, harmless in zip(everywhere(text), everywhere("harmless"), strict=True):
        assert quoted.sub("", dot.render(hostile)) == quoted.sub("", dot.render(harmless))


@pytest.mark.parametrize("text", HOSTILE)
def test_json_says_it_as_it_is(text):
    [hub_told] = json.loads(as_json.text(as_json.status(everywhere(text)[0])))["hubs"]

    assert hub_told["spokes"][0]["tags"] == {text: text}
