"""The environment, read into `Settings` with every problem reported at once."""

import re
from calendar import Month
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared.resource_ids import VNET_ID_FORM, VnetId, is_guid

DEFAULT_SCHEDULE = "0 */5 * * * *"
DEFAULT_ARM_ENDPOINT = "https://management.azure.com"

_GUID_FORM = "a GUID such as 00000000-0000-0000-0000-000000000000"
_LOCATION_FORM = "an Azure region such as swedencentral or Sweden Central"
_SCHEDULE_FORM = (
    f"NCRONTAB of six fields, seconds first, such as {DEFAULT_SCHEDULE}, or five without the seconds"
)
_ENDPOINT_FORM = f"https and a host without a path, such as {DEFAULT_ARM_ENDPOINT}"

_host = re.compile(
    r"(https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9][0-9]{0,4})?)/?", re.ASCII | re.IGNORECASE
)


class SettingsError(ValueError):
    """The environment cannot be used; the message lists everything wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment decides. Exactly one of `hub_vnet_id` and `hub_location` is set."""

    subscription_id: str
    hub_vnet_id: VnetId | None
    hub_location: str | None
    reconcile_schedule: str
    arm_endpoint: str
    client_id: str | None
    event_budget_seconds: int
    timer_budget_seconds: int

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        reading = _Reading(environ=environ)
        hub_vnet_id, hub_location = _hub(reading)
        settings = cls(
            subscription_id=_subscription_id(reading),
            hub_vnet_id=hub_vnet_id,
            hub_location=hub_location,
            reconcile_schedule=reading.read("RECONCILE_SCHEDULE", _schedule) or DEFAULT_SCHEDULE,
            arm_endpoint=reading.read("ARM_ENDPOINT", _endpoint) or DEFAULT_ARM_ENDPOINT,
            client_id=reading.read("AZURE_CLIENT_ID", _guid),
            event_budget_seconds=reading.read("EVENT_BUDGET_SECONDS", _whole_seconds(1, 28)) or 25,
            timer_budget_seconds=reading.read("TIMER_BUDGET_SECONDS", _whole_seconds(30, 1740)) or 1500,
        )
        if reading.problems:
            raise SettingsError("; ".join(reading.problems))
        return settings


def schedule_or_default(environ: Mapping[str, str]) -> str:
    """The schedule if it is valid, else the default; the problem itself is for `Settings.from_environ` to report."""
    return _Reading(environ=environ).read("RECONCILE_SCHEDULE", _schedule) or DEFAULT_SCHEDULE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """The environment, and what was found wrong with it so far."""

    environ: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        return self.environ.get(name, "").strip()

    def read[T](self, name: str, parse: Callable[[str], T]) -> T | None:
        text = self.text(name)
        try:
            return parse(text) if text else None
        except ValueError as error:
            self.problems.append(f"{name}: {text!r} {error}")
            return None


def _subscription_id(reading: _Reading) -> str:
    if reading.text("AZURE_SUBSCRIPTION_ID"):
        return reading.read("AZURE_SUBSCRIPTION_ID", _guid) or ""
    if reading.text("WEBSITE_OWNER_NAME"):
        return reading.read("WEBSITE_OWNER_NAME", _owner) or ""
    reading.problems.append(f"AZURE_SUBSCRIPTION_ID: is not set, accepted is {_GUID_FORM}")
    return ""


def _hub(reading: _Reading) -> tuple[VnetId | None, str | None]:
    vnet, location = reading.text("HUB_VNET_ID"), reading.text("HUB_LOCATION")
    if vnet and location:
        reading.problems.append(
            f"HUB_VNET_ID, HUB_LOCATION: both are set, to {vnet!r} and {location!r}, accepted is exactly one of them"
        )
    if not vnet and not location:
        reading.problems.append("HUB_VNET_ID, HUB_LOCATION: neither is set, accepted is exactly one of them")
    return reading.read("HUB_VNET_ID", _vnet_id), reading.read("HUB_LOCATION", _location)


def _guid(text: str) -> str:
    if not is_guid(text):
        raise ValueError(f"is not a GUID, accepted is {_GUID_FORM}")
    return text.lower()


def _owner(text: str) -> str:
    """App Service sets `<subscription>+<webspace>`."""
    subscription, plus, _ = text.partition("+")
    if not plus or not is_guid(subscription):
        raise ValueError(
            "does not begin with a subscription ID and a plus, set AZURE_SUBSCRIPTION_ID instead"
        )
    return subscription.lower()


def _vnet_id(text: str) -> VnetId:
    try:
        return VnetId.parse(text)
    except ValueError as error:
        raise ValueError(f"is not a virtual network ID, accepted is {VNET_ID_FORM}") from error


def _location(text: str) -> str:
    name = text.replace(" ", "").lower()
    if not re.fullmatch("[a-z][a-z0-9]+", name):
        raise ValueError(f"is not a region, accepted is {_LOCATION_FORM}")
    return name


def _endpoint(text: str) -> str:
    found = _host.fullmatch(text)
    if found is None:
        raise ValueError(f"is not an endpoint, accepted is {_ENDPOINT_FORM}")
    return found[1].lower()


def _whole_seconds(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"is out of range, accepted is a whole number of seconds from {low} to {high}")
        return int(text)

    return parse


def _schedule(text: str) -> str:
    from croniter import croniter  # kept out of the way of whoever only imports the settings

    try:
        lists = [
            ",".join(str(value) for value in sorted(_values(part, *limits)))
            for part, limits in zip(_split(text), _SCHEDULE_FIELDS, strict=True)
        ]
        start = datetime(2000, 1, 1, tzinfo=UTC)
        # Finds nothing, and says so with a ValueError, for days such as 30 February.
        croniter(" ".join(lists), start, datetime, day_or=False, second_at_beginning=True).get_next()
    except ValueError as error:
        raise ValueError(f"is not a schedule ({error}), accepted is {_SCHEDULE_FORM}") from error
    return text


_MONTHS = tuple(month.name for month in Month)
_DAYS = ("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")
_SCHEDULE_FIELDS: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (0, 59, ()),
    (0, 59, ()),
    (0, 23, ()),
    (1, 31, ()),
    (1, 12, _MONTHS),
    (0, 6, _DAYS),
)


def _split(text: str) -> list[str]:
    parts = text.split()
    if len(parts) not in {5, 6}:
        raise ValueError(f"it has {len(parts)} fields")
    return parts if len(parts) == 6 else ["0", *parts]


def _values(text: str, low: int, high: int, words: tuple[str, ...]) -> set[int]:
    """The numbers a field stands for, as NCrontab reads it: ranges may run backwards and Sunday is only ever 0."""
    return {value for part in text.split(",") for value in _part(part, low, high, words)}


def _part(text: str, low: int, high: int, words: tuple[str, ...]) -> Iterator[int]:
    span, slash, step = text.partition("/")
    if slash and not re.fullmatch("[0-9]{1,9}", step):
        raise ValueError(f"{text!r} has no number after the slash")
    first, dash, last = span.partition("-")
    if span == "*":
        start, end = low, high
    else:
        start = _number(first, low, high, words)
        end = _number(last, low, high, words) if dash else high if slash else start
    yield from range(min(start, end), max(start, end) + 1, max(int(step or 1), 1))


def _number(text: str, low: int, high: int, words: tuple[str, ...]) -> int:
    for number, word in enumerate(words, start=low):
        if text and word.startswith(text.upper()):
            return number
    if not re.fullmatch("[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise ValueError(f"{text!r} is not between {low} and {high}")
    return int(text)
