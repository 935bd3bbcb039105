"""The snapshot as JSON, as `docs/schema/status.schema.json` describes it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..health import HealthProblem
from ..snapshot import HalfView, HubView, LastPass, NetworkView, Note, Snapshot, SpokeView

VERSION = 1


def text(value: Mapping[str, object]) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def status(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "version": VERSION,
        "observedAt": snapshot.observed_at.isoformat(timespec="seconds"),
        "mode": str(snapshot.mode),
        "lastPass": _last_pass(snapshot.last_pass),
        "counts": {str(health): count for health, count in snapshot.counts().items()},
        "notes": [_note(note) for note in snapshot.notes],
        "hubs": [_hub(hub) for hub in snapshot.hubs],
        "untoldHubs": [{"name": hub.name, "note": _note(hub.note)} for hub in snapshot.unresolved],
        "undecided": [{**_network(each.network), "note": _note(each.note)} for each in snapshot.undecided],
    }


def failure(code: str, message: str, advice: str | None = None) -> dict[str, Any]:
    return {"error": {"code": str(code), "text": message, "advice": advice}}


def health(problems: Iterable[HealthProblem]) -> dict[str, Any]:
    listed = [_note(problem) for problem in problems]
    return {"healthy": not listed, "complaints": listed}


def _last_pass(last: LastPass) -> dict[str, Any]:
    return {
        "outcome": str(last.outcome) if last.outcome else None,
        "secondsAgo": round(last.seconds_ago, 1),
    }


def _hub(hub: HubView) -> dict[str, Any]:
    return {
        **_network(hub.network),
        "health": str(hub.health),
        "peerings": hub.peerings,
        "capacity": hub.capacity,
        "notes": [_note(note) for note in hub.notes],
        "spokes": [_spoke(spoke) for spoke in hub.spokes],
    }


def _spoke(spoke: SpokeView) -> dict[str, Any]:
    return {
        **_network(spoke.network),
        "presence": str(spoke.presence),
        "health": str(spoke.health),
        "toSpoke": _half(spoke.to_spoke),
        "toHub": _half(spoke.to_hub),
        "notes": [_note(note) for note in spoke.notes],
    }


def _network(network: NetworkView) -> dict[str, Any]:
    return {
        "id": network.id,
        "name": network.name,
        "location": network.location or None,
        "addressPrefixes": list(network.prefixes),
        "tags": dict(network.tags),
    }


def _half(half: HalfView | None) -> dict[str, Any] | None:
    if half is None:
        return None
    return {
        "name": half.name,
        "state": half.state,
        "sync": half.sync,
        "provisioning": half.provisioning,
        "options": dict(half.options),
        "remoteAddressPrefixes": list(half.remote_prefixes),
    }


def _note(note: Note | HealthProblem) -> dict[str, Any]:
    return {"code": str(note.code), "text": note.text, "advice": note.advice}
