"""The Bicep functions and decorators in use: what comes back, and how many arguments go in."""

from typing import NamedTuple


class Signature(NamedTuple):
    returns: str
    least: int
    most: int
    fields: tuple[str, ...] | None = None
    """Members of what comes back, where they are few and known."""


FUNCTIONS = {
    "concat": Signature("array", 2, 9),
    "contains": Signature("bool", 2, 2),
    "deployment": Signature("object", 0, 0, ("name", "location", "properties")),
    "empty": Signature("bool", 1, 1),
    "endsWith": Signature("bool", 2, 2),
    "environment": Signature("object", 0, 0, ("name", "resourceManager", "suffixes", "authentication")),
    "fail": Signature("any", 1, 1),
    "filter": Signature("array", 2, 2),
    "guid": Signature("string", 1, 9),
    "items": Signature("array", 1, 1),
    "join": Signature("string", 2, 2),
    "last": Signature("any", 1, 1),
    "length": Signature("int", 1, 1),
    "loadJsonContent": Signature("object", 1, 1),
    "loadTextContent": Signature("string", 1, 1),
    "managementGroup": Signature("object", 0, 0, ("id", "name", "properties")),
    "map": Signature("array", 2, 2),
    "pickZones": Signature("array", 3, 5),
    "range": Signature("array", 2, 2),
    "replace": Signature("string", 3, 3),
    "resourceGroup": Signature("object", 0, 2, ("id", "name", "location", "tags")),
    "resourceId": Signature("string", 2, 9),
    "skip": Signature("any", 2, 2),
    "split": Signature("array", 2, 2),
    "startsWith": Signature("bool", 2, 2),
    "string": Signature("string", 1, 1),
    "subscription": Signature("object", 0, 1, ("id", "subscriptionId", "tenantId", "displayName")),
    "subscriptionResourceId": Signature("string", 2, 9),
    "substring": Signature("string", 2, 3),
    "take": Signature("any", 2, 2),
    "tenant": Signature("object", 0, 0, ("tenantId", "displayName")),
    "tenantResourceId": Signature("string", 2, 9),
    "toLower": Signature("string", 1, 1),
    "trim": Signature("string", 1, 1),
    "union": Signature("any", 2, 9),
    "uniqueString": Signature("string", 1, 9),
}

DECORATORS = {
    "batchSize": set[str](),
    "allowed": {"string", "int"},
    "description": {"string", "int", "bool", "object", "array"},
    "maxLength": {"string", "array"},
    "maxValue": {"int"},
    "minLength": {"string", "array"},
    "minValue": {"int"},
}
"""To which types they apply."""

TYPES = {"array", "bool", "int", "object", "string"}

SCOPES = {"managementGroup", "resourceGroup", "subscription"}

SPEAKS_OF = {
    "managementGroup": {"managementGroup"},
    "replace": Signature("string", 3, 3),
    "resourceGroup": {"resourceGroup"},
    "subscription": {"resourceGroup", "subscription"},
}
"""Functions that without an argument stand for the place of the deployment, and where there is such a place."""
