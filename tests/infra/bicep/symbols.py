"""Step 2: every name is declared once, known and used."""

from collections.abc import Iterator

from tree_sitter import Node

from tests.infra.bicep.functions import DECORATORS, FUNCTIONS, SCOPES, SPEAKS_OF, TYPES
from tests.infra.bicep.model import Bicep, Declaration, key, literal, place, text, walk


def problems(bicep: Bicep) -> Iterator[str]:
    if bicep.target_scope not in SCOPES:
        yield f"{bicep.path}: no such targetScope as {bicep.target_scope!r}"
    yield from _duplicates(bicep)
    for declaration in bicep.declarations:
        yield from _of_type(bicep, declaration)
        for decorator in declaration.decorators:
            yield from _decorator(bicep, declaration, decorator)
    used: set[str] = set()
    for declaration in bicep.declarations:
        for name_node, in_reach in _names(declaration.node, frozenset()):
            name = text(name_node)
            used.add(name)
            if name not in in_reach and name not in bicep.symbols:
                yield f"{place(bicep, name_node)}: {name} is not declared"
            elif name == declaration.name and name not in in_reach:
                yield f"{place(bicep, name_node)}: {name} refers to itself"
    for declaration in bicep.declarations:
        if (declaration.kind in ("param", "var") or declaration.is_existing) and declaration.name not in used:
            yield f"{place(bicep, declaration.node)}: {declaration.name} is never used"
    yield from _calls(bicep)


def _duplicates(bicep: Bicep) -> Iterator[str]:
    names = [each.name for each in bicep.declarations if each.kind != "output"]
    outputs = [each.name for each in bicep.declarations if each.kind == "output"]
    for group in (names, outputs):
        yield from (f"{bicep.path}: {name} is declared twice" for name in set(group) if group.count(name) > 1)
    for node in walk(bicep.root):
        if node.type == "object":
            keys = [key(each) for each in node.named_children if each.type == "object_property"]
            for name in set(keys):
                if keys.count(name) > 1 and name:
                    yield f"{place(bicep, node)}: {name} is set twice"


def _of_type(bicep: Bicep, declaration: Declaration) -> Iterator[str]:
    if declaration.kind in ("param", "output") and declaration.type_name not in TYPES:
        yield f"{place(bicep, declaration.node)}: no such type as {declaration.type_name!r}"


def _decorator(bicep: Bicep, declaration: Declaration, decorator: Node) -> Iterator[str]:
    call = decorator.named_children[0]
    name = text(call.named_children[0])
    if name not in DECORATORS:
        yield f"{place(bicep, decorator)}: no such decorator as {name}"
        return
    if declaration.kind == "param" and declaration.type_name not in DECORATORS[name]:
        yield f"{place(bicep, decorator)}: {name} does not fit a {declaration.type_name}"
    arguments = call.named_children[1].named_children
    if len(arguments) != 1:
        yield f"{place(bicep, decorator)}: {name} takes one argument"
        return
    wanted = {"allowed": "array", "description": "string"}.get(name, "number")
    if arguments[0].type != wanted:
        yield f"{place(bicep, decorator)}: {name} takes a {wanted}"
    elif declaration.value is not None:
        yield from _default(bicep, declaration, name, arguments[0])


def _default(bicep: Bicep, declaration: Declaration, name: str, limit: Node) -> Iterator[str]:
    default = literal(declaration.value) if declaration.value is not None else None
    size = default if isinstance(default, int) else len(default) if isinstance(default, str) else None
    bound = literal(limit)
    too_small = name.startswith("min") and isinstance(bound, int) and size is not None and size < bound
    too_large = name.startswith("max") and isinstance(bound, int) and size is not None and size > bound
    not_allowed = name == "allowed" and default not in (declaration.allowed or [])
    if too_small or too_large or not_allowed:
        yield f"{place(bicep, declaration.node)}: the default of {declaration.name} breaks {name}"


def _names(node: Node, in_reach: frozenset[str]) -> Iterator[tuple[Node, frozenset[str]]]:
    """Identifiers that stand for a value, with the loop and lambda variables around them."""
    match node.type:
        case "identifier":
            yield node, in_reach
            return
        case "for_statement":
            in_reach |= _loop_variables(node)
            children = [child for child in node.named_children if child.type != "for_loop_parameters"]
            if node.child_by_field_name("initializer") is not None:
                children = children[1:]
        case "call_expression":
            for argument in node.named_children[1].named_children:
                yield from _names(argument, in_reach | _lambda_variables(argument))
            return
        case "lambda_expression":
            children = node.named_children[1:]
        case "object_property":
            children = node.named_children[:1] if node.named_children[0].type == "string" else []
            children += node.named_children[1:]
        case "parameter_declaration" | "variable_declaration" | "output_declaration":
            children = [child for child in node.named_children[1:] if child.type != "type"]
        case "resource_declaration" | "module_declaration":
            children = node.named_children[1:]
        case _:
            children = node.named_children
    for child in children:
        yield from _names(child, in_reach)


def _loop_variables(loop: Node) -> set[str]:
    initializer = loop.child_by_field_name("initializer")
    if initializer is not None:
        return {text(initializer)}
    parameters = next((each for each in loop.named_children if each.type == "for_loop_parameters"), None)
    return {text(each) for each in parameters.named_children} if parameters is not None else set()


def _lambda_variables(argument: Node) -> set[str]:
    """The grammar lets what follows the body of a lambda swallow it, so its variables count for the whole argument."""
    node = argument
    while node.type not in ("lambda_expression", "call_expression") and node.named_children:
        node = node.named_children[0]
    if node.type != "lambda_expression":
        return set()
    first = node.named_children[0]
    return {text(each) for each in (first.named_children or [first])}


def _calls(bicep: Bicep) -> Iterator[str]:
    for declaration in bicep.declarations:
        for node in walk(declaration.node):
            if node.type != "call_expression":
                continue
            name, arguments = text(node.named_children[0]), node.named_children[1].named_children
            signature = FUNCTIONS.get(name)
            if signature is None:
                yield f"{place(bicep, node)}: no such function as {name}"
            elif not signature.least <= len(arguments) <= signature.most:
                yield f"{place(bicep, node)}: {name} does not take {len(arguments)} arguments"
            elif not arguments and bicep.target_scope not in SPEAKS_OF.get(name, SCOPES):
                yield f"{place(bicep, node)}: {name}() means nothing in a {bicep.target_scope}"
