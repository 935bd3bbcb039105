"""Azure's published resource types, as Microsoft's own tool prints them, kept beside it once printed.

https://github.com/Azure/bicep-types-az is where it has them from. Monitoring rules and locks are not among them:
they are written down in `handwritten`.
"""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
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

    def literals(self, type_name: str) -> set[str]:
        """The words of an enum, also of one that Azure keeps open with `| string`."""
        words = {word.strip() for word in type_name.split(" | ")}
        if words & set(self.types) or any(word.endswith("[]") for word in words):
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


def print_all() -> None:
    """Asks for all at once, where that has not happened yet: each takes the tool two seconds."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_printed, PINNED.keys() - HANDWRITTEN.keys()))


def _printed(resource_type: str) -> str:
    tool = Path(str(files("msmcp_azure"))) / "bin"
    kept = tool / "printed" / f"{version('msmcp-azure')}-{resource_type.replace('/', '_')}.json"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        answer = subprocess.run(  # noqa: S603 (a fixed program; the type is an argument, not a shell's text)
            [tool / "azmcp", "bicepschema", "get", "--resource-type", resource_type],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "AZURE_MCP_COLLECT_TELEMETRY": "false"},
        ).stdout
        unfinished = kept.with_suffix(f".{os.getpid()}")
        unfinished.write_text(answer)
        unfinished.replace(kept)
    return kept.read_text()


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
