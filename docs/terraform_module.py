"""The Terraform module as its syntax tells it: variables, outputs, resources."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import hcl2

MODULE = Path(__file__).parents[1] / "infra/terraform"

_NAME = re.compile(r'"?([\w.]+)"?\s*=(?![=>])')


@dataclass(frozen=True)
class Block:
    """A variable, output, resource or data source with the words after its keyword."""

    labels: tuple[str, ...]
    content: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.labels[-1]


@cache
def parsed(folder: Path = MODULE) -> dict[str, Any]:
    """All files of a folder, which Terraform takes for one."""
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("*.tf")):
        for keyword, blocks in hcl2.loads(path.read_text()).items():
            found.setdefault(keyword, []).extend(blocks)
    return found


def blocks(keyword: str, folder: Path = MODULE) -> tuple[Block, ...]:
    return tuple(
        Block(labels, content)
        for each in parsed(folder).get(keyword, [])
        for labels, content in _labelled(each, 2 if keyword in ("resource", "data") else 1)
    )


def _labelled(block: Mapping[str, Any], depth: int) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    for label, content in block.items():
        if label in ("__is_block__", "__comments__"):
            continue
        if depth == 1:
            yield (unquoted(label),), content
        else:
            for labels, inner in _labelled(content, depth - 1):
                yield (unquoted(label), *labels), inner


def local(name: str) -> Any:
    return next(each[name] for each in parsed()["locals"] if name in each)


def unquoted(text: str) -> str:
    """The name of an attribute or label, with or without its quotes."""
    return str(json.loads(text)) if text.startswith('"') else text


def value(node: Any) -> Any:
    """A literal; None for an expression, and for a text with one in it."""
    if isinstance(node, str):
        is_text = node.startswith('"') and "${" not in node
        return json.loads(node) if is_text else None
    return node


def names(expression: str) -> set[str]:
    """The attributes of all objects in an expression."""
    without_texts = re.sub(r'"[^"]*"(?!\s*=(?![=>]))', "", expression)
    return set(_NAME.findall(without_texts))
