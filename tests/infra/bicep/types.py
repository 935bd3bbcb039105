"""Step 4: resources are as Azure describes them."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from tree_sitter import Node

from tests.infra.bicep.model import Bicep, Declaration, Estate, key, literal, place, properties, text
from tests.infra.bicep.schemas import PINNED, ObjectType, Schema, schema_of
from tests.infra.bicep.shapes import Shaper, fits

type Elements = tuple[str, list[dict[str, Node]]] | None

_OURS = {"parent", "scope", "dependsOn"}


def unusual_words(estate: Estate, bicep: Bicep) -> Iterator[str]:
    """Words that Azure's descriptions do not have, where they leave room for others: no compiler minds."""
    yield from (set(problems(estate, bicep, also_open=True)) - set(problems(estate, bicep)))


def problems(estate: Estate, bicep: Bicep, *, also_open: bool = False) -> Iterator[str]:
    for resource in bicep.of("resource").values():
        name, _, version = resource.target.partition("@")
        schema = schema_of(name)
        if schema is None or resource.body is None:
            yield f"{place(bicep, resource.node)}: no such type as {name!r}"
        elif version != PINNED[name]:
            yield f"{place(bicep, resource.node)}: {name} is pinned to {PINNED[name]}, not to {version!r}"
        else:
            yield from _resource(
                _Checker(estate, bicep, schema, _elements(bicep, resource), also_open),
                resource,
                resource.body,
            )


def _resource(checker: "_Checker", resource: Declaration, body: Node) -> Iterator[str]:
    given = properties(body)
    is_child = resource.target.count("/") > 1
    if is_child != ("parent" in given):
        yield f"{place(checker.bicep, body)}: {'no parent' if is_child else 'parent'} for {resource.target}"
    if is_child and "parent" in given:
        yield from _parent(checker.bicep, resource, given["parent"])
    if resource.is_existing:
        yield from (
            f"{place(checker.bicep, body)}: existing, but {name} is set"
            for name in given.keys() - {"name", "scope", "parent"}
        )
    else:
        yield from checker.object(body, checker.schema.body, _OURS)


def _elements(bicep: Bicep, resource: Declaration) -> Elements:
    """The loop variable and the objects it stands for, where those are written out in a var."""
    loop = resource.value
    variable = loop.child_by_field_name("initializer") if loop is not None and resource.is_loop else None
    source = (
        bicep.of("var").get(text(loop.named_children[1]))
        if loop is not None and variable is not None
        else None
    )
    if variable is None or source is None or source.value is None or source.value.type != "array":
        return None
    return text(variable), [properties(item) for item in source.value.named_children if item.type == "object"]


def _parent(bicep: Bicep, resource: Declaration, parent: Node) -> Iterator[str]:
    while parent.type == "subscript_expression":
        parent = parent.named_children[0]
    declared = bicep.symbols.get(text(parent))
    wanted = resource.target.partition("@")[0].rpartition("/")[0]
    if declared is None or declared.target.partition("@")[0] != wanted:
        yield f"{place(bicep, parent)}: the parent of {resource.target} is a {wanted}"


@dataclass(frozen=True)
class _Checker:
    estate: Estate
    bicep: Bicep
    schema: Schema
    elements: Elements = None
    also_open: bool = False

    def object(self, body: Node, wanted: ObjectType, besides: Set[str] = frozenset()) -> Iterator[str]:
        given = properties(body)
        if wanted.discriminator is not None:
            word = given.get(wanted.discriminator)
            value = literal(word) if word is not None else None
            if value is None and word is not None:
                return  # only known when it is deployed
            chosen = wanted.chosen(value)
            if chosen is None:
                yield f"{place(self.bicep, body)}: {wanted.discriminator} cannot be {value!r}"
                return
            wanted = chosen
        for name in wanted.properties:
            if wanted.properties[name].is_required and name not in given:
                yield f"{place(self.bicep, body)}: {name} is missing"
        for each in body.named_children:
            if each.type == "object_property" and key(each) not in besides:
                yield from self._property(each, wanted)

    def _property(self, each: Node, wanted: ObjectType) -> Iterator[str]:
        name, value = key(each), each.named_children[-1]
        described = wanted.properties.get(name)
        if described is None and wanted.additional is None:
            yield f"{place(self.bicep, each)}: there is no property {name}"
        elif described is not None and described.is_read_only:
            yield f"{place(self.bicep, each)}: {name} can only be read"
        else:
            yield from self.value(value, described.type if described else wanted.additional or "any")

    def value(self, node: Node, type_name: str) -> Iterator[str]:
        described = self.schema.object_type(type_name)
        match node.type:
            case "ternary_expression":
                yield from self.value(node.named_children[1], type_name)
                yield from self.value(node.named_children[2], type_name)
            case "object" if described is not None:
                yield from self.object(node, described)
            case "array" if type_name.endswith("[]"):
                for item in node.named_children:
                    yield from self.value(
                        item, type_name.removesuffix("[]").removeprefix("(").removesuffix(")")
                    )
            case "for_statement":
                return
            case "member_expression" if self.elements and text(node.named_children[0]) == self.elements[0]:
                for element in self.elements[1]:
                    if text(node.named_children[1]) in element:
                        yield from self.value(element[text(node.named_children[1])], type_name)
            case _:
                yield from self._simple(node, type_name)

    def _simple(self, node: Node, type_name: str) -> Iterator[str]:
        kind = Shaper(self.estate, self.bicep).shape(node).kind
        if node.type == "null":
            return
        if not fits(kind, _kind(self.schema.types, type_name)):
            yield f"{place(self.bicep, node)}: {kind} where {type_name} belongs"
        words = self.schema.literals(type_name, also_open=self.also_open)
        word = literal(node)
        if words and isinstance(word, str) and word not in words:
            yield f"{place(self.bicep, node)}: {word!r} is not among {', '.join(sorted(words))}"


def _kind(types: Mapping[str, ObjectType], type_name: str) -> str:
    if type_name.endswith("[]"):
        return "array"
    if type_name in types:
        return "object"
    return type_name if type_name in ("int", "bool", "any", "array", "object") else "string"
