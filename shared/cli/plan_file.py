"""A plan as JSON: what `--output json` prints, and `--out` saves for `apply` to compare with what is due then."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ..config.settings import Settings
from ..model.changes import Put
from ..plan.look import Look
from .exit_codes import CommandError
from .fingerprint import decided_from, what_moved
from .review import Action, ReviewedChange, reviewed_changes

VERSION = 1
_NAMED = 5


def document(look: Look, settings: Settings, now: datetime) -> dict[str, Any]:
    networks = look.networks
    pairs: list[dict[str, Any]] = [
        {
            "hub": str(pair.hub),
            "spoke": str(pair.spoke),
            "waits": str(pair.waits) if pair.waits else None,
            "changes": [_reviewed(each) for each in reviewed_changes(pair, networks)],
            "later": [{"peering": str(change.peering), "reason": str(change.reason)} for change in pair.then],
        }
        for pair in (*look.unsettled, *look.held)
    ]
    counted = Counter(change["action"] for pair in pairs for change in pair["changes"])
    return {
        "version": VERSION,
        "decidedAt": now.isoformat(timespec="seconds"),
        "counts": {str(action): counted[action] for action in Action},
        "pairs": pairs,
        "findings": list(_findings(look)),
        "decidedFrom": decided_from(look, settings),
    }


def _findings(look: Look) -> Iterator[dict[str, Any]]:
    found = [
        (each.vnet, each.reason, each.detail, each.reason.advice, each in look.for_a_person)
        for each in look.plan.findings
    ]
    unread = [(vnet, error.code, error.message, None, True) for vnet, error in look.unreadable.items()]
    for vnet, code, detail, advice, needs_a_person in (*found, *unread):
        yield {
            "vnet": str(vnet) if vnet else None,
            "code": str(code),
            "text": detail,
            "advice": advice,
            "needsAPerson": needs_a_person,
        }


def _reviewed(reviewed: ReviewedChange) -> dict[str, Any]:
    change = reviewed.change
    return {
        "action": str(reviewed.action),
        "peering": str(change.peering),
        "remote": str(change.remote),
        "reason": str(change.reason),
        "why": change.reason.meaning,
        "shifts": [{"name": each.name, "from": each.before, "to": each.after} for each in reviewed.values],
        "properties": dict(change.properties) if isinstance(change, Put) else None,
    }


def save(plan: Mapping[str, Any], file: Path) -> None:
    """All of it or nothing."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        unfinished.write_text(text(plan), encoding="utf-8")
        unfinished.replace(file)
    except OSError as error:
        raise CommandError(f"--out: {file} cannot be written: {error.strerror}") from error


def text(plan: Mapping[str, Any]) -> str:
    """`default` is for properties of peerings, which are the SDK's mappings."""
    return json.dumps(plan, indent=1, ensure_ascii=False, default=dict) + "\n"


def load(file: Path) -> dict[str, Any]:
    """Raises `CommandError` for a file that is no plan, or one of another version."""
    try:
        plan = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(f"{file} is not a plan: {error}") from error
    if not isinstance(plan, dict) or not isinstance(plan.get("decidedFrom"), dict):
        raise CommandError(f"{file} is not a plan; make one with interlinked plan --out {file}")
    if plan.get("version") != VERSION:
        raise CommandError(
            f"{file} has version {plan.get('version')!r}, this program makes and takes {VERSION}"
        )
    return plan


def check(saved: Mapping[str, Any], now: Mapping[str, Any], file: Path) -> None:
    """What is applied is the plan made now; this checks that the saved one is the same.

    Raises `CommandError` where the world has moved, or the file is not what was decided from it.
    """
    moved = what_moved(saved["decidedFrom"], now["decidedFrom"])
    if moved:
        more = f", and {len(moved) - _NAMED} more" if len(moved) > _NAMED else ""
        raise CommandError(
            f"{file} is out of date, nothing was written: since it was made, {', '.join(moved[:_NAMED])}{more}. "
            f"Review a new one: interlinked plan --out {file}"
        )
    if saved.get("pairs") != json.loads(text(now))["pairs"]:
        raise CommandError(
            f"{file} does not hold what follows from the same networks, nothing was written: it was edited, or "
            f"made by another version. Review a new one: interlinked plan --out {file}"
        )
