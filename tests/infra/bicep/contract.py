"""Step 6: the templates and the code mean the same settings, functions and events."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.infra import code
from tests.infra.bicep.model import ROOT, Estate, walk
from tests.infra.bicep.plain import plain

PLATFORM_SETTINGS = {
    "AZURE_AUTHORITY_HOST": "<environment().authentication.loginEndpoint>",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "<'ClientId=${clientId};Authorization=AAD'>",
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "<insights.properties.ConnectionString>",
    "AzureWebJobsStorage__blobServiceUri": "<storage.properties.primaryEndpoints.blob>",
    "AzureWebJobsStorage__clientId": "<clientId>",
    "AzureWebJobsStorage__credential": "managedidentity",
    "AzureWebJobsStorage__tableServiceUri": "<storage.properties.primaryEndpoints.table>",
}
"""What the Functions host and azure-identity read, https://learn.microsoft.com/azure/azure-functions/functions-app-settings."""

TELEMETRY_SETTINGS = {
    "AzureFunctionsJobHost__telemetryMode": "OpenTelemetry",
    "PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME": "interlinked",
}
"""https://learn.microsoft.com/azure/azure-functions/opentelemetry-howto"""

EVENT_GRID = [
    {
        "name": "event-grid",
        "priority": 100,
        "action": "Allow",
        "tag": "ServiceTag",
        "ipAddress": "AzureEventGrid",
    }
]

PRIVATE_SERVICES = ["blob", "table"]

EVENT_SUBSCRIPTION = "<'interlinked-${environmentName}'>"

MEMORY = [512, 2048, 4096]
"""https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan"""

OUTPUTS = {
    "infra/main.bicep": {"AZURE_RESOURCE_GROUP", "INTERLINKED_FUNCTION_APP_ID"},
    "infra/fleet/roles.bicep": {"auditRoleId", "enforceRoleId"},
}
"""What azd, the parameters of the events and the documentation read."""

OPERATIONS = {
    "Microsoft.Network/virtualNetworks/delete",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/delete",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write",
    "Microsoft.Network/virtualNetworks/write",
    "Microsoft.Resources/tags/write",
}

VIEWS = {"barchart", "linechart", "table"}

WORKBOOK_ITEM = {
    "type": 3,
    "name": "<chart.title>",
    "content": {
        "version": "KqlItem/1.0",
        "title": "<chart.title>",
        "query": "<chart.query>",
        "size": 0,
        "timeContext": {"durationMs": 2592000000},
        "queryType": 0,
        "resourceType": "microsoft.insights/components",
        "visualization": "<chart.view>",
    },
}
"""A query that asks Application Insights is item type 3 with query type 0, as exported workbooks have it:
https://github.com/microsoft/Application-Insights-Workbooks"""

METRICS = {"DeliveryAttemptFailCount", "DroppedEventCount"}
"""https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-eventgrid-systemtopics-metrics"""


@cache
def _known() -> tuple[set[str], dict[str, str], set[str]]:
    return code.settings(), code.functions(), code.words(ROOT / "shared/events/resource.py")


def problems(estate: Estate) -> Iterator[str]:
    main, function = estate["infra/main.bicep"], estate["infra/modules/function.bicep"]
    events = estate["infra/events/subscription.bicep"]
    yield from _settings(main.of("module"), function.of("resource"))
    yield from _app(function.of("resource"))
    let_in = function.of("var").get("eventGrid")
    if let_in is None or let_in.value is None or plain(let_in.value) != EVENT_GRID:
        yield "function.bicep: a private app is to let Event Grid in"
    yield from _events(events.of("resource"))
    alerts = estate["infra/events/alerts.bicep"].of("var").get("metrics")
    watched = set(plain(alerts.value)) if alerts and alerts.value and alerts.value.type == "object" else set()
    if watched != METRICS:
        yield f"events/alerts.bicep: watches {sorted(watched)}, not {sorted(METRICS)}"
    yield from _workbook(estate["infra/modules/workbook.bicep"].of("var"))
    modules = estate["infra/events/main.bicep"].of("module")
    delivery, watch = (_body(modules, name).get("params", {}) for name in ("delivery", "alerts"))
    if {delivery.get("name"), watch.get("eventSubscriptionName")} != {EVENT_SUBSCRIPTION}:
        yield f"events/main.bicep: the event subscription is called {EVENT_SUBSCRIPTION}, as uninstalling knows it"
    private = estate["infra/modules/private-storage.bicep"].of("var").get("services")
    endpoints = plain(private.value) if private is not None and private.value is not None else []
    if [each.get("name") for each in endpoints if isinstance(each, dict)] != PRIVATE_SERVICES:
        yield f"private-storage.bicep: the host uses {' and '.join(PRIVATE_SERVICES)}"
    yield from _heartbeat(estate)
    yield from _alerts(estate["infra/modules/alerts.bicep"].of("var"))
    memory = main.of("param").get("instanceMemoryMB")
    if memory is None or memory.allowed != MEMORY:
        yield f"main.bicep: Flex Consumption has instances of {MEMORY} MB"
    for path, wanted in OUTPUTS.items():
        if estate[path].of("output").keys() != wanted:
            yield f"{path}: puts out {', '.join(estate[path].of('output'))}, not {', '.join(sorted(wanted))}"


