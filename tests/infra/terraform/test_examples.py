"""Examples pass what the module takes, and the page's example too."""

import re

import hcl2
import pytest

from docs.terraform_module import MODULE, blocks, parsed

EXAMPLES = sorted(path.name for path in (MODULE / "examples").iterdir())
_OF_MODULES = {
    "source",
    "version",
    "for_each",
    "count",
    "providers",
    "depends_on",
    "__is_block__",
    "__comments__",
}
VARIABLES = {each.name: each.content for each in blocks("variable")}
REQUIRED = {name for name, content in VARIABLES.items() if "default" not in content}


def arguments(module):
    return module.keys() - _OF_MODULES


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_gives_the_module_what_it_takes(name):
    (module,) = blocks("module", MODULE / "examples" / name)

    assert module.content["source"] == '"../.."'
    assert REQUIRED <= arguments(module.content) <= VARIABLES.keys()


def test_the_pages_example_gives_the_module_what_it_takes():
    for page in (MODULE / "README.md", MODULE.parents[1] / "docs/terraform.md"):
        for example in re.findall(r"```hcl\n(module .*?)```", page.read_text(), re.DOTALL):
            (module,) = hcl2.loads(example)["module"]
            assert REQUIRED <= arguments(module['"interlinked"']) <= VARIABLES.keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_wants_what_the_module_wants(name):
    wanted, given = (parsed(folder)["terraform"][0] for folder in (MODULE, MODULE / "examples" / name))

    assert given["required_version"] == wanted["required_version"]
    assert given["required_providers"][0]["azapi"] == wanted["required_providers"][0]["azapi"]
