"""Which troubles were told and when, as values and as the JSON that is kept between runs."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from shared.resource_ids import VnetId

FORMAT_VERSION = 1
MOST_NOTICES = 1000
"""Far more than one estate should have; what is dropped beyond them is told again."""
CHANGED, COMPLETED = "changed", "completed"
"""In place of a trouble's code: a pair that was written and is not whole yet, and one of which it was told that it
is. The digest is the reason of the writing."""


class Notice(NamedTuple):
    """One trouble of one network, told apart by its message too: a network can have several of a kind."""

    vnet: VnetId | None
    code: str
    digest: str

    @classmethod
    def of(cls, vnet: VnetId | None, code: str, message: str) -> "Notice":
        return cls(vnet, str(code), sha256(message.encode(errors="replace")).hexdigest()[:16])


def newest(told: Mapping[Notice, datetime]) -> dict[Notice, datetime]:
    """As many as are kept."""
    by_age = sorted(told.items(), key=lambda item: item[1], reverse=True)
    return dict(by_age[:MOST_NOTICES])


def dump(told: Mapping[Notice, datetime]) -> bytes:
    notices = [
        {
            "vnet": str(notice.vnet) if notice.vnet else None,
            "code": notice.code,
            "digest": notice.digest,
            "since": since.isoformat(),
        }
        for notice, since in told.items()
    ]
    return json.dumps({"version": FORMAT_VERSION, "told": notices}, indent=0).encode()


def parse(content: bytes) -> dict[Notice, datetime]:
    """Raises `ValueError` for what this version has not written."""
    if not content:
        return {}
    try:
        kept = json.loads(content)
        if kept["version"] != FORMAT_VERSION:
            raise ValueError(f"version {kept['version']!r}, understood is {FORMAT_VERSION}")
        return newest(dict(_notice(entry) for entry in kept["told"]))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("not what this app writes") from error


def _notice(entry: Mapping[str, str]) -> tuple[Notice, datetime]:
    since = datetime.fromisoformat(entry["since"])
    if since.utcoffset() is None:
        raise ValueError(f"{entry['since']} names no time zone")
    return Notice(
        VnetId.parse(entry["vnet"]) if entry["vnet"] else None, str(entry["code"]), str(entry["digest"])
    ), since
