"""Which troubles were told and when, and which messages are still to be sent, as values and as the JSON that is
kept between runs."""

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
"""Far more than one estate should have; what is dropped beyond them is told again."""
MAX_UNSENT = 500
"""Of messages of up to 3 kB each."""
CHANGED, COMPLETED = "changed", "completed"
"""In place of a trouble's code: a pair that was written and is not whole yet, and one of which it was told that it
is. The digest is the reason of the writing."""


class Alert(NamedTuple):
    """One trouble of one network, told apart by its message too: a network can have several of a kind."""

    vnet: VnetId | None
    code: str
    digest: str

    @classmethod
    def of(cls, vnet: VnetId | None, code: str, message: str) -> "Alert":
        return cls(vnet, str(code), sha256(message.encode(errors="replace")).hexdigest()[:16])


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertContent:
    told: dict[Alert, datetime] = field(default_factory=dict)
    unsent: dict[str, OutcomeEvent] = field(default_factory=dict)


def newest(told: Mapping[Alert, datetime]) -> dict[Alert, datetime]:
    """As many as are kept."""
    by_age = sorted(told.items(), key=lambda item: item[1], reverse=True)
    return dict(by_age[:MAX_ALERTS])


def dump(kept: AlertContent) -> bytes:
    notices = [
        {
            "vnet": _text(notice.vnet),
            "code": notice.code,
            "digest": notice.digest,
            "since": since.isoformat(),
        }
        for notice, since in kept.told.items()
    ]
    messages = [
        {
            "id": event.id,
            "type": event.type,
            "network": _text(event.network),
            "data": event.data,
            "time": event.time.isoformat(),
        }
        for event in kept.unsent.values()
    ]
    unsent = {"unsent": messages} if messages else {}
    return json.dumps({"version": FORMAT_VERSION, "told": notices} | unsent, indent=0).encode()


def parse(content: bytes) -> AlertContent:
    """Raises `ValueError` for what this version has not written."""
    if not content:
        return AlertContent()
    try:
        kept = json.loads(content)
        if kept["version"] != FORMAT_VERSION:
            raise ValueError(f"version {kept['version']!r}, understood is {FORMAT_VERSION}")
        messages = [_message(entry) for entry in kept.get("unsent", ())]
        return AlertContent(
            told=newest(dict(_notice(entry) for entry in kept["told"])),
            unsent={message.id: message for message in messages},
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("not what this app writes") from error


def _notice(entry: Mapping[str, str]) -> tuple[Alert, datetime]:
    notice = Alert(_network(entry["vnet"]), str(entry["code"]), str(entry["digest"]))
    return notice, _time(entry["since"])


def _message(entry: Mapping[str, Any]) -> OutcomeEvent:
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
