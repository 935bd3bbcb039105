"""What pyproject.toml asks for, and what `make requirements` has made of it."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.infra.requirements import ROOT, pins

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OF_THE_APP = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["app"],
    *PROJECT["project"]["optional-dependencies"]["telemetry"],
]


@pytest.mark.parametrize(
    ("file", "wanted"),
    [("requirements.txt", OF_THE_APP), ("requirements-dev.txt", PROJECT["dependency-groups"]["dev"])],
)
def test_what_is_pinned_is_within_the_ranges(file, wanted):
    pinned = pins(file)
    outside = [
        text
        for text in wanted
        if not (each := Requirement(text)).specifier.contains(pinned.get(canonicalize_name(each.name), "0"))
    ]

    assert (outside, pinned.keys() >= {canonicalize_name(Requirement(text).name) for text in wanted}) == (
        [],
        True,
    )


def test_what_both_files_pin_they_pin_alike():
    app, development = pins("requirements.txt"), pins("requirements-dev.txt")

    assert {name: app[name] for name in app.keys() & development.keys()} == {
        name: development[name] for name in app.keys() & development.keys()
    }


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_everything_is_pinned_with_hashes_and_no_address(file):
    """pip checks no hash at all where no line has one, and an address would be that of one machine's registry."""
    entries = re.split(r"^(?=\w)", (ROOT / file).read_text(), flags=re.MULTILINE)[1:]

    assert [entry for entry in entries if not re.match(r"[\w.-]+==.* \\\n    --hash=sha256:", entry)] == []
    assert "://" not in (ROOT / file).read_text()
