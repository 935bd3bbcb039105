"""Holds back what is more than one run may change without a person, and has the limit of Azure's. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from ..config.document.model import Limits
from ..config.peering_policy import PeeringPolicy
from ..model.changes import Change
from ..model.ids import VnetId
from ..model.observed import PeeringState, Vnet
from ..model.reasons import Reason
from .observation import Observation
from .plan import Finding, PairPlan, Plan

MAX_PEERINGS = 500
"""That Azure allows on one network, halves that wait or lost their other half included.
https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits"""
_REMOVALS = frozenset({Reason.LEFTOVER, Reason.UNSELECTED, Reason.MOVED})
"""Reasons for which a pair goes for good. A half that is deleted to be written anew is a repair."""
_NAMED = 20
"""How many networks a finding names."""

type _Ends = frozenset[VnetId]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lost:
    """Spokes that a hub is peered to, and those of them that were not among the networks that were read."""

    known: int
    unseen: int


def apply_limits(
    plan: Plan, hubs: Iterable[Vnet], seen: Observation, policy: PeeringPolicy, applied: Collection[Change]
) -> Plan:
    """`applied` is what this run has changed so far. A pair that is removed counts once."""
    limits = seen.document.limits
    begun = {_ends(change.peering.vnet, change.remote) for change in applied if change.reason in _REMOVALS}
    left = limits.deletions - len(begun)
    needed = len(begun | {_of(pair) for pair in plan.pairs if _removes(pair)})
    held: set[_Ends] = set()
    findings: list[Finding] = []
    for hub in hubs:
        due = [
            pair for pair in plan.pairs if pair.hub == hub.id and _removes(pair) and _of(pair) not in begun
        ]
        done = {ends for ends in begun if hub.id in ends}
        peerings = len({_ends(hub.id, half.remote) for half in hub.peerings} | done)
        lost = _lost(hub, policy, seen)
        is_suspicious = lost.unseen > _share(lost.known, limits.deletions_percent)
        room = min(left, limits.deletions_allowed(peerings) - len(done))
        free = 0 if is_suspicious else max(0, min(room, len(due)))
        left -= free
        if due[free:]:
            held |= {_of(pair) for pair in due[free:]}
            percent = _percent(len(done) + len(due), peerings)
            why = f"one run may remove {limits.deletions_allowed(peerings)} of {peerings} peerings"
            if is_suspicious:
                percent = max(percent, _percent(lost.unseen, lost.known))
                why = f"{lost.unseen} of {lost.known} spokes have vanished at once"
            limits_needed = f"limits: {{deletions: {needed}, deletionsPercent: {percent}}}"
            findings.append(
                _finding(hub, due[free:], f"{why}; {limits_needed} in the topology document lets them go")
            )
    pairs = _without(plan.pairs, held)
    return _at_most(limits, replace(plan, pairs=pairs, findings=(*plan.findings, *findings)), applied)


def _without(pairs: Iterable[PairPlan], held: Collection[_Ends]) -> tuple[PairPlan, ...]:
    """Holds these pairs back; those that wait for one of them are settled for this run."""
    pairs = list(pairs)
    moving = {pair.hub for pair in pairs if _removes(pair) and _of(pair) not in held}
    stuck = {hub for ends in held for hub in ends} - moving
    return tuple(
        _held(pair, Reason.DELETIONS_HELD_BACK)
        if _removes(pair) and _of(pair) in held
        else replace(pair, is_settled=True)
        if pair.waits is Reason.CLEARING and pair.hub in stuck
        else pair
        for pair in pairs
    )


def _at_most(limits: Limits, plan: Plan, applied: Collection[Change]) -> Plan:
    """The first changes of the plan, those that remove something last."""
    if limits.changes is None:
        return plan
    left = max(0, limits.changes - len(applied))
    pairs: list[PairPlan] = []
    beyond = 0
    for pair in sorted(plan.pairs, key=_removes):
        beyond += len(pair.changes[left:])
        pairs.append(
            replace(pair, changes=pair.changes[:left])
            if left or not pair.changes
            else _held(pair, Reason.CHANGES_HELD_BACK)
        )
        left -= len(pair.changes[:left])
    detail = f"{beyond} more changes are due, and limits.changes is {limits.changes}"
    finding = Finding(vnet=None, reason=Reason.CHANGES_HELD_BACK, detail=detail)
    return Plan(pairs=tuple(pairs), findings=(*plan.findings, finding) if beyond else plan.findings)


def _lost(hub: Vnet, policy: PeeringPolicy, seen: Observation) -> _Lost:
    """Only for looks at everything: a look at one network does not show the others."""
    known = [
        half.remote
        for half in hub.peerings
        if seen.scope is None
        and half.state in (PeeringState.CONNECTED, PeeringState.DISCONNECTED)
        and policy.covers(half.remote)
        and half.remote.group_id.subscription not in seen.unlisted
        and policy.names.is_ours(half.id.name, hub.id, half.remote)
    ]
    return _Lost(known=len(known), unseen=sum(vnet not in seen.observed.vnets for vnet in known))


def _finding(hub: Vnet, held: list[PairPlan], why: str) -> Finding:
    names = sorted(pair.spoke.name for pair in held)
    named = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if names[_NAMED:] else "")
    return Finding(vnet=hub.id, reason=Reason.DELETIONS_HELD_BACK, detail=f"{named}: {why}")


def _held(pair: PairPlan, reason: Reason) -> PairPlan:
    return replace(pair, changes=(), waits=reason, is_settled=True)


def _removes(pair: PairPlan) -> bool:
    return any(change.reason in _REMOVALS for change in pair.changes)


def _of(pair: PairPlan) -> _Ends:
    return _ends(pair.hub, pair.spoke)


def _ends(one: VnetId, other: VnetId) -> _Ends:
    return frozenset({one, other})


def _share(whole: int, percent: int) -> int:
    """Rounded up, as the limit itself."""
    return -(-whole * percent // 100)


def _percent(part: int, whole: int) -> int:
    """The least that allows the part."""
    return min(100, -(-part * 100 // max(1, whole)))
