"""Tables of the code have each key once: a second entry would hide the first.

Ruff's F601 and F602 see literals and plain names, and not members of an enum, as in `{Reason.NO_HUB: ...}`.
"""

import ast
from collections import Counter

import pytest

from tests.docs.test_paths import CODE, ROOT


def keys_given_twice(text: str) -> list[str]:
    return [
        f"line {table.lineno}: {key}"
        for table in ast.walk(ast.parse(text))
        if isinstance(table, ast.Dict)
        for key, count in Counter(ast.unparse(key) for key in table.keys if key).items()
        if count > 1
    ]


def test_no_key_is_given_twice():
    found = {str(path.relative_to(ROOT)): keys_given_twice(path.read_text(encoding="utf-8")) for path in CODE}
    assert {path: keys for path, keys in found.items() if keys} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{Reason.A: 1, Reason.B: 2}", []),
        ("{**one, **other, 'a': {'a': 1}}", []),
        ("{Reason.A: 1, Reason.B: 2, Reason.A: 3}", ["line 1: Reason.A"]),
        ("{'a': {(1, x): 1,\n (1, x): 2}}", ["line 1: (1, x)"]),
    ],
)
def test_a_key_that_is_given_twice_is_found(text, found):
    assert keys_given_twice(text) == found
