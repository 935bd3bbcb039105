"""Which virtual network or peering an event is about.

Events arrive in the Event Grid schema or as CloudEvents, and only say where to look: beyond the type and the resource
ID nothing in them is believed.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..model.ids import PEERING_ID_FORMAT, VNET_ID_FORMAT, PeeringId, VnetId, is_guid

MAX_EVENT_BYTES = 1024 * 1024
"""Event Grid delivers nothing larger."""

_TYPES = ("Microsoft.Resources.ResourceWriteSuccess", "Microsoft.Resources.ResourceDeleteSuccess")
_FOLDED_TYPES = frozenset(name.lower() for name in _TYPES)
_TAGS = "/providers/microsoft.resources/tags/default"
_VNET = ["", "subscriptions", "resourcegroups", "providers", "microsoft.network", "virtualnetworks"]
_SHOWN_CHARACTERS = 240


class BadEventError(ValueError):
    """Not an event that can be read; delivering it again would not help."""


class SkipReason(StrEnum):
    OTHER_TYPE = "other type"
    OTHER_PROVIDER = "other provider"
    OTHER_SUBSCRIPTION = "other subscription"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """A well-formed event about something that is not managed here."""

    reason: SkipReason
    detail: str


def read_event(text: str, *, subscriptions: Collection[str]) -> VnetId | PeeringId | Skip:
    """What it is about, or why to skip it; raises `BadEventError`. `subscriptions` are in lower case."""
    event = _parse(text)
    event_type = event.get("eventType") or event.get("type")
    if not isinstance(event_type, str) or event_type.lower() not in _FOLDED_TYPES:
        detail = f"event type {_shown(event_type)}, accepted is {' or '.join(_TYPES)}"
        return Skip(reason=SkipReason.OTHER_TYPE, detail=detail)
    field, resource = _resource(event)
    found = _identify(field, resource)
    if found is None:
        detail = f"{field} {_shown(resource)} is neither a virtual network nor a peering"
        return Skip(reason=SkipReason.OTHER_PROVIDER, detail=detail)
    vnet = found.vnet if isinstance(found, PeeringId) else found
    if vnet.subscription.lower() not in subscriptions:
        detail = f"subscription {vnet.subscription}, accepted is {' or '.join(subscriptions)}"
        return Skip(reason=SkipReason.OTHER_SUBSCRIPTION, detail=detail)
    return found


def _parse(text: str) -> dict[str, Any]:
    size_bytes = len(text.encode(errors="surrogatepass"))
    if size_bytes > MAX_EVENT_BYTES:
        raise BadEventError(f"event: {size_bytes} bytes, accepted are at most {MAX_EVENT_BYTES}")
    try:
        event = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadEventError(f"event: {_shown(text)} is not JSON, accepted is a JSON object") from error
    if not isinstance(event, dict):
        raise BadEventError(f"event: {_shown(event)} is not an object, accepted is a JSON object")
    return event


def _resource(event: dict[str, Any]) -> tuple[str, str]:
    """The resource ID and the field it was found in."""
    field, resource = "subject", event.get("subject")
    data = event.get("data")
    if not resource and isinstance(data, dict):
        field, resource = "data.resourceUri", data.get("resourceUri")
    if not resource:
        raise BadEventError("subject, data.resourceUri: neither is set, accepted is a resource ID")
    if not isinstance(resource, str):
        raise BadEventError(f"{field}: {_shown(resource)} is not text, accepted is a resource ID")
    return field, resource


def _identify(field: str, resource: str) -> VnetId | PeeringId | None:
    """None for a resource of any other type."""
    parts = resource.lower().split("/")
    if parts[:2] != _VNET[:2] or len(parts) < 3 or not is_guid(parts[2]) or "" in parts[1:]:
        raise BadEventError(
            f"{field}: {_shown(resource)} is not a resource ID, accepted is /subscriptions/<guid>/..."
        )
    if resource.lower().endswith(_TAGS) and len(parts) == 13:
        resource, parts = resource[: -len(_TAGS)], parts[:-4]
    if [*parts[:2], *parts[3:4], *parts[5:8]] != _VNET:
        return None
    try:
        if len(parts) == 9:
            return VnetId.parse(resource)
        if len(parts) == 11 and parts[9] == "virtualnetworkpeerings":
            return PeeringId.parse(resource)
    except ValueError as error:
        accepted = VNET_ID_FORMAT if len(parts) == 9 else PEERING_ID_FORMAT
        raise BadEventError(f"{field}: {_shown(resource)} is not legal, accepted is {accepted}") from error
    return None


def _shown(value: object) -> str:
    """Short enough for a log; a deeply nested value has no short form."""
    text = (
        repr(value)
        if isinstance(value, str | int | float | None)
        else f"a JSON {'array' if isinstance(value, list) else 'object'}"
    )
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
