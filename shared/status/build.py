"""Builds the view of one hub from what was observed and what was decided. Pure."""

from collections.abc import Iterator, Mapping, Set

from ..config.peering_policy import SERVICE_DEFAULTS
from ..config.settings import Mode
from ..engine.report import Blocked
from ..model.error_codes import advice_on
from ..model.ids import VnetId
from ..model.observed import ObservedNetworks, ObservedPeering, PeeringState, Vnet
from ..model.reasons import Reason
from ..plan.plan import Finding, PairPlan, Plan
from .snapshot import HalfView, Health, HubView, NetworkView, Note, Presence, SpokeView

_NOT_OURS = Note(code="not-looked-after", text="the hub is peered to it, and it is not one of the spokes")
_AUDIT = Note(
    code="audit-mode",
    text="something is due, and MODE is audit, so nothing is written",
    advice="set MODE to enforce",
)
_OF_HUBS = frozenset(
    {
        Reason.DELETIONS_HELD_BACK,
        Reason.HUB_HAS_NO_GATEWAY,
        Reason.HUB_NEARLY_FULL,
        Reason.OTHER_LEFTOVER,
        Reason.OUTSIDE_WINDOW,
    }
)
"""Findings about a hub as a whole, which do not concern its pair with another hub."""


def build_hub(
    hub: Vnet, observed: ObservedNetworks, plan: Plan, refusals: Mapping[VnetId, Blocked], mode: Mode
) -> HubView:
    """`refusals` are those that the last runs met, by spoke; what has been settled since is not shown."""
    findings: dict[VnetId | None, list[Finding]] = {}
    for finding in plan.findings:
        findings.setdefault(finding.vnet, []).append(finding)
    spokes = []
    for pair in (pair for pair in plan.pairs if pair.hub == hub.id):
        found = [each for each in findings.get(pair.spoke, ()) if each.reason not in _OF_HUBS]
        refusal = None if pair.is_settled else refusals.get(pair.spoke)
        spokes.append(
            _spoke(
                pair.spoke,
                hub,
                observed,
                health=_health(pair, {each.reason for each in found}, refusal, mode),
                notes=(*map(note_of, found), *_pair_notes(pair, refusal, mode)),
            )
        )
    planned = {pair.spoke for pair in plan.pairs if pair.hub == hub.id}
    planned |= {pair.hub for pair in plan.pairs if pair.spoke == hub.id}  # shown once, at the other hub
    for half in hub.peerings:
        if half.remote not in planned:
            spokes.append(_spoke(half.remote, hub, observed, health=Health.LEFT_ALONE, notes=(_NOT_OURS,)))
            planned.add(half.remote)
    of_hub = findings.get(hub.id, ())
    blocked = any(finding.reason.blocks for finding in of_hub)
    return HubView(
        network=build_network(hub.id, hub),
        health=Health.IN_TROUBLE if blocked else Health.HEALTHY,
        peerings=len(hub.peerings),
        spokes=tuple(sorted(spokes, key=lambda spoke: spoke.network.id.lower())),
        notes=tuple(map(note_of, of_hub)),
    )


def note_of(finding: Finding) -> Note:
    """A finding as people see it."""
    return Note(code=finding.reason, text=finding.detail, advice=finding.reason.advice)


def _health(pair: PairPlan, found: Set[Reason], refusal: Blocked | None, mode: Mode) -> Health:
    if refusal is not None or any(reason.blocks for reason in found):
        return Health.IN_TROUBLE
    if Reason.OTHER_OWNER in found:
        return Health.LEFT_ALONE
    if Reason.UNKNOWN_STATE in found or pair.waits is Reason.UNKNOWN_ID:
        return Health.UNKNOWN
    if pair.waits is Reason.UNDER_WAY:
        return Health.CHANGING
    if pair.waits is not None:
        return Health.WAITING
    if pair.changes:
        return Health.WAITING if mode is Mode.AUDIT else Health.CHANGING
    return Health.HEALTHY


def _pair_notes(pair: PairPlan, refusal: Blocked | None, mode: Mode) -> Iterator[Note]:
    if refusal is not None:
        code = refusal.error.code
        yield Note(code=code, text=refusal.error.message, advice=advice_on(code))
    if pair.waits is not None:
        yield Note(code=pair.waits, text=pair.waits.meaning, advice=pair.waits.advice)
    for reason in dict.fromkeys(change.reason for change in pair.changes):
        yield Note(code=reason, text=reason.meaning)
    if pair.changes and mode is Mode.AUDIT:
        yield _AUDIT


def _spoke(
    spoke: VnetId, hub: Vnet, observed: ObservedNetworks, *, health: Health, notes: tuple[Note, ...]
) -> SpokeView:
    seen = observed.vnets.get(spoke)
    return SpokeView(
        network=build_network(spoke, seen),
        presence=Presence.SEEN if seen else Presence.GONE if spoke in observed.gone else Presence.UNSEEN,
        health=health,
        to_spoke=_half(hub.peering_to(spoke)),
        to_hub=_half(seen.peering_to(hub.id)) if seen else None,
        notes=notes,
    )


def build_network(vnet: VnetId, seen: Vnet | None) -> NetworkView:
    return NetworkView(
        id=str(vnet),
        name=vnet.name,
        group=vnet.group,
        subscription=vnet.subscription,
        location=seen.location if seen else "",
        prefixes=seen.address_prefixes if seen else (),
        tags=seen.tags if seen else {},
    )


def _half(half: ObservedPeering | None) -> HalfView | None:
    if half is None:
        return None
    is_known = half.state is not PeeringState.UNKNOWN
    return HalfView(
        name=half.id.name,
        state=str(half.state) if is_known else str(half.properties.get("peeringState") or half.state),
        sync=str(half.sync),
        provisioning=half.provisioning,
        options={
            name: default if (value := half.properties.get(name)) is None else value is True
            for name, default in SERVICE_DEFAULTS.items()
        },
        remote_prefixes=half.remote_prefixes,
    )
