"""Types of a document's values: each reads a value, says what it accepts, and gives its JSON Schema.

Reading returns None for a value that cannot be used, and adds the problem to a list, so that all are found at once.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from reprlib import Repr
from typing import Any, Protocol

from ..formats import did_you_mean

_short = Repr(maxstring=120)

type Schema = Mapping[str, Any]
type Clean = dict[str, Any]
"""A mapping of the document with its known keys; a value is parsed, or None where it cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    path: str
    wrong: str
    """Begins with the value, and says what is accepted."""

    def __str__(self) -> str:
        return f"{self.path or 'document'}: {self.wrong}"


class ValueType(Protocol):
    @property
    def accepted(self) -> str: ...

    @property
    def schema(self) -> Schema: ...

    def read(self, value: object, path: str, problems: list[Problem]) -> Any | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Text that `parse` takes, or refuses with a `ValueError`."""

    parse: Callable[[str], object]
    accepted: str
    pattern: Schema

    @property
    def schema(self) -> Schema:
        return {"type": "string", **self.pattern}

    def read(self, value: object, path: str, problems: list[Problem]) -> Any | None:
        if not isinstance(value, str):
            quotes = ", in quotes" if isinstance(value, (bool, int, float)) else ""
            refuse(value, path, "is not text", self.accepted + quotes, problems)
            return None
        try:
            return self.parse(value)
        except ValueError as error:
            problems.append(Problem(path=path, wrong=f"{shown(value)} {error}"))
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer:
    low: int
    high: int

    @property
    def accepted(self) -> str:
        return f"a whole number from {self.low} to {self.high}"

    @property
    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}

    def read(self, value: object, path: str, problems: list[Problem]) -> int | None:
        if isinstance(value, bool) or not isinstance(value, int):
            refuse(value, path, "is not a whole number", self.accepted, problems)
            return None
        if not self.low <= value <= self.high:
            refuse(value, path, "is out of range", self.accepted, problems)
            return None
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Boolean:
    accepted: str = "true or false"
    schema: Schema = field(default_factory=lambda: {"type": "boolean"})

    def read(self, value: object, path: str, problems: list[Problem]) -> bool | None:
        if not isinstance(value, bool):
            refuse(value, path, "is neither true nor false", self.accepted, problems)
            return None
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """A list of at least one item; with `or_one` also a single item without the list."""

    item: ValueType
    or_one: bool = False

    @property
    def accepted(self) -> str:
        if self.or_one:
            return f"{self.item.accepted}, or a list of such"
        return f"a list, each entry {self.item.accepted}"

    @property
    def schema(self) -> Schema:
        items = {"type": "array", "items": self.item.schema, "minItems": 1, "uniqueItems": self.is_set}
        return {"anyOf": [self.item.schema, items]} if self.or_one else items

    def read(self, value: object, path: str, problems: list[Problem]) -> tuple[Any, ...] | None:
        if self.or_one and not isinstance(value, list):
            found = self.item.read(value, path, problems)
            return None if found is None else (found,)
        if not isinstance(value, list):
            refuse(value, path, "is not a list", self.accepted, problems)
            return None
        if not value:
            refuse(value, path, "is empty", self.accepted, problems)
            return None
        found = [self.item.read(one, f"{path}[{index}]", problems) for index, one in enumerate(value)]
        for index, one in enumerate(found):
            if one is not None and self.is_set and one in found[:index]:
                at = f"{path}[{found.index(one)}]"
                refuse(value[index], f"{path}[{index}]", f"repeats {at}", "each only once", problems)
        return tuple(found)

    @property
    def is_set(self) -> bool:
        return not isinstance(self.item, Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """Tag names with the value of each, which may be a glob."""

    name: Text
    value: Text

    @property
    def accepted(self) -> str:
        return "names of tags, each with its value, such as environment: prod"

    @property
    def schema(self) -> Schema:
        names = {name: what for name, what in self.name.schema.items() if name != "type"}
        return {
            "type": "object",
            "minProperties": 1,
            "propertyNames": names,
            "additionalProperties": self.value.schema,
        }

    def read(self, value: object, path: str, problems: list[Problem]) -> dict[str, str] | None:
        if not isinstance(value, dict):
            refuse(value, path, "is not a mapping", self.accepted, problems)
            return None
        if not value:
            refuse(value, path, "is empty", self.accepted, problems)
            return None
        found: dict[str, str] = {}
        for name, wanted in value.items():
            at = f"{path}.{name}"
            if any(isinstance(name, str) and name.lower() == other.lower() for other in found):
                refuse(name, at, "is there twice", "each only once, as Azure ignores its case", problems)
            elif self.name.read(name, at, problems) is not None:
                found[name] = self.value.read(wanted, at, problems) or ""
        return found


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a mapping; `default` is only for people and editors, since the model has its own."""

    name: str
    type: ValueType
    meaning: str
    default: str | int | bool | None = None
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A mapping with known keys."""

    what: str
    keys: tuple[Key, ...]
    restrictions: Schema = field(default_factory=dict)
    """JSON Schema for how the keys go together; `parsing` checks the same."""

    @property
    def accepted(self) -> str:
        return f"{self.what} with {', '.join(key.name for key in self.keys)}"

    @property
    def schema(self) -> Schema:
        properties = {
            key.name: {
                "description": key.meaning,
                **key.type.schema,
                **({} if key.default is None else {"default": key.default}),
            }
            for key in self.keys
        }
        required = [key.name for key in self.keys if key.required]
        return {
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
            "additionalProperties": False,
            **self.restrictions,
        }

    def read(self, value: object, path: str, problems: list[Problem]) -> Clean | None:
        if not isinstance(value, dict):
            refuse(value, path, "is not a mapping", self.accepted, problems)
            return None
        types = {key.name: key.type for key in self.keys}
        found: Clean = {}
        for name, one in value.items():
            at = join(path, name)
            if name in types:
                found[name] = types[name].read(one, at, problems)
            else:
                known = f"{', '.join(types)}{did_you_mean(str(name), types)}"
                problems.append(Problem(path=at, wrong=f"is not known, accepted are {known}"))
        for key in self.keys:
            if key.required and key.name not in value:
                wrong = f"is missing, accepted is {key.type.accepted}"
                problems.append(Problem(path=join(path, key.name), wrong=wrong))
        return found


def join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


def refuse(value: object, path: str, wrong: str, accepted: str, problems: list[Problem]) -> None:
    found = "is empty" if value is None else f"{shown(value)} {wrong}"
    problems.append(Problem(path=path, wrong=f"{found}, accepted is {accepted}"))


def shown(value: object) -> str:
    """A value as messages show it, never longer than a line or two."""
    match value:
        case str():
            return _short.repr(value)
        case dict():
            return "a mapping"
        case []:
            return "a list"
        case list():
            return f"a list of {len(value)}"
        case _:
            return _short.repr(json.dumps(value, default=str)).strip("'")


def snake(clean: Clean) -> Clean:
    """The keys as Python spells them."""
    return {re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", key): value for key, value in clean.items()}


def walk(value_type: ValueType, path: str = "") -> Iterator[tuple[str, Key]]:
    """Every key within a type with its path, in the order of the document."""
    match value_type:
        case ListOf(item=item):
            yield from walk(item, f"{path}[]")
        case Record(keys=keys):
            for key in keys:
                at = join(path, key.name)
                yield at, key
                yield from walk(key.type, at)
        case _:
            return
