"""`docs/glossary.md` as data, and the names that `shared/` gives to things."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs/glossary.md"


@dataclass(frozen=True, slots=True)
class Name:
    """A class, type, function or attribute, and the file it is in."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    word: str
    places: tuple[Name, ...]
    """The first is what the word stands for; the others are compounds of it."""


def rows(text: str) -> list[Row]:
    tables = re.findall(r"^\| ([^|]+) \|[^|]*\|[^|]+\| ([^|]+) \|$", text, re.MULTILINE)
    return [Row(word, tuple(_places(cell))) for word, cell in tables if word not in ("word", "---")]


def _places(cell: str) -> Iterator[Name]:
    module = ""
    for text in re.findall("`([^`]+)`", cell):
        if "/" in text:
            module = text
        else:
            yield Name(module, text)


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(), module)


def modules() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "shared").rglob("*.py"))


def types(module: str) -> list[str]:
    """Classes and type aliases at the top of a module."""
    body = tree(module).body
    classes = [node.name for node in body if isinstance(node, ast.ClassDef)]
    return classes + [node.name.id for node in body if isinstance(node, ast.TypeAlias)]


def is_there(place: Name) -> bool:
    """Whether the module defines the name; `Class.member` is a member in the class's own body."""
    if not (ROOT / place.module).is_file():
        return False
    body: list[ast.stmt] = tree(place.module).body
    *owners, last = place.name.split(".")
    for owner in owners:
        body = [
            inner
            for node in body
            if isinstance(node, ast.ClassDef) and node.name == owner
            for inner in node.body
        ]
    return any(last in _defined(node) for node in body)


def _defined(node: ast.stmt) -> set[str]:
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return {node.name}
        case ast.TypeAlias():
            return {node.name.id}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case ast.Assign():
            return {target.id for target in node.targets if isinstance(target, ast.Name)}
        case _:
            return set()


def words(name: str) -> list[str]:
    """`_OpenChanges` and `open_changes` are both `open` and `changes`."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)]


def ends_with(name: str, ending: str) -> bool:
    """Whether the last words of the name are those of the ending, one or several of it."""
    own, sought = words(name), words(ending)
    last = own[-len(sought) :]
    return last == sought or last == [*sought[:-1], f"{sought[-1]}s"]


def identifiers(source: str) -> Iterator[str]:
    """Every name in the code; strings and comments are none."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            yield token.string
