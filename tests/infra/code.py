"""What the app's own source says, read without running it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.infra.bicep.model import ROOT

type _Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def trees() -> tuple[ast.Module, ...]:
    paths = [ROOT / "function_app.py", *sorted((ROOT / "shared").rglob("*.py"))]
    return tuple(ast.parse(path.read_text(), path.name) for path in paths)


def calls(name: str, *within: ast.AST) -> Iterator[ast.Call]:
    """Calls of a function or method of this name."""
    for tree in within or trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func
                if name == (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")):
                    yield node


@cache
def facts() -> dict[str, set[str]]:
    """The facts that are logged, and the fields of each."""
    found: dict[str, set[str]] = {}
    for tree in trees():
        for function in _functions(tree):
            for call in calls("fact", function):
                for name in _names(call.args[0], function, tree):
                    found.setdefault(name, set()).update(each.arg for each in call.keywords if each.arg)
    return found


def _functions(tree: ast.Module) -> Iterator[_Function]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _names(name: ast.expr, function: _Function, tree: ast.Module) -> set[str]:
    """What a fact may be called: a word itself, words a variable is given, or words that callers pass on."""
    parameters = [each.arg for each in function.args.args if each.arg != "self"]
    if not isinstance(name, ast.Name):
        given: list[ast.expr] = [name]
    elif name.id in parameters:
        given = [call.args[parameters.index(name.id)] for call in calls(function.name, tree)]
    else:
        given = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            and name.id in {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        ]
    found = {
        node.value
        for value in given
        for node in ast.walk(value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    if not found:
        raise ValueError(f"what is logged in {function.name} cannot be told")
    return found


def settings() -> set[str]:
    """The environment variables that `shared/config/settings.py` reads."""
    tree = ast.parse((ROOT / "shared/config/settings.py").read_text())
    return {
        str(call.args[0].value)
        for name in ("read", "text")
        for call in calls(name, tree)
        if call.args and isinstance(call.args[0], ast.Constant)
    }


def words(path: Path) -> set[str]:
    """Every string in a file."""
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def functions() -> dict[str, str]:
    """The functions of the app and their triggers."""
    tree = ast.parse((ROOT / "function_app.py").read_text())
    return {
        function.name: decorator.func.attr
        for function in tree.body
        if isinstance(function, ast.AsyncFunctionDef | ast.FunctionDef)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)
    }
