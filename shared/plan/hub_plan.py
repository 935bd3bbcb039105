"""What must change on a hub and its spokes, in which order, and why. Pure.

Pairs are decided one by one (`pair`); what they share is decided here: leftovers that stand in the way, address
ranges, names, and room on the hub.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..classify.owners import owner_of_pair, owner_of_peering
from ..config.peering_policy import PeeringPolicy
from ..model.changes import Change, Delete, Put
from ..model.ids import PeeringId, VnetId
from ..model.observed import ObservedNetworks, ObservedPeering, PeeringState, Vnet
from ..model.reasons import Reason
from .address_space import AddressIndex, overlap
from .limits import MAX_PEERINGS
from .pair import Pair
from .plan import Finding, PairPlan, Plan

_NEARLY_FULL = MAX_PEERINGS * 8 // 10


def make_plan(
    hub: Vnet,
    spokes: Iterable[VnetId],
    observed: ObservedNetworks,
    policy: PeeringPolicy,
    failed: frozenset[Reason] = frozenset(),
    retiring: frozenset[PeeringId] = frozenset(),
) -> Plan:
    """Decides for each spoke that was seen, and for each half on the hub whose remote is proven gone.

    `failed` holds the reasons for which a write did not help: the next one is done another way.
    `retiring` are halves of spokes that are deleted once the pair with the hub is Connected.
    """
    planning = _Planning(hub=hub, observed=observed, policy=policy, failed=failed, retiring=retiring)
    planning.clear_leftovers()
    known = [observed.vnets[spoke] for spoke in spokes if spoke in observed.vnets]
    # Who is on the hub already goes first: of two that overlap, or want the last room, the newcomer yields.
    for spoke in sorted(known, key=lambda vnet: (hub.peering_to(vnet.id) is None, vnet.id)):
        planning.decide(spoke)
    planning.note_room()
    return Plan(pairs=tuple(planning.pairs), findings=tuple(planning.findings))


def is_leftover(hub: Vnet, half: ObservedPeering, policy: PeeringPolicy) -> bool:
    """Whether to delete it once its remote is proven gone: ours by name, in our subscriptions, not Connected."""
    return may_be_leftover(half, policy) and policy.names.is_ours(half.id.name, hub.id, half.remote)


def may_be_leftover(half: ObservedPeering, policy: PeeringPolicy) -> bool:
    """Whether the half may be a leftover, so that it is worth asking Azure if the remote is gone."""
    return (
        half.state in (PeeringState.INITIATED, PeeringState.DISCONNECTED)
        and policy.covers(half.remote)
        and owner_of_peering(half) is None
    )


def in_the_way(hub: Vnet, spoke: Vnet, policy: PeeringPolicy) -> Iterator[ObservedPeering]:
    """Halves on the hub that lead elsewhere and hold the spoke's addresses or name."""
    names = {name.lower() for name in policy.names.names(hub.id, spoke.id)}
    for half in hub.peerings:
        if half.remote != spoke.id and (
            half.id.name.lower() in names or overlap(spoke.address_prefixes, half.held_prefixes())
        ):
            yield half


