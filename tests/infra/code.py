"""What the app's own source says, read without running it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.infra.bicep.model import ROOT


def trees() -> Iterator[ast.Module]:
    for path in [ROOT / "function_app.py", *sorted((ROOT / "shared").glob("*.py"))]:
        yield ast.parse(path.read_text(), path.name)


def calls(name: str, *within: ast.AST) -> Iterator[ast.Call]:
    """Calls of a function or method of this name."""
    for tree in within or tuple(trees()):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func
                if name == (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")):
                    yield node


def facts() -> dict[str, set[str]]:
    """The facts that are logged, and the fields of each."""
    found: dict[str, set[str]] = {}
    for call in calls("fact"):
        if call.args and isinstance(call.args[0], ast.Constant):
            fields = {keyword.arg for keyword in call.keywords if keyword.arg}
            found.setdefault(str(call.args[0].value), set()).update(fields)
    return found


def settings() -> set[str]:
    """The environment variables that `shared/settings.py` reads."""
    tree = ast.parse((ROOT / "shared/settings.py").read_text())
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
