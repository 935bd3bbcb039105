"""What documents look like, as items: of JSON Schemas, and of JSON that was really written."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tests.contracts.contract import SEPARATOR, Contract

type Schema = Mapping[str, Any]

_PROSE = frozenset({"$schema", "$id", "$defs", "title", "description"})
_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", dict: "object", list: "array"}


def of_schema(schema: Schema) -> Contract:
    """Each property with what is accepted for it, without the prose."""
    return {SEPARATOR.join(path): accepted for path, accepted in _properties(_without_prose(schema, schema))}


def _without_prose(node: Any, root: Schema) -> Any:
    """References are replaced by what they lead to, which has to end somewhere."""
    if isinstance(node, list):
        return [_without_prose(item, root) for item in node]
    if not isinstance(node, dict):
        return node
    if reference := node.get("$ref"):
        node = root["$defs"][reference.removeprefix("#/$defs/")] | {
            k: v for k, v in node.items() if k != "$ref"
        }
    return {
        key: {name: _without_prose(each, root) for name, each in value.items()}
        if key == "properties"
        else _without_prose(value, root)
        for key, value in node.items()
        if key not in _PROSE
    }


def _properties(node: Schema, *path: str) -> Iterator[tuple[tuple[str, ...], Schema]]:
    """The items of a list belong to the property that holds it."""
    owner = node
    while "properties" not in owner and isinstance(owner.get("items"), dict):
        owner = owner["items"]
    for name, each in owner.get("properties", {}).items():
        is_needed = {"required": True} if name in owner.get("required", ()) else {}
        yield (*path, name), _own(each) | is_needed
        yield from _properties(each, *path, name)


def _own(node: Schema) -> dict[str, Any]:
    """Without what is told of its properties by themselves."""
    own = {key: value for key, value in node.items() if key != "items"}
    if "properties" in own:
        del own["properties"]
        own.pop("required", None)
    if isinstance(items := node.get("items"), dict):
        own["items"] = _own(items)
    return own


def of_documents(
    documents: Iterable[Any], describe: Callable[[list[Any]], Any], opaque: Iterable[str] = ()
) -> Contract:
    """Each key of the documents, with what `describe` makes of all values found there.

    The keys within `opaque` paths are not ours.
    """
    found: dict[str, list[Any]] = {}
    for document in documents:
        for path, value in _values(document, frozenset(opaque)):
            found.setdefault(path, []).append(value)
    return {path: describe(values) for path, values in found.items()}


def _values(value: Any, opaque: frozenset[str], *path: str) -> Iterator[tuple[str, Any]]:
    where = SEPARATOR.join(path)
    if path:
        yield where, value
    if isinstance(value, dict) and where not in opaque:
        for name, each in value.items():
            yield from _values(each, opaque, *path, name)
    if isinstance(value, list):
        for each in value:
            if isinstance(each, dict):
                for name, inner in each.items():
                    yield from _values(inner, opaque, *path, name)


def types(values: list[Any]) -> list[str]:
    return sorted({"null" if value is None else _TYPES[type(value)] for value in values})


def examples(values: list[Any]) -> list[Any]:
    """The distinct values themselves; of what has keys or items of its own, only what it is."""
    plain = [value for value in values if not isinstance(value, dict | list)]
    return [json.loads(each) for each in sorted({json.dumps(each) for each in plain})] or types(values)
