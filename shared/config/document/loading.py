"""A topology document as text: YAML or JSON, or a file of either."""

import json
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from .fields import Problem
from .model import TopologyDocument
from .parsing import DocumentError, read_document


def parse_document(text: str) -> TopologyDocument:
    """What begins with a brace is JSON. Raises `DocumentError`."""
    return read_document(_json(text) if text.lstrip().startswith("{") else _yaml(text))


def load_document(path: Path) -> TopologyDocument:
    """Raises `DocumentError`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _error(f"{path} cannot be read: {error}") from error
    return parse_document(text)


def _error(wrong: str) -> DocumentError:
    return DocumentError([Problem(path="", wrong=wrong)])


def _json(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _error(f"is not JSON at {where}: {error.msg}") from error
    except DocumentError:
        raise
    except (ValueError, RecursionError) as error:
        raise _error(f"cannot be used: {error}") from error


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _error(f"has the key {key!r} twice in one mapping, accepted is each only once")
        found[key] = value
    return found


def _no_constant(name: str) -> None:
    raise _error(f"has {name}, which JSON does not know")


def _yaml(text: str) -> object:
    try:
        return yaml.load(text, _Loader)  # noqa: S506 (a SafeLoader that knows still fewer types)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise _error(f"is not YAML{where}: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise _error(f"is not YAML: {' '.join(str(error).split())}") from error
    except (ValueError, RecursionError) as error:
        raise _error(f"cannot be used: {error}") from error


class _Loader(yaml.SafeLoader):
    """Plain words as in YAML 1.2: only true and false are flags, so that `off` and `22:00` are text.

    https://yaml.org/spec/1.2.2/#103-core-schema
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (as PyYAML declares it)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: dict[object, int] = {}
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key is not text; put it in quotes", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None,
                    None,
                    f"the key {key!r} is there twice, first in line {seen[key]}",
                    key_node.start_mark,
                )
            seen[key] = line
        return super().construct_mapping(node, deep=deep)


for _tag, _pattern, _first in (
    ("null", "~|null|Null|NULL|", [*"~nN", ""]),
    ("bool", "true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("int", "[-+]?(?:0|[1-9][0-9]*)", [*"-+0123456789"]),
    ("float", r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", [*"-+.0123456789"]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)
