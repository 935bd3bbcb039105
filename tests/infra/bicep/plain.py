"""A Bicep object as plain values."""

from typing import Any

from tree_sitter import Node

from tests.infra.bicep.model import literal, properties, text


def plain(node: Node) -> Any:
    """Dictionaries, lists and literals; an expression stays its own text in `<>`."""
    match node.type:
        case "object":
            return {name: plain(value) for name, value in properties(node).items()}
        case "array":
            return [plain(item) for item in node.named_children]
    value = literal(node)
    return f"<{text(node)}>" if value is None else value
