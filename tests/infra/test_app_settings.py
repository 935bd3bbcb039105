"""What the templates let one choose is what the code takes."""

import pytest

from shared.config.settings import Settings, SettingsError
from tests.infra.bicep.model import ROOT, Bicep, literal, text
from tests.infra.bicep.plain import plain

NEEDED = {
    "AZURE_SUBSCRIPTION_ID": "11111111-1111-1111-1111-111111111111",
    "HUB_LOCATION": "swedencentral",
}
MAIN = Bicep.parse("infra/main.bicep", (ROOT / "infra/main.bicep").read_bytes())
PARAMS = MAIN.of("param")
GIVEN = {
    setting: PARAMS[value.strip("<>").removeprefix("string(").removesuffix(")")]
    for setting, value in plain(MAIN.of("module")["function"].body)["params"]["settings"].items()
    if setting != "AZURE_SUBSCRIPTION_ID"
}
"""The parameter behind each setting."""
LIMITS = [
    (setting, int(text(call.named_children[1].named_children[0])), outside)
    for setting, param in GIVEN.items()
    for call in (decorator.named_children[0] for decorator in param.decorators)
    for outside in [{"minValue": -1, "maxValue": 1}.get(text(call.named_children[0]))]
    if outside
]
CLOSED = {setting: param.allowed for setting, param in GIVEN.items() if param.allowed}


def read(**environ):
    return Settings.from_environ(NEEDED | environ)


def accepts(setting, value):
    try:
        read(**{setting: value})
    except SettingsError:
        return False
    return True


def test_defaults_are_those_of_the_code():
    defaults = {
        setting: str(literal(param.value)) for setting, param in GIVEN.items() if param.value is not None
    }

    assert read(**defaults | NEEDED) == read()
    assert GIVEN.keys() - defaults.keys() == {"MODE"}, "the one that has to be chosen"


def test_what_is_closed_is_a_choice():
    assert CLOSED.keys() == {"MODE", "GATEWAY_TRANSIT"}


@pytest.mark.parametrize("setting", CLOSED)
def test_choices_are_those_of_the_code(setting):
    assert all(accepts(setting, choice) for choice in CLOSED[setting])
    with pytest.raises(SettingsError) as refused:
        read(**{setting: "something else"})
    assert str(refused.value).endswith(f"accepted is {' or '.join(CLOSED[setting])}")


@pytest.mark.parametrize(("setting", "limit", "outside"), LIMITS)
def test_limits_are_those_of_the_code(setting, limit, outside):
    assert accepts(setting, str(limit))
    assert not accepts(setting, str(limit + outside))


def test_a_template_for_names_may_be_as_long_as_the_code_takes():
    longest = "{local}-{remote}".ljust(int(_limit("peeringNameTemplate")), "x")

    assert accepts("PEERING_NAME_TEMPLATE", longest)
    assert not accepts("PEERING_NAME_TEMPLATE", f"{longest}x")


def _limit(param):
    calls = {
        text(each.named_children[0].named_children[0]): each.named_children[0]
        for each in PARAMS[param].decorators
    }
    return text(calls["maxLength"].named_children[1].named_children[0])


@pytest.mark.parametrize("path", ["infra/main.bicep", "infra/events/main.bicep"])
def test_every_parameter_is_described(path):
    params = Bicep.parse(path, (ROOT / path).read_bytes()).of("param").values()

    assert [
        param.name
        for param in params
        if not any(text(each).startswith("@description('") for each in param.decorators)
    ] == []
