"""What is due for all hubs of the document: a plan for each with its spokes, and one for the hubs themselves. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ..classify.selection import Choice, Selection, VnetMode, select
from ..classify.verdicts import Verdict
from ..config.peering_policy import GatewayTransit, PeeringPolicy
from ..config.settings import Settings
from ..model.changes import Change
from ..model.error_codes import advice_on
from ..model.observed import ObservedNetworks, Vnet
from ..model.reasons import Reason
from .hub_plan import make_plan
from .limits import apply_limits
from .moves import find_moves, mark_stranded, plan_moves
from .observation import Observation
from .plan import Finding, PairPlan, Plan
from .unselected import plan_unselected
from .windows import apply_windows

_REASONS = {
    Verdict.UNKNOWN_MODE: Reason.UNKNOWN_MODE,
    Verdict.UNKNOWN_HUB: Reason.UNKNOWN_HUB,
    Verdict.NO_HUB: Reason.NO_HUB,
    Verdict.OTHER_OWNER: Reason.OTHER_OWNER,
}
_GATEWAY_OPTIONS = ("allowGatewayTransit", "useRemoteGateways")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    hubs: tuple[Vnet, ...]
    """The hubs that were found, in the order of the document."""
    plan: Plan


def decide(
    seen: Observation,
    settings: Settings,
    now: datetime,
    failed: frozenset[Reason] = frozenset(),
    applied: Collection[Change] = (),
) -> Decision:
    """`now` is compared with the change windows. `failed` holds the reasons for which a write did not help;
    `applied` is what this run has changed so far, which counts against the limits."""
    observed, policy = seen.observed, settings.policy
    selection = select(seen.document, observed, own=settings.subscription_id, listed=seen.listed)
    hubs = tuple(observed.vnets[found.vnet] for found in selection.hubs.values() if found.vnet)
    choices = [choice for choice in selection.choices.values() if seen.scope in (None, choice.vnet)]
    moves = find_moves(choices, selection, observed, policy)
    findings = (*_unresolved_hubs(selection), *_undecided(choices), *_unread_subscriptions(seen))
    plans = [Plan(pairs=(), findings=(*findings, *_unknown_ids(observed)))]
    left_out = [choice for choice in choices if choice.verdict.is_unselected]
    for hub in hubs:
        spokes = [choice.vnet for choice in choices if _concerns(choice, hub, hubs)]
        plans.append(make_plan(hub, spokes, observed, policy, failed, moves.retiring))
        plans.append(plan_unselected(hub, left_out, observed, policy, seen.document.unselected))
    plans.append(plan_moves(moves, observed, policy))
    if seen.scope is None:
        plans += _mesh(selection, observed, policy, failed)
    plan = apply_windows(_without_audited(_merged(plans), selection), seen.document, now)
    plan = apply_limits(plan, hubs, seen, policy, applied)
    return Decision(hubs=hubs, plan=mark_stranded(plan))


def _unread_subscriptions(seen: Observation) -> Iterator[Finding]:
    for subscription, error in seen.unlisted.items():
        detail = f"{subscription}: {error}; {advice_on(error.code)}"
        yield Finding(vnet=None, reason=Reason.SUBSCRIPTION_UNREAD, detail=detail)


def _unknown_ids(observed: ObservedNetworks) -> Iterator[Finding]:
    for vnet in observed.vnets.values():
        if not vnet.id.is_known:
            yield Finding(vnet=None, reason=Reason.UNKNOWN_ID, detail=f"a network has the ID {vnet.id}")
            continue
        for half in (half for half in vnet.peerings if not half.remote.is_known):
            yield Finding(vnet=vnet.id, reason=Reason.UNKNOWN_ID, detail=f"{half.id} leads to {half.remote}")


def _unresolved_hubs(selection: Selection) -> Iterator[Finding]:
    for name, found in selection.hubs.items():
        if found.problem and found.problem.needs_a_person:
            yield Finding(vnet=None, reason=Reason.NO_HUB, detail=f"hub {name!r}: {found.detail}")


def _undecided(choices: Iterable[Choice]) -> Iterator[Finding]:
    for choice in choices:
        if reason := _REASONS.get(choice.verdict):
            yield Finding(vnet=choice.vnet, reason=reason, detail=choice.detail)


def _concerns(choice: Choice, hub: Vnet, hubs: Collection[Vnet]) -> bool:
    """Whether it is the hub's spoke, or another owner's network that would be or is peered to it."""
    if choice.verdict is Verdict.OTHER_OWNER:
        return len(hubs) == 1 or hub.peering_to(choice.vnet) is not None
    return choice.hub_id == hub.id and choice.vnet != hub.id


def _mesh(
    selection: Selection, observed: ObservedNetworks, policy: PeeringPolicy, failed: frozenset[Reason]
) -> Iterator[Plan]:
    """Hubs with each other. Each has, or may have, a gateway of its own, so none uses another's."""
    for one, other in selection.mesh:
        among_hubs = replace(
            policy,
            subscriptions=policy.subscriptions | {other.group_id.subscription},
            gateway_transit=GatewayTransit.NEVER,
            hub_options=_without_gateways(policy.hub_options),
            spoke_options=_without_gateways(policy.hub_options),
        )
        # The document says whose they are, so their groups need not be read.
        managers = {**observed.managers, other.group_id: None}
        seen = replace(observed, gone=frozenset(), managers=managers)
        yield make_plan(observed.vnets[one], [other], seen, among_hubs, failed)


def _without_gateways(options: Mapping[str, bool]) -> dict[str, bool]:
    return {name: value for name, value in options.items() if name not in _GATEWAY_OPTIONS}


def _merged(plans: Iterable[Plan]) -> Plan:
    """One plan of several; a finding that they share counts once."""
    plans = list(plans)
    return Plan(
        pairs=tuple(pair for plan in plans for pair in plan.pairs),
        findings=tuple(dict.fromkeys(finding for plan in plans for finding in plan.findings)),
    )


def _without_audited(plan: Plan, selection: Selection) -> Plan:
    """Turns changes for networks whose own tag says audit into findings."""
    pairs: list[PairPlan] = []
    findings = list(plan.findings)
    for pair in plan.pairs:
        if not pair.changes or selection.of(pair.spoke).mode is not VnetMode.AUDIT:
            pairs.append(pair)
            continue
        pairs.append(replace(pair, changes=(), waits=Reason.SPOKE_AUDIT, is_settled=True))
        due = ", ".join(f"{change.peering} ({change.reason})" for change in pair.changes)
        findings.append(Finding(vnet=pair.spoke, reason=Reason.SPOKE_AUDIT, detail=f"due is {due}"))
    return Plan(pairs=tuple(pairs), findings=tuple(findings))
