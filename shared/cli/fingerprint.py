"""Digests of what a plan is decided from, to see whether anything has changed since it was saved. Pure."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any

from ..config.settings import Settings
from ..model.ids import PeeringId, VnetId
from ..plan.look import Look

_WITHOUT_EFFECT = frozenset(
    {"mode", "client_id", "reconcile_schedule", "event_budget_seconds", "timer_budget_seconds"}
)
"""Settings that do not change a plan: one made in audit mode may be applied in enforce mode."""


def decided_from(look: Look, settings: Settings) -> dict[str, Any]:
    """One digest of the settings, one of each network, whether a change window is open, and one of them all."""
    chosen = {
        field.name: getattr(settings, field.name)
        for field in fields(settings)
        if field.name not in _WITHOUT_EFFECT
    }
    observation = look.observation
    networks: dict[str, str] = {str(vnet.id): _digest(vnet) for vnet in look.networks.values()}
    networks |= {str(vnet): "gone" for vnet in observation.observed.gone}
    managers = {"/".join(group): manager for group, manager in observation.observed.managers.items()}
    found = {
        "settings": _digest(chosen),
        "networks": dict(sorted(networks.items())),
        "managers": _digest(managers),
        "window": "closed" if look.opens else "open",
    }
    return {"checksum": _digest(found)} | found


def what_moved(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """In words, by what differs; empty where nothing does."""
    if before.get("checksum") == now["checksum"]:
        return []
    moved = ["the settings differ"] if before.get("settings") != now["settings"] else []
    moved += [f"the change window is {now['window']} now"] if before.get("window") != now["window"] else []
    old, new = before.get("networks") or {}, now["networks"]
    for network in sorted(old.keys() | new.keys()):
        if old.get(network) != new.get(network):
            kind = (
                "is new"
                if network not in old
                else "is not seen any more"
                if network not in new
                else "changed"
            )
            moved.append(f"{network} {kind}")
    return moved or ["who manages the resource groups differs"]


def _digest(value: object) -> str:
    text = json.dumps(_plain(value), sort_keys=True, ensure_ascii=True)
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def _plain(value: object) -> object:
    """As JSON values. Azure ignores case in IDs, and lists peerings in no fixed order."""
    if isinstance(value, VnetId | PeeringId):
        return str(value).lower()
    if is_dataclass(value):
        found = {field.name: getattr(value, field.name) for field in fields(value)}
        if "peerings" in found:
            found["peerings"] = sorted(found["peerings"], key=lambda half: half.id)
        return _plain(found)
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(str(_plain(item)) for item in value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
