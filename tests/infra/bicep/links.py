"""Step 3: modules exist, are given what they ask for, and deploy where they are meant to."""

from collections.abc import Iterator

from tree_sitter import Node

from tests.infra.bicep.model import Bicep, Declaration, Estate, literal, place, properties, text
from tests.infra.bicep.shapes import Shaper, fits, resolve

_MODULE_KEYS = {"name", "scope", "params", "dependsOn"}


def problems(estate: Estate, bicep: Bicep) -> Iterator[str]:
    for module in bicep.of("module").values():
        target = estate.get(resolve(bicep, module.target))
        if target is None:
            yield f"{place(bicep, module.node)}: there is no file {module.target!r}"
        elif module.body is None:
            yield f"{place(bicep, module.node)}: a module without a body"
        else:
            yield from _scope(bicep, module, module.body, target)
            yield from _name(estate, bicep, module.body)
            yield from _params(estate, bicep, module.body, target)


def _scope(bicep: Bicep, module: Declaration, body: Node, target: Bicep) -> Iterator[str]:
    given = properties(body)
    for name in given.keys() - _MODULE_KEYS:
        yield f"{place(bicep, body)}: a module has no {name}"
    for name in {"name", "params"} - given.keys():
        yield f"{place(bicep, body)}: a module needs its {name}"
    scope = given.get("scope")
    at = _scope_kind(bicep, scope) if scope is not None else bicep.target_scope
    if at != target.target_scope:
        yield f"{place(bicep, module.node)}: {module.target} deploys to a {target.target_scope}, not to a {at}"


def _name(estate: Estate, bicep: Bicep, body: Node) -> Iterator[str]:
    name = properties(body).get("name")
    kind = Shaper(estate, bicep).shape(name).kind if name is not None else "string"
    if not fits(kind, "string"):
        yield f"{place(bicep, body)}: the name of a module is {kind}"


def _scope_kind(bicep: Bicep, scope: Node) -> str:
    if scope.type == "call_expression":
        return text(scope.named_children[0])
    declaration = bicep.symbols.get(text(scope))
    is_group = declaration is not None and declaration.target.startswith(
        "Microsoft.Resources/resourceGroups@"
    )
    return "resourceGroup" if is_group else "unknown"


def _params(estate: Estate, bicep: Bicep, body: Node, target: Bicep) -> Iterator[str]:
    params = properties(body).get("params")
    given = properties(params) if params is not None and params.type == "object" else {}
    declared = target.of("param")
    for name in given.keys() - declared.keys():
        yield f"{place(bicep, given[name])}: {target.path} has no parameter {name}"
    for name, declaration in declared.items():
        if name not in given:
            if declaration.value is None:
                yield f"{place(bicep, body)}: {target.path} needs the parameter {name}"
            continue
        kind = Shaper(estate, bicep).shape(given[name]).kind
        if not fits(kind, declaration.type_name):
            yield f"{place(bicep, given[name])}: {name} is {declaration.type_name}, not {kind}"
        for value in _values(bicep, given[name]):
            if declaration.allowed is not None and value not in declaration.allowed:
                yield f"{place(bicep, given[name])}: {name} cannot be {value!r}"


def _values(bicep: Bicep, node: Node) -> list[object]:
    """What a literal, or a parameter that may only be certain things, can come to."""
    passed_on = bicep.of("param").get(text(node)) if node.type == "identifier" else None
    if passed_on is not None:
        return passed_on.allowed or []
    value = literal(node)
    return [] if value is None else [value]
