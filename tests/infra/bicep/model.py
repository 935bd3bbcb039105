"""A Bicep file as its syntax tree tells it: declarations, objects, literals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

ROOT = Path(__file__).parents[3]

_parser = Parser(Language(tree_sitter_bicep.language()))


@dataclass(frozen=True)
class Declaration:
    """A param, var, resource, module or output."""

    kind: str
    name: str
    node: Node
    decorators: tuple[Node, ...]

    @property
    def value(self) -> Node | None:
        """What comes last: the default of a param, the value of the rest."""
        last = self.node.named_children[-1]
        return None if last.type == "type" or len(self.node.named_children) == 1 else last

    @property
    def type_name(self) -> str:
        return next((text(child) for child in self.node.named_children if child.type == "type"), "")

    @property
    def target(self) -> Any:
        """`type@version` of a resource, path of a module."""
        strings = (child for child in self.node.named_children if child.type == "string")
        return literal(next(strings)) if self.kind in ("resource", "module") else ""

    @property
    def body(self) -> Node | None:
        """The object, whether or not there is an `if` or a `for` around it."""
        node = self.value
        while node is not None and node.type in ("if_statement", "for_statement"):
            node = node.child_by_field_name("body") or node.named_children[-1]
        return node if node is not None and node.type == "object" else None

    @property
    def is_existing(self) -> bool:
        return any(child.type == "existing" or text(child) == "existing" for child in self.node.children)

    @property
    def is_loop(self) -> bool:
        return self.value is not None and self.value.type == "for_statement"

    @property
    def allowed(self) -> list[object] | None:
        for decorator in self.decorators:
            call = decorator.named_children[0]
            if text(call.named_children[0]) == "allowed":
                return [literal(item) for item in call.named_children[1].named_children[0].named_children]
        return None


@dataclass(frozen=True, eq=False)
class Bicep:
    """One file; another parse of it is another one."""

    path: str
    root: Node

    @classmethod
    def parse(cls, path: str, source: bytes) -> Self:
        return cls(path, _parser.parse(source).root_node)

    @cached_property
    def declarations(self) -> tuple[Declaration, ...]:
        return tuple(self._declarations())

    def _declarations(self) -> Iterator[Declaration]:
        decorators: tuple[Node, ...] = ()
        for node in self.root.named_children:
            if node.type == "decorators":
                decorators = tuple(node.named_children)
            elif node.type in _KINDS:
                yield Declaration(_KINDS[node.type], text(node.named_children[0]), node, decorators)
                decorators = ()

    def of(self, kind: str) -> dict[str, Declaration]:
        return {each.name: each for each in self.declarations if each.kind == kind}

    @cached_property
    def symbols(self) -> dict[str, Declaration]:
        return {each.name: each for each in self.declarations if each.kind != "output"}

    @cached_property
    def target_scope(self) -> str:
        for node in self.root.named_children:
            if node.type == "target_scope_assignment":
                return str(literal(node.named_children[-1]))
        return "resourceGroup"


_KINDS = {
    "parameter_declaration": "param",
    "variable_declaration": "var",
    "resource_declaration": "resource",
    "module_declaration": "module",
    "output_declaration": "output",
}

type Estate = Mapping[str, Bicep]
"""All Bicep files by their path from the repository's root."""


def read_estate() -> dict[str, Bicep]:
    paths = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "infra").rglob("*.bicep"))
    return {path: Bicep.parse(path, (ROOT / path).read_bytes()) for path in paths}


def text(node: Node) -> str:
    return (node.text or b"").decode()


def walk(node: Node) -> Iterator[Node]:
    """The node and all beneath it, in the order of the text."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def properties(body: Node) -> dict[str, Node]:
    """Names and values of an object; of a repeated name the last."""
    return {
        key(each): each.named_children[-1] for each in body.named_children if each.type == "object_property"
    }


def key(prop: Node) -> str:
    first = prop.named_children[0]
    return str(literal(first)) if first.type == "string" else text(first)


def literal(node: Node) -> object:
    """A string without interpolation, number or boolean; None for everything else."""
    match node.type:
        case "string":
            parts = node.named_children
            if any(part.type == "interpolation" for part in parts):
                return None
            return "".join(text(part) for part in parts)
        case "number":
            return int(text(node))
        case "boolean":
            return text(node) == "true"
    return None


def place(bicep: Bicep, node: Node) -> str:
    return f"{bicep.path}:{node.start_point[0] + 1}"
