"""Makes the tables of `infra/terraform/README.md`, in the form of terraform-docs, from the module itself."""

import json
import re
from collections.abc import Iterator
from typing import Any

from docs.markdown import table
from docs.terraform_module import MODULE, Block, blocks, parsed, unquoted, value

_BEGIN, _END = "<!-- BEGIN_TF_DOCS -->", "<!-- END_TF_DOCS -->"


def terraform_module() -> str:
    """The page with its tables made anew; what is outside of the marks is written by hand."""
    page = (MODULE / "README.md").read_text(encoding="utf-8")
    before, _, rest = page.partition(_BEGIN)
    after = rest.partition(_END)[2]
    return "\n".join([before + _BEGIN, *_tables(), _END + after])


def _tables() -> Iterator[str]:
    settings = parsed()["terraform"][0]
    provider = settings["required_providers"][0]["azapi"]
    yield from _section(
        "Requirements",
        ("Name", "Version"),
        [
            ("terraform, or tofu", _code(value(settings["required_version"]))),
            ("azapi", _code(value(provider["version"]))),
        ],
    )
    yield from _section(
        "Resources",
        ("Name", "Azure type"),
        sorted(
            (f"{each.labels[0]}.{each.name}", _code(value(each.content["type"])))
            for each in blocks("resource")
        ),
    )
    yield from _section(
        "Inputs",
        ("Name", "Description", "Type", "Default", "Required"),
        map(_input, blocks("variable")),
    )
    yield from _section(
        "Outputs",
        ("Name", "Description"),
        ((each.name, value(each.content["description"])) for each in blocks("output")),
    )


def _section(title: str, head: tuple[str, ...], rows: Any) -> Iterator[str]:
    yield from (f"### {title}", "", *table(head, rows), "")


def _input(variable: Block) -> tuple[str, ...]:
    content = variable.content
    is_required = "default" not in content
    return (
        variable.name,
        value(content["description"]),
        _code(re.sub(r"^\$\{(.*)\}$", r"\1", content["type"])),
        "n/a" if is_required else _code(json.dumps(_default(content["default"]))),
        "yes" if is_required else "no",
    )


def _default(node: Any) -> Any:
    return unquoted(node) if isinstance(node, str) else node


def _code(text: Any) -> str:
    return f"`{text}`"
