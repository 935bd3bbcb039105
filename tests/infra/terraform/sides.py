"""One resource as Bicep has it and as Terraform has it, in one form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tree_sitter import Node

from docs.terraform_module import Block, blocks, names, unquoted, value
from tests.infra.bicep.model import Bicep, Declaration, key, literal, properties, read_estate, walk

type Leaves = dict[str, object]
"""What is under each path: a literal, or the names of the objects in an expression."""

_OF_ITS_OWN = {"name", "parent", "scope", "dependsOn"}
_ENVELOPE = {"location", "tags", "identity"}


@dataclass(frozen=True)
class Side:
    target: str
    envelope: frozenset[str]
    leaves: Leaves


def of_bicep() -> dict[str, Side]:
    """All resources that the two templates deploy, by file and name."""
    return {
        f"{path.removeprefix('infra/').removesuffix('.bicep')}:{name}": _bicep_side(declared)
        for path, bicep in estate().items()
        for name, declared in bicep.of("resource").items()
        if not declared.is_existing
    }


def estate() -> dict[str, Bicep]:
    return {path: bicep for path, bicep in read_estate().items() if not path.startswith("infra/fleet/")}


def of_terraform() -> dict[str, Side]:
    return {each.name: _terraform_side(each) for each in blocks("resource")}


def _bicep_side(declared: Declaration) -> Side:
    assert declared.body is not None
    given = properties(declared.body)
    return Side(
        declared.target,
        frozenset(given.keys() & _ENVELOPE),
        {
            path: leaf
            for name, node in given.items()
            if name not in _OF_ITS_OWN | _ENVELOPE
            for path, leaf in _bicep_leaves(name, node)
        },
    )


def _bicep_leaves(path: str, node: Node) -> Iterator[tuple[str, object]]:
    match node.type:
        case "object":
            for name, inner in properties(node).items():
                yield from _bicep_leaves(f"{path}.{name}", inner)
        case "array":
            for number, inner in enumerate(node.named_children):
                yield from _bicep_leaves(f"{path}.{number}", inner)
        case _:
            found = literal(node)
            expression = {key(each) for each in walk(node) if each.type == "object_property"}
            yield path, expression if found is None else found


def _terraform_side(block: Block) -> Side:
    return Side(
        str(value(block.content["type"])),
        frozenset(block.content.keys() & _ENVELOPE),
        dict(_terraform_leaves("", block.content.get("body", {}))),
    )


def _terraform_leaves(path: str, node: Any) -> Iterator[tuple[str, object]]:
    if isinstance(node, dict):
        for name, inner in node.items():
            if not name.startswith("__"):
                yield from _terraform_leaves(f"{path}.{unquoted(name)}".removeprefix("."), inner)
    elif isinstance(node, list):
        for number, inner in enumerate(node):
            yield from _terraform_leaves(f"{path}.{number}", inner)
    else:
        found = value(node)
        yield path, names(node) if found is None else found


def snake(name: str) -> str:
    """`instanceMemoryMB` is `instance_memory_mb`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def meaning(expression: object) -> object:
    """What both languages say of one value: a file, a parameter, or the value itself."""
    if isinstance(expression, dict):
        return {unquoted(name): meaning(each) for name, each in expression.items()}
    if isinstance(expression, list):
        return [meaning(each) for each in expression]
    if not isinstance(expression, str):
        return expression
    query = re.search(r"queries}?/([\w-]+)\.kql", expression)
    if query:
        return f"{query[1]}.kql"
    parameter = re.fullmatch(r"<(?:string\()?(\w+)\)?>|\$\{(?:tostring\()?var\.(\w+)\)?\}", expression)
    if parameter:
        return f"<{snake(parameter[1] or parameter[2])}>"
    return unquoted(expression)
