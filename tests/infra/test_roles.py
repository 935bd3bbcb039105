"""How the roles are written down. That they allow what the app does, and nothing else, is for `test_rights.py`."""

import re

import pytest

from tests.clouds import ROLES
from tests.infra.bicep.model import ROOT


def test_audit_allows_what_enforce_reads_and_nothing_else():
    audit, enforce = (set(ROLES[mode]["actions"]) for mode in ("audit", "enforce"))

    assert audit < enforce
    assert all(each.endswith("/read") for each in audit)
    # These two follow writes, which audit does not start; a network shows its peerings itself.
    assert {each for each in enforce - audit if each.endswith("/read")} == {
        "Microsoft.Network/locations/operations/read",
        "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/read",
    }


@pytest.mark.parametrize("mode", ["audit", "enforce"])
def test_a_role_has_no_wildcard_and_no_doubles(mode):
    role = ROLES[mode]

    assert role.keys() == {"roleName", "description", "actions"}
    assert role["actions"] == sorted(set(role["actions"]))
    assert not any("*" in each for each in role["actions"])


def test_documentation_lists_the_roles_as_they_are():
    rows = re.findall(
        r"^\| `(Microsoft\.[^`]+)` \| (yes|) *\| (yes|) *\|",
        (ROOT / "docs/security.md").read_text(),
        re.MULTILINE,
    )

    for column, mode in enumerate(("audit", "enforce"), start=1):
        assert {row[0] for row in rows if row[column]} == set(ROLES[mode]["actions"])
