"""The environment, read into `Settings` with every problem reported at once."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ..model.ids import is_guid
from .document.model import TopologyDocument, document_of_hub
from .formats import GUID_FORMAT, one_of, parse_guid, parse_location, parse_vnet_id
from .peering_names import NameTemplate
from .peering_policy import DEFAULT_OPTIONS, SERVICE_DEFAULTS, GatewayTransit, PeeringPolicy
from .schedule import DEFAULT_SCHEDULE, parse_schedule

DEFAULT_ARM_ENDPOINT = "https://management.azure.com"
APP_FOLDER = Path(__file__).parents[2]

_OPTIONS_FORMAT = f"name=true, name=false or name=keep, separated by commas, of {', '.join(SERVICE_DEFAULTS)}"
_ENDPOINT_FORMAT = f"https and a host without a path, such as {DEFAULT_ARM_ENDPOINT}"

_TOPIC_PATH = "/api/events"
_TOPIC_FORMAT = "https, a host and the path /api/events, such as https://mytopic.westeurope-1.eventgrid.azure.net/api/events"

_host = re.compile(
    r"(https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9][0-9]{0,4})?)/?", re.ASCII | re.IGNORECASE
)


class Mode(StrEnum):
    AUDIT = "audit"
    """Looks and reports, and writes nothing."""
    ENFORCE = "enforce"


class SettingsError(ValueError):
    """The environment cannot be used; the message lists everything wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The app's settings. `from_environ` raises `SettingsError`."""

    mode: Mode
    subscription_id: str
    """The deployment's own; `document` may name others instead."""
    document: TopologyDocument
    policy: PeeringPolicy
    reconcile_schedule: str
    arm_endpoint: str
    outcome_topic_endpoint: str | None
    """Where changes of state are published."""
    client_id: str | None
    open_telemetry: bool
    """Whether the worker exports telemetry by itself; the setting is that of Functions."""
    event_budget_seconds: int
    timer_budget_seconds: int

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        reading = _Reading(environ=environ)
        document = _topology_document(reading)
        subscription_id = _subscription_id(reading)
        settings = cls(
            mode=reading.read("MODE", one_of(Mode), Mode.ENFORCE),
            subscription_id=subscription_id,
            document=document,
            policy=_policy(reading, document.looked_after(subscription_id)),
            reconcile_schedule=reading.read("RECONCILE_SCHEDULE", parse_schedule, DEFAULT_SCHEDULE),
            arm_endpoint=reading.read("ARM_ENDPOINT", _endpoint, DEFAULT_ARM_ENDPOINT),
            outcome_topic_endpoint=reading.read("OUTCOME_TOPIC_ENDPOINT", _topic, None),
            client_id=reading.read("AZURE_CLIENT_ID", parse_guid, None),
            open_telemetry=reading.read("PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY", _switch, False),
            event_budget_seconds=reading.read("EVENT_BUDGET_SECONDS", _whole_seconds(1, 28), 25),
            timer_budget_seconds=reading.read("TIMER_BUDGET_SECONDS", _whole_seconds(30, 1740), 1500),
        )
        if reading.problems:
            raise SettingsError("; ".join(reading.problems))
        return settings

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """Those looked after, in lower case."""
        return self.document.looked_after(self.subscription_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """The environment, and what was found wrong with it so far."""

    environ: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        return self.environ.get(name, "").strip()

    def read[Value, Default](
        self, name: str, parse: Callable[[str], Value], default: Default
    ) -> Value | Default:
        """The parsed value; `default` where it is not set, or cannot be parsed, which is a problem."""
        text = self.text(name)
        try:
            return parse(text) if text else default
        except ValueError as error:
            self.problems.append(f"{name}: {text!r} {error}")
            return default


def _subscription_id(reading: _Reading) -> str:
    if reading.text("AZURE_SUBSCRIPTION_ID"):
        return reading.read("AZURE_SUBSCRIPTION_ID", parse_guid, "")
    if reading.text("WEBSITE_OWNER_NAME"):
        return reading.read("WEBSITE_OWNER_NAME", _owner, "")
    reading.problems.append(f"AZURE_SUBSCRIPTION_ID: is not set, accepted is {GUID_FORMAT}")
    return ""


def _topology_document(reading: _Reading) -> TopologyDocument:
    """From whichever of the four settings is set. Where it cannot be used: an empty one, and the problems."""
    given = {
        "TOPOLOGY": reading.text("TOPOLOGY"),
        "TOPOLOGY_FILE": reading.text("TOPOLOGY_FILE"),
        "HUB_VNET_ID": reading.text("HUB_VNET_ID"),
        "HUB_LOCATION": reading.text("HUB_LOCATION"),
    }
    chosen = [name for name, text in given.items() if text]
    if len(chosen) != 1:
        wrong = f"{' and '.join(chosen)} are set" if chosen else "none is set"
        reading.problems.append(f"{', '.join(given)}: {wrong}, accepted is exactly one of them")
    of_hub = document_of_hub(
        reading.read("HUB_VNET_ID", parse_vnet_id, None), reading.read("HUB_LOCATION", parse_location, None)
    )
    full = [_full_document(reading, name) for name in chosen if name.startswith("TOPOLOGY")]
    return full[0] if full else of_hub


def _full_document(reading: _Reading, name: str) -> TopologyDocument:
    from .document.loading import load_document, parse_document
    from .document.parsing import DocumentError  # here, since most deployments need no YAML

    text = reading.text(name)
    try:
        return load_document(APP_FOLDER / text) if name == "TOPOLOGY_FILE" else parse_document(text)
    except DocumentError as error:
        reading.problems.extend(f"{name}: {problem}" for problem in error.problems)
        return TopologyDocument(hubs=())


def _policy(reading: _Reading, subscriptions: Collection[str]) -> PeeringPolicy:
    policy = PeeringPolicy(
        subscriptions=frozenset(subscriptions),
        hub_options=reading.read("HUB_PEERING_OPTIONS", _options, DEFAULT_OPTIONS),
        spoke_options=reading.read("SPOKE_PEERING_OPTIONS", _options, DEFAULT_OPTIONS),
        gateway_transit=reading.read("GATEWAY_TRANSIT", one_of(GatewayTransit), GatewayTransit.NEVER),
        names=reading.read("PEERING_NAME_TEMPLATE", NameTemplate.parse, NameTemplate()),
    )
    if policy.spoke_options.get("useRemoteGateways") and not policy.hub_options.get(
        "allowGatewayTransit", policy.gateway_transit is not GatewayTransit.NEVER
    ):
        reading.problems.append(
            "SPOKE_PEERING_OPTIONS: useRemoteGateways=true needs the hub to offer its gateway, accepted is "
            "allowGatewayTransit=true in HUB_PEERING_OPTIONS beside it, or GATEWAY_TRANSIT instead of both"
        )
    return policy


def _options(text: str) -> Mapping[str, bool]:
    """`name=value` pairs over the defaults; `keep` leaves an option as it is found."""
    options = dict(DEFAULT_OPTIONS)
    names = {name.lower(): name for name in SERVICE_DEFAULTS}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (word.strip() for word in part.partition("="))
        if name.lower() not in names or value.lower() not in ("true", "false", "keep"):
            raise ValueError(f"has {part!r}, accepted is {_OPTIONS_FORMAT}")
        if value.lower() == "keep":
            options.pop(names[name.lower()], None)
        else:
            options[names[name.lower()]] = value.lower() == "true"
    return options


def _owner(text: str) -> str:
    """App Service sets `<subscription>+<webspace>`."""
    subscription, plus, _ = text.partition("+")
    if not plus or not is_guid(subscription):
        raise ValueError(
            "does not begin with a subscription ID and a plus, set AZURE_SUBSCRIPTION_ID instead"
        )
    return subscription.lower()


def _endpoint(text: str) -> str:
    found = _host.fullmatch(text)
    if found is None:
        raise ValueError(f"is not an endpoint, accepted is {_ENDPOINT_FORMAT}")
    return found[1].lower()


def _topic(text: str) -> str:
    host, path = text[: -len(_TOPIC_PATH)], text[-len(_TOPIC_PATH) :]
    found = _host.fullmatch(host)
    if found is None or host.endswith("/") or path.lower() != _TOPIC_PATH:
        raise ValueError(f"is not the endpoint of a topic, accepted is {_TOPIC_FORMAT}")
    return found[1].lower() + _TOPIC_PATH


def _switch(text: str) -> bool:
    """Accepts what the Functions worker accepts."""
    word = text.lower()
    if word not in ("1", "true", "t", "yes", "y", "0", "false", "f", "no", "n"):
        raise ValueError("is no switch, accepted is true or false")
    return word in ("1", "true", "t", "yes", "y")


def _whole_seconds(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"is out of range, accepted is a whole number of seconds from {low} to {high}")
        return int(text)

    return parse