def _workbook(declared: dict[str, Any]) -> Iterator[str]:
    content, charts = declared.get("content"), declared.get("charts")
    if content is None or charts is None or not isinstance(plain(charts.value), list):
        yield "workbook.bicep: content or charts are missing"
        return
    objects = [plain(node) for node in walk(content.node) if node.type == "object"]
    top = {name: value for name, value in objects[0].items() if name != "items"} if objects else {}
    is_workbook = top == {"version": "Notebook/1.0", "fallbackResourceIds": ["<insightsId>"]}
    if not is_workbook or WORKBOOK_ITEM not in objects:
        yield "workbook.bicep: the content is not of the form of a workbook"
    if not {chart.get("view") for chart in plain(charts.value)} <= VIEWS:
        yield f"workbook.bicep: charts are {', '.join(sorted(VIEWS))}"


def _alerts(declared: dict[str, Any]) -> Iterator[str]:
    """The documentation and the queries call them the same."""
    rules = declared.get("rules")
    for rule in plain(rules.value) if rules is not None and rules.value is not None else []:
        if isinstance(rule, dict) and rule.get("window") not in ("<heartbeatWindow>", "PT15M"):
            yield f"alerts.bicep: {rule.get('name')} looks back {rule.get('window')}"
        if isinstance(rule, dict) and f"queries/{rule.get('name')}.kql'" not in rule.get("query", ""):
            yield f"alerts.bicep: {rule.get('name')} asks {rule.get('query')}"


def _heartbeat(estate: Estate) -> Iterator[str]:
    """What may be chosen is the same in both templates, and each choice has its form in KQL."""
    heartbeat = estate["infra/events/heartbeat.bicep"]
    waits = heartbeat.of("var").get("waits")
    forms = plain(waits.value) if waits is not None and waits.value is not None else None
    for path in ("infra/main.bicep", "infra/events/main.bicep"):
        window = estate[path].of("param").get("heartbeatWindow")
        chosen = window.allowed if window is not None and window.allowed is not None else []
        if forms != {each: str(each).removeprefix("P").removeprefix("T").lower() for each in chosen}:
            yield f"{path}: heartbeatWindow can be {chosen}, and heartbeat.bicep knows {forms}"
    rule = _body(heartbeat.of("resource"), "silence").get("properties", {}).get("criteria", {})
    query = rule.get("allOf", [{}])[0].get("query", "") if isinstance(rule, dict) else ""
    if not query.endswith(", 'wait = 15m', 'wait = ${waits[heartbeatWindow]}')>"):
        yield f"heartbeat.bicep: the query asks {query}"


def _settings(modules: dict[str, Any], resources: dict[str, Any]) -> Iterator[str]:
    known, _, _ = _known()
    given = _body(modules, "function").get("params", {}).get("settings", {})
    config = resources.get("appSettings")
    extra = (
        [plain(node) for node in walk(config.body) if node.type == "object"] if config and config.body else []
    )
    host: dict[str, Any] = next((each for each in extra if "AZURE_CLIENT_ID" in each), {})
    for name, value in PLATFORM_SETTINGS.items():
        if host.get(name) != value:
            yield f"function.bicep: {name} is {host.get(name)!r}, not {value!r}"
    if TELEMETRY_SETTINGS not in extra:
        yield f"function.bicep: with openTelemetry the host is told {TELEMETRY_SETTINGS}"
    names = set(given) | set(host) - set(PLATFORM_SETTINGS)
    for name in names ^ known:
        if name != "WEBSITE_OWNER_NAME":  # App Service sets it
            yield f"function.bicep: the setting {name} is {'not known to the code' if name in names else 'not set'}"
    if _body(resources, "appSettings").get("name") != "appsettings":
        yield "function.bicep: settings go into appsettings"


def _app(resources: dict[str, Any]) -> Iterator[str]:
    _, functions, _ = _known()
    app = _body(resources, "app")
    config = app.get("properties", {}).get("functionAppConfig", {})
    version = (ROOT / ".python-version").read_text().strip()
    if config.get("runtime") != {"name": "python", "version": version}:
        yield f"function.bicep: the runtime is {config.get('runtime')}, not Python {version}"
    ready = config.get("scaleAndConcurrency", {}).get("alwaysReady", "")
    if not any(f"'function:{name}'" in ready for name in functions):
        yield f"function.bicep: always ready is {ready}"
    let_in = app.get("properties", {}).get("siteConfig", {}).get("ipSecurityRestrictions")
    if let_in != "<isPrivate ? concat(eventGrid, readers) : []>":
        yield "function.bicep: a private app lets in Event Grid and its readers, and nobody else"
    if "'azd-service-name': 'remediator'" not in app.get("tags", ""):
        yield "function.bicep: azd finds its service by the tag azd-service-name"
    closed = {_body(resources, name).get("name") for name in resources} & {"ftp", "scm"}
    if closed != {"ftp", "scm"}:
        yield "function.bicep: both ways of publishing with a password are to be closed"


def _events(resources: dict[str, Any]) -> Iterator[str]:
    _, functions, words = _known()
    described = _body(resources, "delivery").get("properties", {})
    target = str(described.get("destination", {}).get("properties", {}).get("resourceId", ""))
    name = target.strip("<>'").rpartition("/functions/")[2]
    if functions.get(name) != "event_grid_trigger":
        yield f"events/subscription.bicep: {name!r} is no function for events"
    filters = described.get("filter", {})
    if not set(filters.get("includedEventTypes", [])) <= words:
        yield "events/subscription.bicep: the code skips these event types"
    chosen = {each.get("key"): each.get("values") for each in filters.get("advancedFilters", [])}
    if set(chosen.get("data.operationName") or []) != OPERATIONS:
        yield "events/subscription.bicep: other operations than those that concern peerings"
    if chosen.get("subject") != ["/providers/Microsoft.Network/virtualNetworks/"]:
        yield "events/subscription.bicep: other subjects than networks"


def _body(declarations: dict[str, Any], name: str) -> dict[str, Any]:
    found = declarations.get(name)
    return plain(found.body) if found is not None and found.body is not None else {}
