"""Makes `docs/configure.md`: what is accepted and what is the default is asked of the code itself."""

import re
from collections.abc import Iterator, Mapping

from docs.markdown import table
from shared.config.settings import Settings, SettingsError

_LEAST = {
    "AZURE_SUBSCRIPTION_ID": "00000000-0000-0000-0000-000000000000",
    "HUB_VNET_ID": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
    "/providers/Microsoft.Network/virtualNetworks/hub",
}
_UNSAID = {
    "WEBSITE_OWNER_NAME": "a subscription ID, a plus, and anything",
    "TOPOLOGY": "YAML or JSON of [this form](topology-fields.md)",
    "TOPOLOGY_FILE": "a path within the app's folder",
}

MEANINGS: Mapping[str, str] = {
    "HUB_VNET_ID": "Which network is the hub. One of these four is needed; this one leaves nothing to guess",
    "HUB_LOCATION": "The hub is the network in this region. Where there are several, it is the one tagged "
    "`peering-role=hub`",
    "TOPOLOGY": "Several hubs, other subscriptions, rules for spokes, limits: a [topology document](topology.md)",
    "TOPOLOGY_FILE": "The same as a file in the app's folder",
    "AZURE_SUBSCRIPTION_ID": "The subscription looked after",
    "WEBSITE_OWNER_NAME": "App Service sets it: the subscription is taken from it where the one above is unset",
    "MODE": "`audit` looks and reports, and never writes. Bring an existing estate in with it first",
    "PEERING_NAME_TEMPLATE": "How peerings are called. Where two would be called the same, or longer than 80 "
    "characters, a hash of the remote's ID is added",
    "GATEWAY_TRANSIT": "Whether spokes use the hub's gateway. `never`: a use that is found is kept and reported",
    "HUB_PEERING_OPTIONS": "Options of the half on the hub. What is not named stays at its default",
    "SPOKE_PEERING_OPTIONS": "The same for the half on the spoke",
    "RECONCILE_SCHEDULE": "When everything is checked",
    "EVENT_BUDGET_SECONDS": "How long a run for an event may take. Event Grid itself gives up at 30",
    "TIMER_BUDGET_SECONDS": "How long a run of the timer may take. `functionTimeout` in host.json is 1800",
    "OUTCOME_TOPIC_ENDPOINT": "Event Grid topic that changes of state are published to, see "
    "[notifications](notifications.md). Unset: nowhere",
    "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "Metrics and traces by "
    "[OpenTelemetry](telemetry.md#metrics-and-traces); the templates set what belongs to it",
    "ARM_ENDPOINT": "Azure Resource Manager, where it is not that of the public cloud",
    "AZURE_CLIENT_ID": "Client ID of a user-assigned identity. Unset: the system-assigned one",
}


def configure() -> str:
    return "\n".join(_configure()) + "\n"


def _configure() -> Iterator[str]:
    yield "# Every setting"
    yield ""
    yield "This page is made from `shared/config/settings.py` by `make docs`. An empty setting counts as unset. Everything"
    yield "wrong with them is reported at once, by the first run and by [`/api/health`](status-page.md#health), save"
    yield "for storage, which no run depends on. The templates set them from parameters of their own:"
    yield "[deploy.md](deploy.md#settings)."
    yield ""
    yield from table(
        ("setting", "meaning", "accepted", "default"),
        (
            (f"`{name}`", meaning, _accepted(name).replace("<", "&lt;"), _default(name))
            for name, meaning in MEANINGS.items()
        ),
    )
    yield ""
    yield "## Storage"
    yield ""
    yield "The Functions host needs storage anyway. The app keeps its alerts there, so that"
    yield "[nothing is reported twice](how-it-works.md#what-is-remembered); without it, lines and messages are repeated"
    yield "after a restart."
    yield ""
    yield from table(
        ("setting", "meaning"),
        (
            ("`AzureWebJobsStorage`", "a connection string; wins over the others"),
            ("`AzureWebJobsStorage__accountName`", "name of the account, reached with the app's identity"),
            ("`AzureWebJobsStorage__blobServiceUri`", "its address instead, for other clouds and names"),
            (
                "`AzureWebJobsStorage__clientId`",
                "the user-assigned identity, where it is not `AZURE_CLIENT_ID`",
            ),
        ),
    )


def _accepted(name: str) -> str:
    """As the message for a wrong value puts it."""
    stands_for = {
        **dict.fromkeys(("HUB_LOCATION", "TOPOLOGY", "TOPOLOGY_FILE"), "HUB_VNET_ID"),
        "WEBSITE_OWNER_NAME": "AZURE_SUBSCRIPTION_ID",
    }.get(name)
    environ = {other: value for other, value in _LEAST.items() if other != stands_for}
    try:
        Settings.from_environ(environ | {name: "0" if name.endswith("_SECONDS") else "?"})
    except SettingsError as error:
        said = re.search("accepted (?:is|are) (.*)", str(error))
        return said[1] if said else _UNSAID[name]
    raise ValueError(f"{name} accepts anything")


def _default(name: str) -> str:
    settings = Settings.from_environ(_LEAST)
    policy = settings.policy
    match name:
        case "HUB_VNET_ID" | "HUB_LOCATION" | "TOPOLOGY" | "TOPOLOGY_FILE":
            return ""  # one of them is needed
        case "AZURE_SUBSCRIPTION_ID" | "WEBSITE_OWNER_NAME":
            return ""  # likewise
        case "PEERING_NAME_TEMPLATE":
            return f"`{policy.names.text}`"
        case "GATEWAY_TRANSIT":
            return f"`{policy.gateway_transit}`"
        case "HUB_PEERING_OPTIONS":
            return _options(policy.hub_options)
        case "SPOKE_PEERING_OPTIONS":
            return _options(policy.spoke_options)
        case "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY":
            return f"`{str(settings.open_telemetry).lower()}`"
        case _:
            value = getattr(settings, name.lower().removeprefix("azure_"))
            return "" if value is None else f"`{value}`"


def _options(options: Mapping[str, bool]) -> str:
    text = ",".join(f"{name}={str(value).lower()}" for name, value in options.items())
    return f"`{text}`, the rest kept"
