"""Azure's published resource types, as Microsoft's own tool prints them, kept beside it once printed.

https://github.com/Azure/bicep-types-az is where it has them from. Monitoring rules and locks are not among them:
they are written down in `handwritten`.
"""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from tests.infra.bicep.handwritten import HANDWRITTEN

PINNED = {
    "Microsoft.Authorization/locks": "2020-05-01",
    "Microsoft.Authorization/roleAssignments": "2022-04-01",
    "Microsoft.Authorization/roleDefinitions": "2022-04-01",
    "Microsoft.EventGrid/systemTopics": "2025-02-15",
    "Microsoft.EventGrid/systemTopics/eventSubscriptions": "2025-02-15",
    "Microsoft.EventGrid/topics": "2025-02-15",
    "Microsoft.Insights/components": "2020-02-02",
    "Microsoft.Insights/metricAlerts": "2018-03-01",
    "Microsoft.Insights/scheduledQueryRules": "2023-12-01",
    "Microsoft.Insights/workbooks": "2023-06-01",
    "Microsoft.ManagedIdentity/userAssignedIdentities": "2024-11-30",
    "Microsoft.Network/privateEndpoints": "2024-07-01",
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups": "2024-07-01",
    "Microsoft.Network/virtualNetworks": "2024-07-01",
    "Microsoft.OperationalInsights/workspaces": "2025-02-01",
    "Microsoft.Resources/resourceGroups": "2025-04-01",
    "Microsoft.Storage/storageAccounts": "2025-01-01",
    "Microsoft.Storage/storageAccounts/blobServices": "2025-01-01",
    "Microsoft.Storage/storageAccounts/blobServices/containers": "2025-01-01",
    "Microsoft.Web/serverfarms": "2024-11-01",
    "Microsoft.Web/sites": "2024-11-01",
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": "2024-11-01",
    "Microsoft.Web/sites/config": "2024-11-01",
}
"""The versions in use: each both stable and one whose description can be had offline."""

_TOOL = Path(str(files("msmcp_azure"))) / "bin"
_CLIENT = {"name": "interlinked", "version": "1"}
_PRIMITIVES = {"string", "int", "bool", "any", "object", "array", "null"}


@dataclass(frozen=True)
class Property:
    type: str
    is_required: bool = False
    is_read_only: bool = False


@dataclass(frozen=True)
class ObjectType:
    properties: Mapping[str, Property]
    additional: str | None = None
    discriminator: str | None = None
    elements: tuple["ObjectType", ...] = ()

    def chosen(self, word: object) -> "ObjectType | None":
        """What the discriminator's value stands for."""
        for element in self.elements:
            if element.properties[self.discriminator or ""].type == word:
                return ObjectType({**self.properties, **element.properties}, element.additional)
        return None


@dataclass(frozen=True)
class Schema:
    """A resource type of one version. Property types are names in `types`, primitives or literals."""

    name: str
    body: ObjectType
    types: Mapping[str, ObjectType] = field(default_factory=dict)

    def object_type(self, type_name: str) -> ObjectType | None:
        return self.types.get(type_name)

    def literals(self, type_name: str, *, also_open: bool) -> set[str]:
        """The words of an enum; of one that Azure keeps open with `| string` only on request."""
        words = {word.strip() for word in type_name.split(" | ")}
        is_open = "string" in words and not also_open
        if is_open or words & set(self.types) or any(word.endswith("[]") for word in words):
            return set()
        return words - _PRIMITIVES


@cache
def schema_of(resource_type: str) -> Schema | None:
    """None for a type that is not in use here."""
    if resource_type not in PINNED:
        return None
    if resource_type in HANDWRITTEN:
        return _parse(HANDWRITTEN[resource_type])
    return _parse(json.loads(_printed(resource_type))["results"]["BicepSchemaResult"])


def _printed(resource_type: str) -> str:
    if not _kept(resource_type).exists():
        _print_all()
    return _kept(resource_type).read_text()


def _kept(resource_type: str) -> Path:
    return _TOOL / "printed" / f"{version('msmcp-azure')}-{resource_type.replace('/', '_')}.json"


def _print_all() -> None:
    """One start of the tool for all of them, since starting it takes two seconds."""
    (_TOOL / "printed").mkdir(exist_ok=True)
    with subprocess.Popen(  # noqa: S603 (a fixed program)
        [_TOOL / "azmcp", "server", "start", "--namespace", "bicepschema", "--mode", "all"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "AZURE_MCP_COLLECT_TELEMETRY": "false"},
    ) as server:
        client = {"protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": _CLIENT}
        _ask(server, "initialize", client)
        _send(server, method="notifications/initialized")
        for each in PINNED.keys() - HANDWRITTEN.keys():
            call = {"name": "bicepschema_get", "arguments": {"resource-type": each}}
            unfinished = _kept(each).with_suffix(f".{os.getpid()}")
            unfinished.write_text(_ask(server, "tools/call", call)["content"][0]["text"])
            unfinished.replace(_kept(each))


def _ask(server: subprocess.Popen[str], method: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """A request of the Model Context Protocol, one line each way."""
    assert server.stdout
    _send(server, id=1, method=method, params=params)
    answers = (json.loads(line) for line in server.stdout)
    answer: dict[str, Any] = next(each for each in answers if each.get("id") == 1)["result"]
    return answer


def _send(server: subprocess.Popen[str], **message: Any) -> None:
    assert server.stdin
    server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    server.stdin.flush()


def _parse(results: list[dict[str, Any]]) -> Schema:
    resource = next(result for result in results if result["$type"] == "Resource")
    types = {
        result["name"]: _object_type(result)
        for result in results
        if result["$type"] in ("Object", "DiscriminatedObject")
    }
    return Schema(resource["name"], _object_type(resource["bodyType"]), types)


def _object_type(result: dict[str, Any]) -> ObjectType:
    if result["$type"] == "DiscriminatedObject":
        return ObjectType(
            _properties(result["baseProperties"]),
            discriminator=result["discriminator"],
            elements=tuple(_object_type(element) for element in result["elements"]),
        )
    additional = result.get("additionalPropertiesType")
    return ObjectType(_properties(result["properties"]), additional)


def _properties(listed: list[dict[str, Any]]) -> dict[str, Property]:
    return {
        each["name"]: Property(
            type=re.sub(r"^\((.*)\)$", r"\1", each["type"]),
            is_required="Required" in (each.get("flags") or ""),
            is_read_only="ReadOnly" in (each.get("flags") or ""),
        )
        for each in listed
    }
