"""The roles allow what the client does, and nothing else."""

import asyncio
import json
import re

import pytest

from simulator.network.locks import LockMode
from simulator.transport import installed
from tests.clouds import EU, HUB, US, Cloud
from tests.infra.bicep.model import ROOT

ROLES = {path.stem: json.loads(path.read_text()) for path in (ROOT / "infra/roles").glob("*.json")}
PEER = "Microsoft.Network/virtualNetworks/peer/action"
_AS_IN_ACTIONS = {"resourcegroups": "resourceGroups"}
"""Paths and actions spell it differently."""

VERBS = {"GET": "read", "PUT": "write", "DELETE": "delete"}


def action(method: str, path: str) -> str:
    """What Azure checks a request for: the types along the path, and what the method means."""
    _, is_provided, resource = path.rpartition("/providers/")
    if not is_provided:
        resource = f"Microsoft.Resources{path}"
    namespace, *rest = resource.split("/")
    types = [_AS_IN_ACTIONS.get(each.lower(), each) for each in rest[::2]]
    return "/".join([namespace, *types, VERBS[method]])


async def everything_the_client_does() -> set[str]:
    """Pairs made, mended and cleared away, on an Azure that also lets writes fail late."""
    cloud, asked = Cloud(lock_mode=LockMode.FAILS_LATE), set()

    async def handle(request):
        asked.add((request.method, request.path))
        return await cloud.arm.handle(request)

    with installed(handle):
        await cloud.workshop()
        reconciler = cloud.reconciler()
        await reconciler.reconcile(None, budget_seconds=1500)
        cloud.delete_half(US, HUB)
        cloud.world.delete_vnet(cloud.find(EU))
        await asyncio.sleep(60)
        await reconciler.reconcile(None, budget_seconds=1500)
    assert cloud.is_whole(US)
    assert cloud.half(HUB, EU) is None
    return {action(method, path) for method, path in asked}


async def test_enforce_allows_exactly_what_the_client_does():
    done = await everything_the_client_does()

    # Writing a peering is checked on the remote network as well, as an action of its own.
    assert set(ROLES["enforce"]["actions"]) == done | {PEER}


def test_audit_allows_what_enforce_reads_and_nothing_else():
    audit, enforce = (set(ROLES[mode]["actions"]) for mode in ("audit", "enforce"))

    assert audit < enforce
    assert all(each.endswith("/read") for each in audit)
    # Operations belong to writes, which audit does not start.
    assert {each for each in enforce - audit if each.endswith("/read")} == {
        "Microsoft.Network/locations/operations/read"
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
