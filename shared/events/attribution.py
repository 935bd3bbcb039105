"""What an event claims beyond where to look: who and when. It is passed on as a claim and never acted upon.

https://learn.microsoft.com/azure/event-grid/event-schema-subscriptions
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MOST_CHARACTERS = 128

_NAME, _UPN = (f"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/{word}" for word in ("name", "upn"))
_CLAIMS = (_UPN, "upn", _NAME, "name", "appid")
"""In order of preference: a person by the name they sign in with, an application by its ID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAttribution:
    """Who an event says caused it, and when. Nobody has verified it."""

    actor: str | None = None
    happened: datetime | None = None


def attribution_of(text: str, own_app_id: str | None) -> EventAttribution:
    """Reads an event that `read_event` accepted. Malformed claims are ignored, as are those of our own writes."""
    event = json.loads(text)
    data = event.get("data")
    claims = data.get("claims") if isinstance(data, dict) else None
    known = claims if isinstance(claims, dict) else {}
    if own_app_id and known.get("appid") == own_app_id:
        return EventAttribution()
    return EventAttribution(
        actor=next(filter(None, (_shown(known.get(name)) for name in _CLAIMS)), None),
        happened=_time(event.get("eventTime") or event.get("time")),
    )


def _shown(value: Any) -> str | None:
    """On one line, without invisible characters, and short."""
    if not isinstance(value, str):
        return None
    seen = "".join(each for each in " ".join(value.split()) if each.isprintable())
    return seen[:MOST_CHARACTERS] or None


def _time(value: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return time if time and time.utcoffset() is not None else None
