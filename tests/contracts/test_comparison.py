"""The nets hold: what differs is found, and only an entry of a newer section lets it through."""

from pathlib import Path

import pytest

from tests.contracts.comparison import Difference, Kind, differences, unmentioned
from tests.contracts.contract import Contract, kept, text

BEFORE: dict[str, Contract] = {
    "facts": {"drift found": {}, "drift found > age_seconds": {}},
    "settings": {"MODE": {"default": "enforce"}},
}
AGE = Difference(contract="facts", path="drift found > age_seconds", kind=Kind.REMOVED)
MODE = Difference(contract="settings", path="MODE", kind=Kind.CHANGED)


@pytest.mark.parametrize(
    ("after", "told"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param(
            {"facts": {"drift found": {}}}, ["facts: drift found > age_seconds removed"], id="a field is gone"
        ),
        pytest.param(
            {"facts": {**BEFORE["facts"], "drift found > age": {}}},
            ["facts: drift found > age added"],
            id="a field is new",
        ),
        pytest.param(
            {"facts": {"drift found": {}, "drift found > age": {}}},
            ["facts: drift found > age added", "facts: drift found > age_seconds removed"],
            id="a field is renamed",
        ),
        pytest.param({"facts": {}}, ["facts: drift found removed"], id="a fact is gone, with its fields"),
        pytest.param(
            {"settings": {"MODE": {"default": "audit"}}}, ["settings: MODE changed"], id="another default"
        ),
        pytest.param({"reasons": {"moved": {}}}, ["reasons: moved added"], id="a contract is new"),
    ],
)
def test_what_differs(after: dict[str, Contract], told: list[str]) -> None:
    assert [str(each) for each in differences(BEFORE, BEFORE | after)] == told


def test_a_contract_that_is_gone_differs() -> None:
    assert [str(each) for each in differences(BEFORE, {"facts": BEFORE["facts"]})] == [
        "settings: MODE removed"
    ]


CHANGELOG = """\
# Changelog

## [Unreleased]

{unreleased}

## [0.1.1] - 2027-01-01

### Changed

{newer}

## [0.1.0]

### Added

- `drift found` has `age_seconds`; `MODE`.
"""


@pytest.mark.parametrize(
    ("entry", "passes"),
    [
        pytest.param("", [], id="no entry"),
        pytest.param("- `MODE` is `audit` where it is not set.", [MODE], id="a setting"),
        pytest.param("- MODE is audit where it is not set.", [], id="not in backticks"),
        pytest.param("- `AUDIT_MODE` is new.", [], id="a part of another name"),
        pytest.param("- `MODE.x` is new.", [], id="the beginning of another name"),
        pytest.param("- `drift found` has no `age_seconds`.", [AGE], id="a field with its fact"),
        pytest.param("- `drift found` tells more,\n  and no\n  `age_seconds`.", [AGE], id="on several lines"),
        pytest.param("- `age_seconds` is gone.", [], id="a field without its fact"),
        pytest.param("- `drift found` is there.\n- `age_seconds` is gone.", [], id="in two entries"),
        pytest.param("- `drift found`.\n\n### `age_seconds`", [], id="a heading is no entry"),
        pytest.param("- `drift found`: no `age_seconds`; `MODE`.", [AGE, MODE], id="one entry for both"),
    ],
)
@pytest.mark.parametrize("section", ["unreleased", "newer"])
def test_what_the_changelog_lets_through(entry: str, passes: list[Difference], section: str) -> None:
    changelog = CHANGELOG.format(**({"unreleased": "", "newer": ""} | {section: entry}))
    left = unmentioned([AGE, MODE], changelog, "0.1.0")
    assert [each for each in (AGE, MODE) if each not in left] == passes


def test_a_changelog_without_the_release_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no section \[0.2.0\]"):
        unmentioned([MODE], CHANGELOG, "0.2.0")


def test_a_golden_file_is_a_line_for_each_item(tmp_path: Path) -> None:
    contract: Contract = {"b": ["string"], "a > b": {"default": "x"}}
    (tmp_path / "one.json").write_text(text(contract))

    assert text(contract) == '{\n "a > b": {"default": "x"},\n "b": ["string"]\n}\n'
    assert kept(tmp_path) == {"one": contract}
