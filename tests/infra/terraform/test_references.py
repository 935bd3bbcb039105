"""What the module refers to is there, and what is there is referred to."""

import re

import pytest

from docs.terraform_module import MODULE, blocks, parsed, value

SOURCE = "\n".join(path.read_text() for path in sorted(MODULE.glob("*.tf")))
VARIABLES = {each.name for each in blocks("variable")}
LOCALS = {name for each in parsed()["locals"] for name in each if not name.startswith("__")}
RESOURCES = {".".join(each.labels): each.content for each in (*blocks("resource"), *blocks("data"))}

_OF_ALL = {"type", "count", "for_each", "depends_on", "retry", "timeouts", "response_export_values"}
_MADE = {"parent_id", "name", "location", "tags", "identity", "body"}
ARGUMENTS = {
    "azapi_resource": _OF_ALL | _MADE,
    "azapi_update_resource": _OF_ALL | {"parent_id", "name", "body"},
    "azapi_resource_action": _OF_ALL | {"resource_id", "method", "body"},
    "azapi_client_config": set(),
}
"""Those in use; azapi has more."""


def referred(pattern):
    return set(re.findall(rf"(?<![\w./]){pattern}", SOURCE))


def test_variables_are_there_and_used():
    assert referred(r"var\.(\w+)") == VARIABLES


def test_locals_are_there_and_used():
    assert referred(r"local\.(\w+)") == LOCALS


def test_resources_are_there():
    assert referred(r"(azapi_\w+\.\w+)") <= RESOURCES.keys()


@pytest.mark.parametrize("name", RESOURCES)
def test_arguments_are_those_of_azapi(name):
    given = {each for each in RESOURCES[name] if not each.startswith("__")}

    assert given <= ARGUMENTS[name.partition(".")[0]]


def test_what_is_read_of_an_answer_is_asked_for():
    read = {
        (name, part) for name, part in re.findall(r"(azapi_resource\.\w+)\.output\.(properties\.\w+)", SOURCE)
    }
    asked = {
        (name, value(part))
        for name, content in RESOURCES.items()
        if isinstance(content.get("response_export_values"), list)
        for part in content["response_export_values"]
    }

    assert read == asked
