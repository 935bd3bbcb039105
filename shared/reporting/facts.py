"""One line per fact, for the log: words for people, then JSON for queries."""

import json
import math
from collections.abc import Mapping, Set
from enum import Enum
from typing import Any


class Fact(str):
    """The line, with the name and the fields it was made from, so that metrics say the same."""

    __slots__ = ("fields", "name")
    name: str
    fields: Mapping[str, Any]


def fact(name: str, /, **fields: object) -> Fact:
    """`peering written {"vnet":"...","seconds":1.235}`; a field that is None is left out."""
    known = {field: _plain(value) for field, value in fields.items() if value is not None}
    words = " ".join(name.split())
    line = Fact(f"{words} {json.dumps(known, separators=(',', ':'), allow_nan=False)}")
    line.name, line.fields = words, known
    return line


def _plain(value: object) -> object:
    match value:
        case Enum():
            return str(value)
        case None | bool() | int() | str():
            return value
        case float():
            return round(value, 3) if math.isfinite(value) else str(value)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items() if item is not None}
        case list() | tuple():
            return [_plain(item) for item in value]
        case Set():
            return sorted((_plain(item) for item in value), key=str)
        case _:
            return str(value)
