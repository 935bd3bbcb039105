"""Step 5: what no schema demands and this deployment is to keep."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.infra.bicep.handwritten import DURATIONS
from tests.infra.bicep.model import Bicep, literal, place, text, walk
from tests.infra.bicep.plain import plain
from tests.infra.bicep.schemas import PINNED

BUILT_IN_ROLES = {
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
    "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
    "d5a91429-5739-47e2-a06b-3470a27159e7": "EventGrid Data Sender",
    "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
}
"""https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"""

STORAGE_SKUS = {"Standard_LRS", "Standard_ZRS"}

_NAMES_A_TYPE = {"pickZones", "resourceId", "subscriptionResourceId", "tenantResourceId"}
_HAS_ZONES = "Microsoft.Compute/virtualMachines"
"""A region that has them for these has them."""

REFUSED_SITE_CONFIG = {
    "alwaysOn",
    "ftpsState",
    "functionAppScaleLimit",
    "functionsRuntimeScaleMonitoringEnabled",
    "linuxFxVersion",
    "netFrameworkVersion",
    "preWarmedInstanceCount",
    "use32BitWorkerProcess",
}
"""Flex Consumption answers 400 to these, https://github.com/Azure/azure-functions-host/issues/10643."""

REFUSED_SETTINGS = {
    "AzureWebJobsStorage",
    "ENABLE_ORYX_BUILD",
    "FUNCTIONS_EXTENSION_VERSION",
    "FUNCTIONS_WORKER_RUNTIME",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
    "WEBSITE_RUN_FROM_PACKAGE",
}
"""Of no use on Flex Consumption, or secret."""


def problems(bicep: Bicep) -> Iterator[str]:
    for resource in bicep.of("resource").values():
        name = resource.target.partition("@")[0]
        if resource.body is None or resource.is_existing:
            continue
        body = plain(resource.body)
        for rule in _RULES.get(name, ()):
            complaint = rule(body)
            if complaint:
                yield f"{place(bicep, resource.node)}: {complaint}"
    for node in walk(bicep.root):
        word = literal(node) if node.type == "string" else None
        if isinstance(word, str) and _looks_like_a_guid(word) and word not in BUILT_IN_ROLES:
            yield f"{place(bicep, node)}: {word} is no role we know"
        if isinstance(word, str) and word.startswith("St") and "_" in word and word not in STORAGE_SKUS:
            yield f"{place(bicep, node)}: {word} is no way to keep storage"
        if (
            isinstance(word, str)
            and re.fullmatch(r"P\w?\d+\w*", word, re.IGNORECASE)
            and word not in DURATIONS
        ):
            yield f"{place(bicep, node)}: {word} is no window of an alert"
        if node.type == "call_expression" and text(node.named_children[0]) in _NAMES_A_TYPE:
            words = [literal(each) for each in node.named_children[1].named_children]
            if text(node.named_children[0]) == "pickZones":
                words = ["/".join(map(str, words[:2]))]
            if not any(word in {*PINNED, _HAS_ZONES} for word in words):
                yield f"{place(bicep, node)}: {words} names no type in use"


def _looks_like_a_guid(word: str) -> bool:
    """Loosely, so that a misspelt one does as well."""
    return re.fullmatch("[0-9a-f]+(-[0-9a-f]*){3,5}", word, re.IGNORECASE) is not None


def _at(body: Any, path: str) -> Any:
    for name in path.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body


def _is(path: str, *wanted: Any) -> Callable[[Any], str | None]:
    def rule(body: Any) -> str | None:
        found = _at(body, path)
        return None if found in wanted else f"{path} is {found!r}, not {' or '.join(map(repr, wanted))}"

    return rule


def _between(path: str, least: int, most: int) -> Callable[[Any], str | None]:
    def rule(body: Any) -> str | None:
        found = _at(body, path)
        good = isinstance(found, int) and least <= found <= most
        return None if good else f"{path} is {found!r}, not from {least} to {most}"

    return rule


def _without(path: str, refused: set[str]) -> Callable[[Any], str | None]:
    def rule(body: Any) -> str | None:
        found = refused & set(_at(body, path) or {})
        return f"{path} has {', '.join(sorted(found))}" if found else None

    return rule


def _is_called_an_alert(body: Any) -> str | None:
    return (
        None
        if str(body.get("name")).startswith("<'alert-${name}-")
        else f"{body.get('name')} is no alert's name"
    )


def _few_filter_values(body: Any) -> str | None:
    """25 filters and 25 values altogether, https://learn.microsoft.com/azure/event-grid/event-filtering."""
    filters = _at(body, "properties.filter.advancedFilters") or []
    count = sum(len(each.get("values", [])) for each in filters)
    keys = {each.get("key") for each in filters}
    if not keys <= {"subject", "data.operationName"}:
        return f"events have no {', '.join(map(str, keys))}"
    return None if 0 < count <= 25 and len(filters) <= 25 else f"{count} filter values"


