"""What an expression is worth: its kind and, where known, its members.

The grammar lets a member access swallow the whole `a ? b : c` in `a ? b : c.d`; `_Shaper` gives it back to `c`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from tree_sitter import Node

from tests.infra.bicep.functions import FUNCTIONS
from tests.infra.bicep.model import ROOT, Bicep, Declaration, Estate, literal, place, properties, text
from tests.infra.bicep.schemas import schema_of
from tests.infra.bicep.shape import (
    ANY,
    BOOL,
    INT,
    STRING,
    Shape,
    common,
    of_json,
    of_names,
    of_resource,
)

_BINARY_BOOL = {"==", "!=", "<", ">", "<=", ">=", "&&", "||", "=~", "!~"}
_LOOSE = {"ternary_expression", "binary_expression", "unary_expression", "lambda_expression"}


@dataclass
class Shaper:
    """Shapes the expressions of one file, and collects what cannot be."""

    estate: Estate
    bicep: Bicep
    problems: list[str] = field(default_factory=list)
    _locals: dict[str, Shape] = field(default_factory=dict)
    _under_way: set[str] = field(default_factory=set)

    def check(self) -> list[str]:
        for declaration in self.bicep.declarations:
            if declaration.value is not None:
                shape = self.shape(declaration.value)
                wanted = declaration.type_name
                if wanted and not fits(shape.kind, wanted):
                    self._complain(declaration.node, f"{declaration.name} is {shape.kind}, not {wanted}")
        return self.problems

    def shape(self, node: Node, *accesses: Node) -> Shape:
        """The shape of a node, and of the accesses that follow it, the nearest first."""
        if node.type in ("member_expression", "subscript_expression"):
            return self.shape(node.named_children[0], node, *accesses)
        if accesses and node.type in _LOOSE:
            *others, last = node.named_children
            for other in others:
                if node.type != "lambda_expression":
                    self.shape(other)
            return self.shape(last, *accesses)
        shape = self._plain(node)
        for access in accesses:
            shape = self._access(shape, access)
        return shape

    def _access(self, shape: Shape, access: Node) -> Shape:
        if access.type == "subscript_expression":
            index = access.named_children[1]
            self.shape(index)
            if shape.kind == "array":
                return shape.element or ANY
            if shape.kind == "string":
                self._complain(access, "a string has no elements")
            return shape.element or ANY
        name = text(access.named_children[1])
        if shape.kind in ("string", "int", "bool", "array"):
            self._complain(access, f"{shape.kind} has no member {name}")
        if shape.members is None:
            return ANY
        member = shape.members(name)
        if member is None:
            self._complain(access, f"no such member as {name}")
        return member or ANY

    def _plain(self, node: Node) -> Shape:
        match node.type:
            case "string":
                for part in node.named_children:
                    if part.type == "interpolation":
                        self.shape(part.named_children[0])
                return STRING
            case "number":
                return INT
            case "boolean":
                return BOOL
            case "array":
                return Shape("array", element=common([self.shape(item) for item in node.named_children]))
            case "object":
                return self._object(node)
            case "identifier":
                return self._identifier(text(node))
            case "call_expression":
                return self._call(node)
            case "for_statement":
                return self._loop(node)
            case "unary_expression":
                self._want(node.named_children[0], "bool")
                return BOOL
            case "binary_expression":
                return self._binary(node)
            case "ternary_expression":
                condition, consequence, alternative = node.named_children
                self._want(condition, "bool")
                first, second = self.shape(consequence), self.shape(alternative)
                if not fits(first.kind, second.kind):
                    self._complain(node, f"either {first.kind} or {second.kind}")
                return first if first.kind != "any" else second
        shapes = [self.shape(child) for child in node.named_children]
        return shapes[-1] if shapes else ANY

    def _object(self, node: Node) -> Shape:
        for each in node.named_children:
            if each.type == "object_property" and each.named_children[0].type == "string":
                self.shape(each.named_children[0])
        known = {name: self.shape(value) for name, value in properties(node).items()}
        element = next(iter(known.values()), ANY)
        return Shape("object", known.get, element)

    def _want(self, node: Node, kind: str) -> None:
        shape = self.shape(node)
        if not fits(shape.kind, kind):
            self._complain(node, f"{shape.kind} where {kind} belongs")

    def _binary(self, node: Node) -> Shape:
        left, right = (self.shape(child) for child in node.named_children)
        operator = next(text(child) for child in node.children if not child.is_named)
        if operator in ("==", "!=") and not fits(left.kind, right.kind):
            self._complain(node, f"{left.kind} is never {right.kind}")
        if operator in ("&&", "||") and {left.kind, right.kind} - {"bool", "any"}:
            self._complain(node, f"{operator} joins {left.kind} and {right.kind}")
        return BOOL if operator in _BINARY_BOOL else right if operator == "??" else INT

    def _identifier(self, name: str) -> Shape:
        if name in self._locals:
            return self._locals[name]
        declaration = self.bicep.symbols.get(name)
        if declaration is None or name in self._under_way:
            return ANY
        self._under_way.add(name)
        quiet = Shaper(self.estate, self.bicep, [], {}, self._under_way)
        shape = quiet._declared(declaration)
        self._under_way.discard(name)
        return shape

    def _declared(self, declaration: Declaration) -> Shape:
        match declaration.kind:
            case "param":
                return Shape(declaration.type_name)
            case "resource":
                schema = schema_of(declaration.target.partition("@")[0])
                shape = of_resource(schema) if schema else ANY
            case "module":
                target = self.estate.get(resolve(self.bicep, declaration.target))
                outputs = (
                    {each.name: Shape(each.type_name) for each in target.of("output").values()}
                    if target
                    else {}
                )
                shape = of_names({"outputs": of_names(outputs), "name": STRING}) if target else ANY
            case _:
                return self.shape(declaration.value) if declaration.value is not None else ANY
        return Shape("array", element=shape) if declaration.is_loop else shape

    def _call(self, node: Node) -> Shape:
        name, arguments = text(node.named_children[0]), node.named_children[1].named_children
        if name not in FUNCTIONS:
            return ANY
        signature = FUNCTIONS[name]
        if name in ("loadJsonContent", "loadTextContent"):
            return self._loaded(name, node, arguments)
        first = self.shape(arguments[0]) if arguments else ANY
        if name in ("map", "filter"):
            mapped = self._mapped(first, arguments)
            return first if name == "filter" else mapped
        rest = [self.shape(argument) for argument in arguments[1:]]
        if name in ("toLower", "split", "guid", "uniqueString") and any(
            not fits(each.kind, "string") for each in [first, *rest]
        ):
            self._complain(node, f"{name} takes strings")
        if name == "items" and not fits(first.kind, "object"):
            self._complain(node, f"{name} takes objects")
        if name == "union":
            return self._united(node, [first, *rest])
        if name == "items":
            return Shape("array", element=of_names({"key": STRING, "value": first.element or ANY}))
        if name == "split":
            return Shape("array", element=STRING)
        if name == "take":
            return first
        if signature.fields:
            return of_names(dict.fromkeys(signature.fields, ANY) | {"id": STRING, "subscriptionId": STRING})
        return Shape(signature.returns)

    def _united(self, node: Node, shapes: list[Shape]) -> Shape:
        kinds = {each.kind for each in shapes} - {"any"}
        if len(kinds) > 1 or kinds - {"array", "object"}:
            self._complain(node, "union takes arrays or objects")
        return shapes[0] if kinds == {"array"} else Shape(kinds.pop() if kinds else "any")

    def _mapped(self, source: Shape, arguments: list[Node]) -> Shape:
        function = arguments[-1]
        while function.type == "member_expression":
            function = function.named_children[0]
        if function.type == "lambda_expression":
            variable = text(function.named_children[0])
            return Shape(
                "array", element=self._within({variable: source.element or ANY}, function.named_children[-1])
            )
        return Shape("array")

    def _loop(self, node: Node) -> Shape:
        initializer = node.child_by_field_name("initializer")
        parameters = next((each for each in node.named_children if each.type == "for_loop_parameters"), None)
        names = [initializer] if initializer is not None else parameters.named_children if parameters else []
        source = self.shape(node.named_children[1])
        if not fits(source.kind, "array"):
            self._complain(node, f"a loop over {source.kind}")
        known = dict(zip(map(text, names), [source.element or ANY, INT], strict=False))
        return Shape("array", element=self._within(known, node.named_children[-1]))

    def _within(self, known: Mapping[str, Shape], body: Node) -> Shape:
        before = dict(self._locals)
        self._locals |= known
        shape = self.shape(body)
        self._locals = before
        return shape

    def _loaded(self, name: str, node: Node, arguments: list[Node]) -> Shape:
        path = ROOT / resolve(self.bicep, str(literal(arguments[0])) if arguments else "")
        if not path.is_file():
            self._complain(node, f"there is no file {path.name}")
            return ANY
        return of_json(json.loads(path.read_text())) if name == "loadJsonContent" else STRING

    def _complain(self, node: Node, what: str) -> None:
        self.problems.append(f"{place(self.bicep, node)}: {what}")


def fits(kind: str, wanted: str) -> bool:
    return kind == wanted or "any" in (kind, wanted) or not kind or not wanted


def resolve(bicep: Bicep, relative: object) -> str:
    """A path as written in a file, from the repository's root."""
    parts: list[str] = []
    for part in (PurePosixPath(bicep.path).parent / str(relative)).parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def problems(estate: Estate, bicep: Bicep) -> Iterator[str]:
    yield from dict.fromkeys(Shaper(estate, bicep).check())