@dataclass(slots=True, kw_only=True)
class _Planning:
    """One plan in the making: what has been given out so far."""

    hub: Vnet
    observed: ObservedNetworks
    policy: PeeringPolicy
    failed: frozenset[Reason]
    retiring: frozenset[PeeringId]
    pairs: list[PairPlan] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    leftovers: set[PeeringId] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    newcomers: dict[VnetId, Vnet] = field(default_factory=dict)
    held: AddressIndex[VnetId] = field(default_factory=AddressIndex)
    """The addresses of all that is, or is about to be, peered to the hub."""

    def __post_init__(self) -> None:
        for half in self.hub.peerings:
            self.held.add(half.held_prefixes(), half.remote)

    def clear_leftovers(self) -> None:
        for half in self.hub.peerings:
            if half.remote not in self.observed.gone or not may_be_leftover(half, self.policy):
                continue
            if not is_leftover(self.hub, half, self.policy):
                detail = f"{half.id} leads to {half.remote}, which does not exist"
                self.add_finding(self.hub.id, Reason.OTHER_LEFTOVER, detail)
                continue
            self.leftovers.add(half.id)
            delete = Delete(peering=half.id, remote=half.remote, reason=Reason.LEFTOVER)
            if self.hub.provisioning == "Deleting":
                self.add(half.remote, waits=Reason.BEING_DELETED, is_settled=True)
            elif half.is_under_way():
                self.add(half.remote, waits=Reason.UNDER_WAY)
            else:
                self.add(half.remote, changes=(delete,))

    def decide(self, spoke: Vnet) -> None:
        hub = self.hub
        if not self.policy.covers(spoke.id):
            return
        if owner := owner_of_pair(hub, spoke, self.observed):
            self.add_finding(spoke.id, Reason.OTHER_OWNER, f"it belongs to {owner}")
            self.add(spoke.id, is_settled=True)
            return
        if "Deleting" in (hub.provisioning, spoke.provisioning):
            self.add(spoke.id, waits=Reason.BEING_DELETED, is_settled=True)
            return
        if hub.may_lead_to(spoke.id) or spoke.may_lead_to(hub.id):
            self.add(spoke.id, waits=Reason.UNKNOWN_ID, is_settled=True)
            return
        pair = Pair.of(hub, spoke, self.policy, self.names, self.retiring)
        self.note_pair(pair)
        changes = pair.changes(self.failed)
        if not changes:
            is_as_desired = pair.is_as_desired() or pair.is_unknown()
            self.add(spoke.id, waits=None if is_as_desired else Reason.UNDER_WAY, is_settled=is_as_desired)
            return
        if failed := next((vnet for vnet in (hub, spoke) if vnet.provisioning == "Failed"), None):
            self.add_finding(spoke.id, Reason.NETWORK_FAILED, f"{failed.id} is in provisioning state Failed")
            self.add(spoke.id, is_settled=True)
            return
        if spoke.id.group_id not in self.observed.managers:
            self.add(spoke.id, waits=Reason.GROUP_UNREAD)
            return
        if any(isinstance(change, Put) for change in changes) and self.obstructs(pair):
            return
        if pair.hub.half is None:
            self.names.add(pair.hub.id.name.lower())
            self.newcomers[spoke.id] = spoke
            self.held.add(spoke.address_prefixes, spoke.id)
        self.add(spoke.id, changes=changes)

    def obstructs(self, pair: Pair) -> bool:
        """Whether something keeps the pair from being written; adds what becomes of it then."""
        spoke = pair.spoke.local
        if self.leftovers and (self.is_full(pair) or self.waits_for_leftover(spoke)):
            self.add(spoke.id, waits=Reason.CLEARING)
            return True
        obstacle = self.overlapping(spoke) or self.lacking_room(pair)
        if obstacle:
            self.findings.append(obstacle)
            self.add(spoke.id, is_settled=True)
        return obstacle is not None

    def waits_for_leftover(self, spoke: Vnet) -> bool:
        return any(half.id in self.leftovers for half in in_the_way(self.hub, spoke, self.policy))

    def overlapping(self, spoke: Vnet) -> Finding | None:
        """Compares the pair with each other and with all that either is peered to, as Azure does."""
        hub, ours, theirs = self.hub, spoke.address_prefixes, self.hub.address_prefixes
        near = sorted(self.held.holders(ours) - {spoke.id})
        rivals = [(f"the hub {hub.id}", ours, theirs)]
        rivals += [
            (f"{half.remote}, peered to the hub as {half.id.name}", ours, half.held_prefixes())
            for half in map(hub.peering_to, near)
            if half
        ]
        rivals += [
            (f"{other.id}, about to be peered to the hub", ours, other.address_prefixes)
            for other in map(self.newcomers.get, near)
            if other
        ]
        rivals += [
            (f"{half.remote}, peered to it as {half.id.name}, for the hub", theirs, half.held_prefixes())
            for half in spoke.peerings
            if half.remote != hub.id
        ]
        for rival, here, there in rivals:
            if clash := overlap(here, there):
                return Finding(
                    vnet=spoke.id,
                    reason=Reason.OVERLAP,
                    detail=f"{clash[0]} of {spoke.id if here is ours else hub.id} overlaps with {clash[1]} of {rival}",
                )
        return None

    def is_full(self, pair: Pair) -> bool:
        return pair.hub.half is None and len(self.hub.peerings) + len(self.newcomers) >= MAX_PEERINGS

    def lacking_room(self, pair: Pair) -> Finding | None:
        hub, spoke = self.hub, pair.spoke.local
        if self.is_full(pair):
            detail = f"{hub.id} has, or is about to have, {MAX_PEERINGS} peerings"
            return Finding(vnet=spoke.id, reason=Reason.HUB_FULL, detail=detail)
        if pair.spoke.half is None and len(spoke.peerings) >= MAX_PEERINGS:
            detail = f"{spoke.id} has {len(spoke.peerings)} peerings, of {MAX_PEERINGS}"
            return Finding(vnet=spoke.id, reason=Reason.SPOKE_FULL, detail=detail)
        return None

    def note_pair(self, pair: Pair) -> None:
        spoke = pair.spoke.local
        for half in (pair.hub.half, pair.spoke.half):
            if half and half.state is PeeringState.UNKNOWN:
                self.add_finding(
                    spoke.id, Reason.UNKNOWN_STATE, f"{half.id} is {half.properties.get('peeringState')!r}"
                )
        if (reason := pair.gateway_finding) is Reason.HUB_HAS_NO_GATEWAY:
            if not any(finding.reason is reason for finding in self.findings):
                self.add_finding(self.hub.id, reason, f"{self.hub.id} has no gateway")
        elif reason:
            self.add_finding(spoke.id, reason, reason.meaning)

    def note_room(self) -> None:
        used = len(self.hub.peerings) + len(self.newcomers)
        if used >= _NEARLY_FULL:
            detail = f"at least {_NEARLY_FULL} of {MAX_PEERINGS} peerings are used"
            self.add_finding(self.hub.id, Reason.HUB_NEARLY_FULL, detail)

    def add_finding(self, vnet: VnetId, reason: Reason, detail: str) -> None:
        self.findings.append(Finding(vnet=vnet, reason=reason, detail=detail))

    def add(
        self,
        spoke: VnetId,
        *,
        changes: tuple[Change, ...] = (),
        waits: Reason | None = None,
        is_settled: bool = False,
    ) -> None:
        self.pairs.append(
            PairPlan(hub=self.hub.id, spoke=spoke, changes=changes, waits=waits, is_settled=is_settled)
        )
