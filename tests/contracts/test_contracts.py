"""What users hold on to is as the golden files have it, and the changelog tells how it differs from the release."""

from hashlib import sha256

import pytest

from tests.contracts.comparison import differences, unmentioned
from tests.contracts.contract import CURRENT, FOLDER, RELEASED, kept, text
from tests.contracts.derive import CONTRACTS

RELEASE = RELEASED.name
AS_RELEASED = "45287d3c3c5c8892224aea1e4b8880e7bf2cdc9c34b735f367c3eb60686b958a"


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_code_keeps_the_contract(name: str) -> None:
    derived = text(CONTRACTS[name]())
    assert (CURRENT / f"{name}.json").read_text(encoding="utf-8") == derived, (
        "a promise to users differs: run python -m tests.contracts, and tell of it in CHANGELOG.md"
    )


def test_there_is_a_golden_file_for_each_contract_and_no_other() -> None:
    assert kept(CURRENT).keys() == CONTRACTS.keys()


def test_the_changelog_tells_what_differs_from_the_release() -> None:
    changelog = (FOLDER.parents[1] / "CHANGELOG.md").read_text(encoding="utf-8")
    found = differences(kept(RELEASED), kept(CURRENT))
    assert [str(each) for each in unmentioned(found, changelog, RELEASE)] == []


def test_what_was_released_is_not_rewritten() -> None:
    files = sorted(RELEASED.glob("*.json"))
    assert (
        sha256(b"".join(file.name.encode() + file.read_bytes() for file in files)).hexdigest() == AS_RELEASED
    )
