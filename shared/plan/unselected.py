"""What becomes of the peerings of a network that the rules no longer make a spoke. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from ..classify.owners import owner_of_pair
from ..classify.selection import Choice
from ..config.document.model import Unselected
from ..config.peering_policy import PeeringPolicy
from ..model.changes import Delete
from ..model.observed import ObservedNetworks, ObservedPeering, PeeringState, Vnet
from ..model.reasons import Reason
from .plan import Finding, PairPlan, Plan


def plan_unselected(
    hub: Vnet, choices: Iterable[Choice], observed: ObservedNetworks, policy: PeeringPolicy, rule: Unselected
) -> Plan:
    """Both halves of a pair are deleted or both stay: one that is not named as ours are keeps the other."""
    pairs: list[PairPlan] = []
    findings: list[Finding] = []
    for choice in choices:
        vnet = observed.vnets[choice.vnet]
        # The network's half first, as it may use the hub's gateway.
        halves = [half for half in (vnet.peering_to(hub.id), hub.peering_to(vnet.id)) if half]
        is_unclear = hub.may_lead_to(vnet.id) or vnet.may_lead_to(hub.id)
        if not halves or is_unclear or owner_of_pair(hub, vnet, observed):
            continue
        ours = all(policy.names.is_ours(half.id.name, half.id.vnet, half.remote) for half in halves)
        if rule is Unselected.KEEP:
            why = "unselected is keep"
        elif not ours:
            why = "they are not all called as ours are"
        elif any(half.state is PeeringState.UNKNOWN for half in halves):
            why = "Azure reports a peering state that this version does not know"
        elif choice.missed_hub:
            why = f"hub {choice.missed_hub!r} is not found, and this may be it without its tags"
        else:
            pairs.append(_removal(hub, vnet, halves, observed))
            continue
        kept = ", ".join(str(half.id) for half in halves)
        detail = f"{choice.detail}; kept, since {why}: {kept}"
        findings.append(Finding(vnet=vnet.id, reason=Reason.UNSELECTED, detail=detail))
    return Plan(pairs=tuple(pairs), findings=tuple(findings))


def _removal(hub: Vnet, vnet: Vnet, halves: list[ObservedPeering], observed: ObservedNetworks) -> PairPlan:
    plan = PairPlan(hub=hub.id, spoke=vnet.id)
    if "Deleting" in (hub.provisioning, vnet.provisioning):
        return replace(plan, waits=Reason.BEING_DELETED, is_settled=True)
    if any(half.is_under_way() for half in halves):
        return replace(plan, waits=Reason.UNDER_WAY)
    if vnet.id.group_id not in observed.managers:
        return replace(plan, waits=Reason.GROUP_UNREAD)
    deletions = (Delete(peering=half.id, remote=half.remote, reason=Reason.UNSELECTED) for half in halves)
    return replace(plan, changes=tuple(deletions))
