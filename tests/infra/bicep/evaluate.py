"""What an expression of a template comes to for given parameters, before anything is deployed."""

import hashlib
import operator
from collections.abc import Callable, Mapping
from typing import Any

from tree_sitter import Node

from tests.infra.bicep.model import ROOT, Bicep, Declaration, literal, properties, text
from tests.infra.bicep.shapes import resolve

REGIONS_WITH_ZONES = {"swedencentral"}
SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"


class RefusedError(Exception):
    """What the template says of its parameters."""


class Evaluation:
    """One file with its parameters. What only Azure knows, such as an output, stays its own text.

    The grammar lets an access after a lambda swallow it, so templates put such a body in parentheses.
    """

    def __init__(self, bicep: Bicep, subscription: str = SUBSCRIPTION, /, **parameters: Any) -> None:
        self._bicep = bicep
        self._subscription = subscription
        self._known: dict[str, Any] = dict(parameters)

    def of(self, name: str) -> Any:
        """A param or var."""
        if name not in self._known:
            declared = self._bicep.symbols[name]
            if declared.kind not in ("param", "var") or declared.value is None:
                return f"<{name}>"
            self._known[name] = self.value(declared.value, {})
        return self._known[name]

    def bodies(self, declared: Declaration) -> list[dict[str, Any]]:
        """What a module or resource is given, once for each time that it is deployed."""
        value = declared.value
        if value is None or declared.body is None:
            return []
        if value.type == "if_statement" and not self.value(value.named_children[0], {}):
            return []
        if value.type == "for_statement":
            variable = text(value.named_children[0])
            return [
                self.value(declared.body, {variable: item})
                for item in self.value(value.named_children[1], {})
            ]
        return [self.value(declared.body, {})]

    def value(self, node: Node, names: Mapping[str, Any]) -> Any:
        match node.type:
            case "string":
                return "".join(
                    str(self.value(part.named_children[0], names))
                    if part.type == "interpolation"
                    else text(part)
                    for part in node.named_children
                )
            case "number" | "boolean":
                return literal(node)
            case "null":
                return None
            case "array":
                return [self.value(each, names) for each in node.named_children]
            case "object":
                return {name: self.value(each, names) for name, each in properties(node).items()}
            case "identifier":
                return names[text(node)] if text(node) in names else self.of(text(node))
            case "ternary_expression":
                condition, yes, no = node.named_children
                return self.value(yes if self.value(condition, names) else no, names)
            case "unary_expression":
                return not self.value(node.named_children[0], names)
            case "binary_expression":
                return self._binary(node, names)
            case "parenthesized_expression":
                return self.value(node.named_children[0], names)
            case "subscript_expression":
                return self._subscript(node, names)
            case "member_expression":
                of = self.value(node.named_children[0], names)
                name = text(node.named_children[1])
                return of[name] if isinstance(of, dict) and name in of else f"<{text(node)}>"
            case "call_expression":
                return self._call(node, names)
        return f"<{text(node)}>"

    def _binary(self, node: Node, names: Mapping[str, Any]) -> Any:
        left, right = node.named_children
        symbol = next(text(child) for child in node.children if not child.is_named)
        first = self.value(left, names)
        match symbol:
            case "&&":
                return first and self.value(right, names)
            case "||":
                return first or self.value(right, names)
            case "??":
                return self.value(right, names) if first is None else first
        second = self.value(right, names)
        return _OPERATORS[symbol](first, second)

    def _subscript(self, node: Node, names: Mapping[str, Any]) -> Any:
        of, index = (self.value(each, names) for each in node.named_children)
        is_safe = any(text(child).startswith("[?") or text(child) == "?" for child in node.children)
        if is_safe and isinstance(of, list) and index >= len(of):
            return None
        return of[index]

    def _call(self, node: Node, names: Mapping[str, Any]) -> Any:
        name, arguments = text(node.named_children[0]), node.named_children[1].named_children
        if name in ("map", "filter"):
            items = self.value(arguments[0], names)
            variable, body = arguments[1].named_children
            found = [self.value(body, {**names, text(variable): item}) for item in items]
            return found if name == "map" else [x for x, keep in zip(items, found, strict=True) if keep]
        given = [self.value(each, names) for each in arguments]
        match name:
            case "loadTextContent":
                return (ROOT / resolve(self._bicep, given[0])).read_text()
            case "pickZones":
                return ["1"] if given[2] in REGIONS_WITH_ZONES else []
            case "subscription":
                at = given[0] if given else self._subscription
                return {"id": f"/subscriptions/{at}", "subscriptionId": at}
            case "resourceGroup":
                return {"id": "/".join(map(str, given)), "names": given}
            case "fail":
                raise RefusedError(given[0])
        function = _FUNCTIONS.get(name)
        return function(*given) if function else f"<{text(node)}>"


def _union(*given: Any) -> Any:
    if isinstance(given[0], dict):
        return {name: value for each in given for name, value in each.items()}
    return list(dict.fromkeys(item for each in given for item in each))


def _unique(*given: Any) -> str:
    return hashlib.sha256("-".join(map(str, given)).encode()).hexdigest()[:13]


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">": operator.gt,
    "+": operator.add,
}

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "concat": lambda *given: [item for each in given for item in each],
    "contains": lambda of, wanted: wanted in of,
    "empty": lambda of: not of,
    "endsWith": lambda of, end: of.lower().endswith(end.lower()),
    "guid": _unique,
    "join": lambda of, between: between.join(of),
    "last": lambda of: of[-1],
    "length": len,
    "range": lambda start, count: list(range(start, start + count)),
    "replace": lambda of, old, new: of.replace(old, new),
    "resourceId": lambda *given: "/".join(given),
    "skip": lambda of, count: of[count:],
    "split": lambda of, at: of.split(at),
    "startsWith": lambda of, start: of.lower().startswith(start.lower()),
    "string": str,
    "substring": lambda of, start, count: of[start : start + count],
    "take": lambda of, count: of[:count],
    "toLower": str.lower,
    "trim": str.strip,
    "union": _union,
    "uniqueString": _unique,
}
