"""Outside the change windows of the document only what adds or restores goes on. Pure.

Which kinds of change wait: docs/topology.md, "Change windows".
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from ..config.document.model import TopologyDocument
from ..model.changes import Change, Delete, Put
from ..model.ids import VnetId
from ..model.reasons import Reason
from .plan import Finding, PairPlan, Plan

_NOT_WHOLE = frozenset({Reason.MISSING, Reason.DISCONNECTED, Reason.BOTH_DISCONNECTED, Reason.UNMATCHED})
"""No traffic flows through such a pair, so nothing is lost by whatever is written for it."""
_HARMLESS = frozenset({Reason.FAILED, Reason.OUT_OF_SYNC})
MOMENT = "%A, %Y-%m-%d %H:%M %Z"
"""How a moment is written."""
_NAMED = 20
"""How many networks a finding names."""


def apply_windows(plan: Plan, document: TopologyDocument, now: datetime) -> Plan:
    if not document.may_only_add(now):
        return plan
    waited_for = {pair.hub for pair in plan.pairs if pair.waits is Reason.CLEARING}
    pairs = tuple(_hold(pair, waited_for) for pair in plan.pairs)
    opening = f"held back until the change window opens on {document.next_opening(now):{MOMENT}}"
    findings = tuple(
        Finding(vnet=hub, reason=Reason.OUTSIDE_WINDOW, detail=f"{_named(held)}: {opening}")
        for hub in dict.fromkeys(pair.hub for pair in pairs)
        if (held := [pair for pair in pairs if pair.hub == hub and _is_held(pair)])
    )
    return Plan(pairs=pairs, findings=(*plan.findings, *findings))


def _hold(pair: PairPlan, waited_for: Collection[VnetId]) -> PairPlan:
    if any(change.reason in _NOT_WHOLE for change in pair.changes):
        return pair
    now = tuple(change for change in pair.changes if _goes_on(change, pair, waited_for))
    later = tuple(change for change in pair.changes if change not in now)
    if not later:
        return pair
    if now:
        return replace(pair, changes=now, then=later)
    return replace(pair, changes=(), then=later, waits=Reason.OUTSIDE_WINDOW, is_settled=True)


def _goes_on(change: Change, pair: PairPlan, waited_for: Collection[VnetId]) -> bool:
    match change:
        case Delete(reason=Reason.LEFTOVER):
            return pair.hub in waited_for
        case Put(reason=Reason.GATEWAY_USE):
            option = "allowGatewayTransit" if change.peering.vnet == pair.hub else "useRemoteGateways"
            return change.properties[option] is True
        case _:
            return change.reason in _HARMLESS


def _is_held(pair: PairPlan) -> bool:
    return bool(pair.then) and pair.waits in (None, Reason.OUTSIDE_WINDOW)


def _named(held: Iterable[PairPlan]) -> str:
    names = sorted(
        f"{pair.spoke.name} ({', '.join(dict.fromkeys(change.reason for change in pair.then))})"
        for pair in held
    )
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if names[_NAMED:] else "")
