"""What is said about documents that cannot be used."""

import json
from copy import deepcopy

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shared.config.document.loading import load_document, parse_document
from shared.config.document.model import TopologyDocument
from shared.config.document.parsing import DocumentError, read_document
from shared.config.document.schema import json_schema
from tests.config.bad_documents import BEYOND_A_SCHEMA, EXPRESSIBLE, KEYS
from tests.config.documents import FULL, LEAST, WEU

SCHEMA = jsonschema.Draft202012Validator(json_schema())


def problems(content):
    with pytest.raises(DocumentError) as caught:
        read_document(content)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(("content", "message"), EXPRESSIBLE.values(), ids=EXPRESSIBLE)
def test_refused_by_the_schema_too(content, message):
    assert problems(content) == [message]
    assert not SCHEMA.is_valid(content)


@pytest.mark.parametrize(("content", "message"), BEYOND_A_SCHEMA.values(), ids=BEYOND_A_SCHEMA)
def test_refused(content, message):
    assert problems(content) == [message]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", f"is empty, accepted is a topology with {KEYS}", id="nothing"),
        pytest.param(
            "hubs: [",
            "is not YAML at line 1, column 8: expected the node content, but found '<stream end>'",
            id="YAML",
        ),
        pytest.param(
            "mesh: true\nhubs:\n- name: a\nmesh: false",
            "is not YAML at line 4, column 1: the key 'mesh' is there twice, first in line 1",
            id="key twice",
        ),
        pytest.param(
            "hubs:\n- name: a\n  name: b",
            "is not YAML at line 3, column 3: the key 'name' is there twice, first in line 2",
            id="key twice within",
        ),
        pytest.param(
            "1: a", "is not YAML at line 1, column 1: a key is not text; put it in quotes", id="number as key"
        ),
        pytest.param(
            "? [a]\n: b",
            "is not YAML at line 1, column 3: a key is not text; put it in quotes",
            id="list as key",
        ),
        pytest.param("a: *b", "is not YAML at line 1, column 4: found undefined alias 'b'", id="alias"),
        pytest.param(
            "hubs: !!python/object/apply:os.getcwd []",
            "is not YAML at line 1, column 7: could not determine a constructor for the tag "
            "'tag:yaml.org,2002:python/object/apply:os.getcwd'",
            id="Python object",
        ),
        pytest.param(
            "a: 1\n---\nb: 2",
            "is not YAML at line 2, column 1: but found another document",
            id="two documents",
        ),
        pytest.param(
            "hubs: \0",
            'is not YAML: unacceptable character #x0000: special characters are not allowed in "<unicode string>", '
            "position 6",
            id="zero byte",
        ),
        pytest.param(
            '{"hubs": [\n],}',
            "is not JSON at line 2, column 2: Illegal trailing comma before end of object",
            id="JSON",
        ),
        pytest.param(
            '{"hubs": [{"name": "a", "name": "b"}]}',
            "has the key 'name' twice in one mapping, accepted is each only once",
            id="key twice in JSON",
        ),
        pytest.param('{"limits": NaN}', "has NaN, which JSON does not know", id="NaN"),
    ],
)
def test_text_that_is_no_document(text, message):
    with pytest.raises(DocumentError) as caught:
        parse_document(text)
    assert str(caught.value) == f"document: {message}"


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, f"a: {'9' * 5000}", f'{{"a": {"9" * 5000}}}']
)
def test_text_made_to_hurt(text):
    with pytest.raises(DocumentError, match=r"^document: cannot be used: "):
        parse_document(text)


def test_a_leading_zero_is_not_guessed_to_be_octal():
    with pytest.raises(DocumentError, match=r"^limits.changes: '010' is not a whole number"):
        parse_document(f"hubs: [{{name: weu, id: {WEU}}}]\nlimits: {{changes: 010}}")


def test_values_that_contain_themselves_are_reported_without_being_written_out():
    with pytest.raises(DocumentError, match=r"hubs\[0\]: a list of 1 is not a mapping"):
        parse_document("hubs: &all [*all]")


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read(tmp_path, content):
    path = tmp_path / "topology.yaml"
    if content:
        path.write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        load_document(path)
    assert str(caught.value).startswith(f"document: {path} cannot be read: ")


def test_everything_at_once():
    content = {
        "hubs": [{"name": "weu", "id": "?"}, {"name": "weu", "location": "eastus"}],
        "defaultHub": "x",
        "spokes": {"include": [{"name": "a b"}, {"hub": "wue"}]},
        "limits": {"deletion": 1},
        "unselected": "no",
    }
    assert [problem.split(": ")[0] for problem in problems(content)] == [
        "hubs[0].id",
        "spokes.include[0].name",
        "limits.deletion",
        "unselected",
        "hubs[1].name",
        "defaultHub",
        "spokes.include[1].hub",
        "spokes.include[1]",
    ]


def test_a_wrong_name_of_a_hub_does_not_put_its_uses_in_the_wrong():
    content = {"hubs": [{"name": "w eu", "id": WEU}], "defaultHub": "weu"}
    assert [problem.split(": ")[0] for problem in problems(content)] == ["hubs[0].name"]


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(content, path=()):
    yield path
    children = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    for key, child in children:
        yield from places(child, (*path, key))


FULL_CONTENT = yaml.safe_load(FULL)


@given(st.sampled_from(list(places(FULL_CONTENT))), _anything)
def test_anything_anywhere_is_read_or_refused_and_never_read_against_the_schema(place, value):
    content = deepcopy(FULL_CONTENT)
    if place:
        inner = content
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = value
    else:
        content = value
    try:
        read_document(content)
    except DocumentError:
        return
    assert SCHEMA.is_valid(content), list(SCHEMA.iter_errors(content))


def test_the_least_and_the_fullest_document_fit_the_schema():
    for content in (LEAST, FULL_CONTENT, json.loads(json.dumps(FULL_CONTENT))):
        assert isinstance(read_document(content), TopologyDocument)
        SCHEMA.validate(content)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(json_schema())
