"""Step 1: the file parses, and what the grammar is too generous about."""

from collections.abc import Iterator
from itertools import pairwise

from tree_sitter import Node

from tests.infra.bicep.model import Bicep, place, text, walk


def problems(bicep: Bicep) -> Iterator[str]:
    if bicep.root.is_error:
        yield f"{bicep.path}: syntax"
    for statement in bicep.root.children:
        for node in walk(statement):
            if node.is_error or node.is_missing:
                yield f"{place(bicep, node)}: syntax near {text(node)[:40]!r}"
            # Descriptions may have braces, as they are constant anyway.
            is_code = node.type == "string_content" and statement.type != "decorators"
            if is_code and set("${}") & set(text(node)):
                yield f"{place(bicep, node)}: half an interpolation in {text(node)[:40]!r}"
            if node.type in ("assignment_expression", "array_type") and _is_value(node):
                yield f"{place(bicep, node)}: no expression: {text(node)[:40]!r}"
            if node.type in ("object", "array"):
                yield from _unseparated(bicep, node)
        if statement.is_named and statement.type not in _STATEMENTS:
            yield f"{place(bicep, statement)}: {statement.type} is not a statement"
    statements = [each for each in bicep.root.named_children if each.type != "comment"]
    for number, statement in enumerate(statements, 1):
        after = statements[number].type if number < len(statements) else ""
        if statement.type == "decorators" and not after.endswith("_declaration"):
            yield f"{place(bicep, statement)}: a decorator of nothing"


def _is_value(node: Node) -> bool:
    """And not the type of a param or output."""
    return node.parent is not None and not node.parent.type.endswith("_declaration")


def _unseparated(bicep: Bicep, node: Node) -> Iterator[str]:
    """Bicep wants a comma or a new line between items; the grammar does not."""
    items = [child for child in node.children if child.type != "comment"]
    for before, after in pairwise(items):
        if before.is_named and after.is_named and before.end_point[0] == after.start_point[0]:
            yield f"{place(bicep, after)}: no comma before {text(after)[:40]!r}"


_STATEMENTS = {
    "comment",
    "decorators",
    "metadata_declaration",
    "module_declaration",
    "output_declaration",
    "parameter_declaration",
    "resource_declaration",
    "target_scope_assignment",
    "variable_declaration",
}