def _topic_has_no_identity(body: Any) -> str | None:
    """A topic that is global can have none, https://learn.microsoft.com/azure/event-grid/enable-identity-system-topics."""
    return "a global topic has no identity" if "identity" in body else None


def _each_criterion(**wanted: Any) -> Callable[[Any], str | None]:
    def rule(body: Any) -> str | None:
        for criterion in _at(body, "properties.criteria.allOf") or [{}]:
            for name, value in wanted.items():
                if criterion.get(name) != value:
                    return f"{name} is {criterion.get(name)!r}, not {value!r}"
        return None

    return rule


_SERVICE_PRINCIPAL = _is("properties.principalType", "ServicePrincipal")
_RULES: dict[str, tuple[Callable[[Any], str | None], ...]] = {
    "Microsoft.Storage/storageAccounts": (
        _is("properties.allowSharedKeyAccess", False),
        _is("properties.allowBlobPublicAccess", False),
        _is("properties.allowCrossTenantReplication", False),
        _is("properties.defaultToOAuthAuthentication", True),
        _is("properties.supportsHttpsTrafficOnly", True),
        _is("properties.minimumTlsVersion", "TLS1_2"),
    ),
    "Microsoft.Storage/storageAccounts/blobServices": (
        _is("name", "default"),
        _is("properties.deleteRetentionPolicy.enabled", True),
        _between("properties.deleteRetentionPolicy.days", 7, 365),
    ),
    "Microsoft.Storage/storageAccounts/blobServices/containers": (_is("properties.publicAccess", "None"),),
    "Microsoft.Insights/components": (
        _is("properties.DisableLocalAuth", True),
        _is("kind", "web"),
    ),
    "Microsoft.OperationalInsights/workspaces": (
        _is("properties.features.disableLocalAuth", True),
        _is("properties.sku.name", "PerGB2018"),
    ),
    "Microsoft.Web/serverfarms": (
        _is("sku.name", "FC1"),
        _is("sku.tier", "FlexConsumption"),
        _is("properties.reserved", True),
        _is("kind", "functionapp"),
    ),
    "Microsoft.Web/sites": (
        _is("kind", "functionapp,linux"),
        _is("identity.type", "UserAssigned"),
        _is("properties.httpsOnly", True),
        _is("properties.clientAffinityEnabled", False),
        _is("properties.siteConfig.minTlsVersion", "1.2"),
        _without("properties.siteConfig", REFUSED_SITE_CONFIG),
        _is("properties.functionAppConfig.deployment.storage.type", "blobContainer"),
        _is("properties.functionAppConfig.deployment.storage.authentication.type", "UserAssignedIdentity"),
    ),
    "Microsoft.Web/sites/config": (_without("properties", REFUSED_SETTINGS),),
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": (_is("properties.allow", False),),
    "Microsoft.EventGrid/systemTopics": (
        _is("location", "global"),
        _is("properties.topicType", "Microsoft.Resources.Subscriptions"),
        _topic_has_no_identity,
    ),
    "Microsoft.EventGrid/systemTopics/eventSubscriptions": (
        _is("properties.destination.endpointType", "AzureFunction"),
        _is("properties.destination.properties.maxEventsPerBatch", 1),
        _is("properties.eventDeliverySchema", "EventGridSchema"),
        _between("properties.retryPolicy.eventTimeToLiveInMinutes", 1, 1440),
        _between("properties.retryPolicy.maxDeliveryAttempts", 1, 30),
        _few_filter_values,
    ),
    "Microsoft.Authorization/roleAssignments": (_SERVICE_PRINCIPAL,),
    "Microsoft.Authorization/roleDefinitions": (_is("properties.type", "CustomRole"),),
    "Microsoft.Insights/scheduledQueryRules": (
        _is_called_an_alert,
        _is("properties.evaluationFrequency", "PT5M"),
        _each_criterion(
            timeAggregation="Count",
            operator="GreaterThan",
            threshold=0,
            failingPeriods={"numberOfEvaluationPeriods": 1, "minFailingPeriodsToAlert": 1},
        ),
    ),
    "Microsoft.Insights/metricAlerts": (
        _is_called_an_alert,
        _is("properties.evaluationFrequency", "PT5M"),
        _is("properties.windowSize", "PT15M"),
        _each_criterion(
            metricNamespace="Microsoft.EventGrid/systemTopics",
            timeAggregation="Total",
            dimensions=[
                {
                    "name": "EventSubscriptionName",
                    "operator": "Include",
                    "values": ["<eventSubscriptionName>"],
                }
            ],
        ),
    ),
    "Microsoft.Insights/workbooks": (
        _is("kind", "shared"),
        _is("properties.category", "workbook"),
        _is("properties.version", "Notebook/1.0"),
    ),
}
