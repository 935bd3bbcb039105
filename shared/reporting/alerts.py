"""The alerts that were reported and the outcome events that are still to be sent: as values, and as the JSON that the
store keeps."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from ..model.ids import VnetId
from .outcome_events import OutcomeEvent, OutcomeType

FORMAT_VERSION = 1
MAX_ALERTS = 1000
"""Far more than one estate should have; the oldest beyond that are dropped, and reported again."""
MAX_UNSENT = 500
"""Outcome events, of up to 3 kB each."""
CHANGED, COMPLETED = "changed", "completed"
"""In place of the code of a trouble: an open change, and one that was reported as done. `digest` is then the reason of
the change."""


class Alert(NamedTuple):
    """One lasting trouble of one network. A network can have several with the same code and different messages."""

    vnet: VnetId | None
    """None is the whole deployment."""
    code: str
    digest: str
    """Of the message."""

    @classmethod
    def of(cls, vnet: VnetId | None, code: str, message: str) -> "Alert":
        return cls(vnet, str(code), sha256(message.encode(errors="replace")).hexdigest()[:16])


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertContent:
    """What the store keeps."""

    reported: dict[Alert, datetime] = field(default_factory=dict)
    """When each alert was reported, or when the change was written or done."""
    unsent: dict[str, OutcomeEvent] = field(default_factory=dict)
    """By ID."""


def newest(reported: Mapping[Alert, datetime]) -> dict[Alert, datetime]:
    """The `MAX_ALERTS` that were reported last."""
    by_age = sorted(reported.items(), key=lambda item: item[1], reverse=True)
    return dict(by_age[:MAX_ALERTS])


def dump(content: AlertContent) -> bytes:
    """The content as JSON."""
    alerts = [
        {"vnet": _text(alert.vnet), "code": alert.code, "digest": alert.digest, "since": since.isoformat()}
        for alert, since in content.reported.items()
    ]
    events = [
        {
            "id": event.id,
            "type": event.type,
            "network": _text(event.network),
            "data": event.data,
            "time": event.time.isoformat(),
        }
        for event in content.unsent.values()
    ]
    unsent = {"unsent": events} if events else {}
    return json.dumps({"version": FORMAT_VERSION, "told": alerts} | unsent, indent=0).encode()


def parse(content: bytes) -> AlertContent:
    """Reads what `dump` wrote. Raises `ValueError` for anything else, and for another version of it."""
    if not content:
        return AlertContent()
    try:
        kept = json.loads(content)
        if kept["version"] != FORMAT_VERSION:
            raise ValueError(f"version {kept['version']!r}, understood is {FORMAT_VERSION}")
        events = [_event(entry) for entry in kept.get("unsent", ())]
        return AlertContent(
            reported=newest(dict(_alert(entry) for entry in kept["told"])),
            unsent={event.id: event for event in events},
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("not what this app writes") from error


def _alert(entry: Mapping[str, str]) -> tuple[Alert, datetime]:
    alert = Alert(_network(entry["vnet"]), str(entry["code"]), str(entry["digest"]))
    return alert, _time(entry["since"])


def _event(entry: Mapping[str, Any]) -> OutcomeEvent:
    return OutcomeEvent(
        type=OutcomeType(entry["type"]),
        network=_network(entry["network"]),
        data=dict(entry["data"]),
        id=str(entry["id"]),
        time=_time(entry["time"]),
    )


def _text(vnet: VnetId | None) -> str | None:
    return str(vnet) if vnet else None


def _network(text: str | None) -> VnetId | None:
    return VnetId.parse(text) if text else None


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.utcoffset() is None:
        raise ValueError(f"{text} names no time zone")
    return time
