"""Deletes a spoke's pair with the hub it belonged to, once the pair with the new hub is Connected. Pure.

The order, and what keeps a spoke where it is: docs/decisions/0009-new-hub-first.md
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from ..classify.hubs import FoundHub
from ..classify.owners import owner_of_pair
from ..classify.selection import Choice, Selection
from ..classify.verdicts import Role
from ..config.peering_policy import PeeringPolicy
from ..model.changes import Delete
from ..model.ids import PeeringId
from ..model.observed import ObservedNetworks, ObservedPeering, PeeringState, Vnet
from ..model.reasons import Reason
from .gateways import gateway_use
from .pair import Pair
from .plan import Finding, PairPlan, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A pair with a hub of the document that the spoke does not belong to any more."""

    spoke: Vnet
    old_hub: Vnet
    new_hub: Vnet
    halves: tuple[ObservedPeering, ...]
    """The spoke's half first, as it may use the hub's gateway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    begun: tuple[Move, ...]
    findings: tuple[Finding, ...]
    """Those that stop where they are, and why."""

    @property
    def retiring(self) -> frozenset[PeeringId]:
        """Halves that are to be deleted, and whose use of a gateway ends with that."""
        return frozenset(half.id for move in self.begun for half in move.halves)


def find_moves(
    choices: Iterable[Choice], selection: Selection, observed: ObservedNetworks, policy: PeeringPolicy
) -> Moves:
    begun: list[Move] = []
    findings: list[Finding] = []
    for choice in choices:
        if choice.role is not Role.SPOKE or choice.hub_id is None:
            continue
        spoke, new_hub = observed.vnets[choice.vnet], observed.vnets[choice.hub_id]
        for name, found in selection.hubs.items():
            old_hub = observed.vnets[found.vnet] if found.vnet else None
            halves = tuple(_halves(spoke, found, old_hub, choice))
            ours = [half for half in halves if policy.names.is_ours(half.id.name, half.id.vnet, half.remote)]
            if not ours:
                continue
            if old_hub is None:
                stop: str | None = f"hub {name!r} cannot be told: {found.detail}"
            else:
                move = Move(spoke=spoke, old_hub=old_hub, new_hub=new_hub, halves=halves)
                stop = _obstacle(move, choice, ours, observed, policy)
            if stop is None:
                begun.append(move)
                continue
            detail = (
                f"{ours[0].id} is of a pair with hub {name!r}, and {choice.detail}; it stays, since {stop}"
            )
            findings.append(Finding(vnet=spoke.id, reason=Reason.OTHER_HUB, detail=detail))
    return Moves(begun=tuple(begun), findings=tuple(findings))


def _halves(spoke: Vnet, found: FoundHub, old_hub: Vnet | None, choice: Choice) -> Iterator[ObservedPeering]:
    """What joins the spoke with a hub that is not its own, or with what could be that hub."""
    if found.vnet == choice.hub_id:
        return
    for vnet in dict.fromkeys((found.vnet, found.hub.id, *found.candidates)):
        if vnet and vnet != choice.hub_id and (half := spoke.peering_to(vnet)):
            yield half
    if old_hub and (half := old_hub.peering_to(spoke.id)):
        yield half


def _obstacle(
    move: Move,
    choice: Choice,
    ours: Collection[ObservedPeering],
    observed: ObservedNetworks,
    policy: PeeringPolicy,
) -> str | None:
    """Why the pair with the earlier hub may not be removed, whatever becomes of the new one."""
    if choice.missed_hub:
        return f"hub {choice.missed_hub!r} is not found, and this may be it without its tags"
    if len(ours) < len(move.halves):
        return "its halves are not all called as ours are"
    if owner := owner_of_pair(move.old_hub, move.spoke, observed):
        return f"it belongs to {owner}"
    if move.old_hub.may_lead_to(move.spoke.id) or move.spoke.may_lead_to(move.old_hub.id):
        return "a peering whose remote cannot be told may be of it"
    if any(half.state is PeeringState.UNKNOWN for half in move.halves):
        return "Azure reports a state of it that this version does not know"
    if _loses_gateway(move, policy):
        return (
            f"the spoke uses that hub's gateway and would have none with {move.new_hub.id}; end useRemoteGateways "
            "on it, or see that it may use the gateway there"
        )
    return None


def _loses_gateway(move: Move, policy: PeeringPolicy) -> bool:
    half = move.spoke.peering_to(move.old_hub.id)
    is_in_use = (
        half is not None
        and half.state is PeeringState.CONNECTED
        and half.properties.get("useRemoteGateways") is True
        and move.old_hub.has_gateway
    )
    if not is_in_use or policy.spoke_options.get("useRemoteGateways") is False:
        return False
    kept = tuple(half for half in move.spoke.peerings if half not in move.halves)
    there = gateway_use(move.new_hub, replace(move.spoke, peerings=kept), policy)
    return not (there.use and there.transit and move.new_hub.has_gateway)


def plan_moves(moves: Moves, observed: ObservedNetworks, policy: PeeringPolicy) -> Plan:
    pairs = tuple(_pair(move, observed, policy, moves.retiring) for move in moves.begun)
    return Plan(pairs=pairs, findings=moves.findings)


def _pair(
    move: Move, observed: ObservedNetworks, policy: PeeringPolicy, retiring: frozenset[PeeringId]
) -> PairPlan:
    new = Pair.of(move.new_hub, move.spoke, policy, retiring=retiring)
    removal = tuple(
        Delete(peering=half.id, remote=half.remote, reason=Reason.MOVED, replaced_by=new.spoke.id)
        for half in move.halves
    )
    plan = PairPlan(hub=move.old_hub.id, spoke=move.spoke.id, then=removal)
    if "Deleting" in (move.old_hub.provisioning, move.spoke.provisioning):
        return replace(plan, waits=Reason.BEING_DELETED, is_settled=True)
    if any(half.is_under_way() for half in move.halves):
        return replace(plan, waits=Reason.UNDER_WAY)
    if not new.is_as_desired():
        return replace(plan, waits=Reason.MOVING)
    if move.spoke.id.group_id not in observed.managers:
        return replace(plan, waits=Reason.GROUP_UNREAD)
    return replace(plan, changes=removal, then=())


def mark_stranded(plan: Plan) -> Plan:
    """Settles pairs whose spoke waits for its new pair, where nothing more is done for that in this run."""
    going_on = {pair.spoke for pair in plan.pairs if not pair.is_settled and pair.waits is not Reason.MOVING}
    return replace(plan, pairs=tuple(_settled_unless(going_on, pair) for pair in plan.pairs))


def _settled_unless(going_on: Collection[object], pair: PairPlan) -> PairPlan:
    is_stuck = pair.waits is Reason.MOVING and pair.spoke not in going_on
    return replace(pair, is_settled=True) if is_stuck else pair
