"""Single faults in our own Bicep files, drawn with a seed: what a slip of the keyboard or of the mind leaves."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from random import Random

from tree_sitter import Node

from tests.infra.bicep.model import Bicep, Estate, key, literal, properties, text, walk
from tests.infra.bicep.schemas import schema_of
from tests.infra.bicep.shapes import resolve


@dataclass(frozen=True)
class Mutation:
    kind: str
    path: str
    start: int
    end: int
    put: str

    def of(self, source: bytes) -> bytes:
        return source[: self.start] + self.put.encode() + source[self.end :]


def draw(estate: Estate, random: Random, each: int, of: Collection[str] = ()) -> list[Mutation]:
    """Up to so many faults of each kind, or of those named."""
    drawn: list[Mutation] = []
    for kind, find in _KINDS.items():
        if of and kind not in of:
            continue
        places = [(bicep, node) for bicep in estate.values() for node in find(estate, bicep)]
        for bicep, node in random.sample(places, min(each, len(places))):
            put = _PUT.get(kind, _misspell)(node, random)
            drawn.append(Mutation(kind, bicep.path, node.start_byte, node.end_byte, put))
    return drawn


def _misspell(node: Node, random: Random) -> str:
    """A letter dropped, doubled or swapped with its neighbour; always another word."""
    word = text(node)
    letters = [i for i, letter in enumerate(word) if letter.isalnum()]
    while True:
        i = random.choice(letters)
        ways = (
            word[:i] + word[i + 1 :],
            word[:i] + word[i] + word[i:],
            word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :],
        )
        changed = random.choice(ways)
        if changed != word and changed.strip("'"):
            return changed


def _code(bicep: Bicep) -> Iterator[Node]:
    """All but comments and metadata."""
    for child in bicep.root.children:
        if child.type not in ("comment", "metadata_declaration"):
            yield from walk(child)


def _characters(_: Estate, bicep: Bicep) -> Iterator[Node]:
    """Leaves of the tree, each as often as it is long, but not those that are free to be anything."""
    used = Counter(text(node) for node in _code(bicep) if node.type == "identifier")
    for node in _code(bicep):
        declares = node.parent is not None and node.parent.type in (
            "resource_declaration",
            "module_declaration",
        )
        if declares and node.type == "identifier" and used[text(node)] == 1:
            continue  # a symbol that nothing refers to
        if node.child_count == 0 and node.parent is not None and not _is_free(node):
            yield from [node] * len(text(node))


def _is_free(node: Node) -> bool:
    """Words for people, and names of deployments: whatever they are, nothing is wrong with them."""
    if " " in text(node) and text(node).endswith("."):
        return True  # a sentence
    above: Node | None = node
    while above is not None and above.type not in ("decorator", "object_property", "comment"):
        if above.type == "call_expression" and text(above).startswith("fail("):
            return True
        above = above.parent
    if above is None or above.type == "comment":
        return above is not None
    body = above.parent
    names_a_deployment = (
        above.type == "object_property"
        and key(above) == "name"
        and body is not None
        and body.parent is not None
        and body.parent.type in ("module_declaration", "for_statement", "if_statement")
        and _is_of_a_module(body)
    )
    return names_a_deployment or text(above).startswith(("@description", "description", "title", "notes"))


def _is_of_a_module(node: Node) -> bool:
    above: Node | None = node
    while above is not None and not above.type.endswith("_declaration"):
        above = above.parent
    return above is not None and above.type == "module_declaration"


def _punctuation(_: Estate, bicep: Bicep) -> Iterator[Node]:
    for node in _code(bicep):
        if not node.is_named and text(node) in {
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            "'",
            ":",
            "=",
            ",",
            "@",
            "${",
            "=>",
            "?",
        }:
            if node.parent is not None and node.parent.type == "subscript_expression" and text(node) == "?":
                continue  # right without it, too, where the element is there
            inline = (
                text(node) != ","
                or node.next_sibling is None
                or node.next_sibling.start_point[0] == node.start_point[0]
            )
            if inline:
                yield node


def _symbols(_: Estate, bicep: Bicep) -> Iterator[Node]:
    for node in _code(bicep):
        if node.type == "identifier" and text(node) in bicep.symbols:
            parent = node.parent
            declares = parent is not None and parent.type.endswith("_declaration")
            names_key = (
                parent is not None and parent.type == "object_property" and parent.named_children[0] == node
            )
            if not declares and not names_key:
                yield node


def _calls(_: Estate, bicep: Bicep) -> Iterator[Node]:
    yield from (node.named_children[0] for node in _code(bicep) if node.type == "call_expression")


def _members(_: Estate, bicep: Bicep) -> Iterator[Node]:
    yield from (node for node in _code(bicep) if node.type == "property_identifier")


def _bodies(bicep: Bicep, kind: str) -> Iterator[Node]:
    yield from (each.body for each in bicep.of(kind).values() if each.body is not None)


def _property_names(_: Estate, bicep: Bicep) -> Iterator[Node]:
    for body in _bodies(bicep, "resource"):
        for node in walk(body):
            if node.type == "object_property" and node.named_children[0].type == "identifier":
                yield node.named_children[0]


def _types(_: Estate, bicep: Bicep) -> Iterator[Node]:
    for each in bicep.of("resource").values():
        yield next(child for child in each.node.named_children if child.type == "string").named_children[0]


def _values(_: Estate, bicep: Bicep) -> Iterator[Node]:
    """Strings with a meaning, enums among them; no descriptions and no names that are ours to choose."""
    for body in _bodies(bicep, "resource"):
        for node in walk(body):
            if node.type == "string_content" and _has_meaning(node):
                yield node


def _has_meaning(node: Node) -> bool:
    around: list[str] = []
    parent = node.parent
    is_whole = parent is not None and literal(parent) is not None
    while parent is not None:
        if parent.type == "object_property":
            around.append(key(parent))
        parent = parent.parent
    free = {"name", "displayName", "description", "notes", "roleName"}
    return is_whole and bool(around) and not free & set(around[:1])


def _kinds(_: Estate, bicep: Bicep) -> Iterator[Node]:
    for body in _bodies(bicep, "resource"):
        yield from (node for node in walk(body) if node.type in ("boolean", "number"))


def _declared_types(_: Estate, bicep: Bicep) -> Iterator[Node]:
    yield from (node for node in _code(bicep) if node.type == "type")


def _required(_: Estate, bicep: Bicep) -> Iterator[Node]:
    """Properties that a schema requires, at the top of a resource and just beneath."""
    for each in bicep.of("resource").values():
        schema = schema_of(each.target.partition("@")[0])
        if each.body is None or schema is None or each.is_existing:
            continue
        wanted = schema.body.properties
        for prop in each.body.named_children:
            if prop.type != "object_property":
                continue
            described = wanted.get(key(prop))
            if key(prop) == "parent" or (described is not None and described.is_required):
                yield prop
            inner = schema.object_type(described.type) if described else None
            value = prop.named_children[-1]
            if inner is not None and value.type == "object":
                yield from (
                    below
                    for below in value.named_children
                    if below.type == "object_property"
                    and (found := inner.properties.get(key(below))) is not None
                    and found.is_required
                )


def _module_params(estate: Estate, bicep: Bicep) -> Iterator[Node]:
    for module in bicep.of("module").values():
        given = properties(module.body).get("params") if module.body is not None else None
        if given is not None:
            yield from (each.named_children[0] for each in given.named_children)


def _module_params_missing(estate: Estate, bicep: Bicep) -> Iterator[Node]:
    for module in bicep.of("module").values():
        target = estate[resolve(bicep, module.target)].of("param")
        given = properties(module.body).get("params") if module.body is not None else None
        if given is not None:
            yield from (each for each in given.named_children if target[key(each)].value is None)


def _paths(_: Estate, bicep: Bicep) -> Iterator[Node]:
    for module in bicep.of("module").values():
        yield next(child for child in module.node.named_children if child.type == "string").named_children[0]
    for node in _code(bicep):
        if node.type == "call_expression" and text(node.named_children[0]).startswith("load"):
            yield node.named_children[1].named_children[0].named_children[0]


def _other_kind(node: Node, _: Random) -> str:
    return f"'{text(node)}'"


def _other_type(node: Node, random: Random) -> str:
    return random.choice(sorted({"string", "int", "bool", "array"} - {text(node)}))


def _nothing(_: Node, __: Random) -> str:
    return ""


def _slip(node: Node, random: Random) -> str:
    """Any one character dropped, or another in its place."""
    word = text(node)
    i = random.randrange(len(word))
    other = random.choice([letter for letter in "aeinrst018-_" if letter != word[i]])
    return word[:i] + random.choice(["", other]) + word[i + 1 :]


_KINDS: dict[str, Callable[[Estate, Bicep], Iterator[Node]]] = {
    "dropped punctuation": _punctuation,
    "misspelt symbol": _symbols,
    "misspelt function": _calls,
    "misspelt member": _members,
    "misspelt property": _property_names,
    "misspelt type or version": _types,
    "misspelt value": _values,
    "value of another kind": _kinds,
    "other declared type": _declared_types,
    "required property missing": _required,
    "misspelt module parameter": _module_params,
    "module parameter missing": _module_params_missing,
    "misspelt path": _paths,
    "any character": _characters,
}

_PUT: dict[str, Callable[[Node, Random], str]] = {
    "any character": _slip,
    "dropped punctuation": _nothing,
    "value of another kind": _other_kind,
    "other declared type": _other_type,
    "required property missing": _nothing,
    "module parameter missing": _nothing,
}
