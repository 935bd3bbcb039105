"""The variables of the Terraform module are the parameters of the templates, and the other way round."""

import re

import pytest

from docs.terraform_module import blocks, unquoted
from tests.infra.bicep.model import literal, text
from tests.infra.terraform.sides import estate, snake

OF_TERRAFORM = {"cloud", "package_uri", "subscription_id"}
"""What a Bicep deployment knows by itself, or is given by a command."""
GIVEN_ON = {"functionAppId"}
"""Passed from one template to the other."""
LISTS = {"allowed_addresses", "other_hub_vnet_ids", "other_subscription_ids"}
"""Text with commas in Bicep, since azd passes nothing else."""

TYPES = {"string": "string", "int": "number", "bool": "bool", "object": "${map(string)}"}
_LIMITS = {
    "minValue": r"var\.{name} >= (\d+)",
    "maxValue": r"var\.{name} <= (\d+)",
    "minLength": r"length\(var\.{name}\) >= (\d+)",
    "maxLength": r"length\(var\.{name}\) <= (\d+)",
}

_TEMPLATES = [estate()[path] for path in ("infra/events/main.bicep", "infra/main.bicep")]
PARAMETERS = {
    snake(name): declared
    for bicep in _TEMPLATES
    for name, declared in bicep.of("param").items()
    if name not in GIVEN_ON
}
VARIABLES = {each.name: each.content for each in blocks("variable")}


def test_none_is_missing_on_either_side():
    assert VARIABLES.keys() - OF_TERRAFORM == PARAMETERS.keys()


@pytest.mark.parametrize("name", PARAMETERS)
def test_types_are_the_same(name):
    wanted = "${list(string)}" if name in LISTS else TYPES[PARAMETERS[name].type_name]

    assert VARIABLES[name]["type"] == wanted


@pytest.mark.parametrize("name", PARAMETERS)
def test_defaults_are_the_same(name):
    declared, variable = PARAMETERS[name].value, VARIABLES[name]
    if declared is None:
        assert "default" not in variable
    else:
        default = variable["default"]
        found = unquoted(default) if isinstance(default, str) else default
        empty = {"object": {}, "string": "" if name not in LISTS else []}
        wanted = literal(declared) or empty.get(PARAMETERS[name].type_name, literal(declared))
        assert (found, type(found)) == (wanted, type(wanted))


@pytest.mark.parametrize("name", PARAMETERS)
def test_limits_are_the_same(name):
    conditions = " ".join(each["condition"] for each in VARIABLES[name].get("validation", []))
    contained = re.search(rf"contains\(\[(.*?)\], var\.{name}\)", conditions)
    allowed = [unquoted(each.strip()) for each in contained[1].split(",")] if contained else []
    limits = {
        kind: int(found[1])
        for kind, pattern in _LIMITS.items()
        if (found := re.search(pattern.format(name=name), conditions))
    }

    assert allowed == [str(each) for each in PARAMETERS[name].allowed or []]
    assert limits == _limits(PARAMETERS[name])


def _limits(declared):
    calls = [each.named_children[0] for each in declared.decorators]
    found = {text(call.named_children[0]): call.named_children[1].named_children[0] for call in calls}
    return {name: literal(node) for name, node in found.items() if name in _LIMITS}


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_is_described_and_what_it_refuses_is_said(name):
    assert VARIABLES[name]["description"]
    assert [
        each["error_message"]
        for each in VARIABLES[name].get("validation", [])
        if name not in each["error_message"]
    ] == []
