"""What an expression can be worth: a kind and, where known, its members."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.infra.bicep.schemas import ObjectType, Schema

type Members = Callable[[str], "Shape | None"]


@dataclass(frozen=True)
class Shape:
    kind: str = "any"
    members: Members | None = None
    """Finds a member, None for one that does not exist; unset where any name will do."""
    element: "Shape | None" = None


ANY, STRING, INT, BOOL, OBJECT = Shape(), Shape("string"), Shape("int"), Shape("bool"), Shape("object")


def of_names(known: Mapping[str, Shape]) -> Shape:
    return Shape("object", known.get)


def of_json(value: Any) -> Shape:
    match value:
        case bool():
            return BOOL
        case int():
            return INT
        case str():
            return STRING
        case list():
            return Shape("array", element=of_json(value[0]) if value else ANY)
        case dict():
            return of_names({name: of_json(item) for name, item in value.items()})
    return ANY


def common(shapes: list[Shape]) -> Shape:
    """What all elements of an array have."""
    if not shapes or any(shape.members is None for shape in shapes):
        return shapes[0] if shapes else ANY
    found = [shape.members for shape in shapes if shape.members is not None]

    def member(name: str) -> Shape | None:
        members = [each(name) for each in found]
        return None if None in members else members[0]

    return Shape("object", member)


def of_resource(schema: Schema) -> Shape:
    return of_names(
        {"id": STRING, "name": STRING, "type": STRING, "apiVersion": STRING}
        | {name: _of_type(schema, each.type) for name, each in schema.body.properties.items()}
    )


def _of_type(schema: Schema, type_name: str) -> Shape:
    found = schema.object_type(type_name)
    if found is not None:
        return Shape("object", lambda name: _member(schema, found, name))
    if type_name.endswith("[]"):
        return Shape("array")
    if type_name in ("int", "bool", "any", "array", "object"):
        return Shape(type_name)
    return STRING


def _member(schema: Schema, of: ObjectType, name: str) -> Shape | None:
    each = of.properties.get(name)
    if each is not None:
        return _of_type(schema, each.type)
    return ANY if of.additional or of.elements else None
