"""What must change, in which order, and why. Pure: the decision is a value made from values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.desired import MANAGED_OPTIONS, peering_id
from shared.resource_ids import PeeringId, VnetId
from shared.topology import ObservedPeering, PeeringState, SyncLevel, Topology, Vnet

_READ_ONLY = frozenset(
    {
        "provisioningState",
        "resourceGuid",
        "peeringState",
        "peeringSyncLevel",
        "remoteAddressSpace",
        "remoteVirtualNetworkAddressSpace",
        "localAddressSpace",
        "localVirtualNetworkAddressSpace",
        "remoteBgpCommunities",
        "remoteVirtualNetworkEncryption",
        "remoteGateways",
        "routeServiceVips",
    }
)
"""What Azure computes. Echoing it back has no effect at best, so it is left out of writes."""


class Reason(StrEnum):
    """Why a change is due; the words that logs, tests and documentation use."""

    MISSING = "missing"
    DISCONNECTED = "disconnected"
    UNMATCHED = "unmatched"
    """Both halves wait for each other: one was made against an earlier network of the same name."""
    OPTIONS_DIFFER = "options-differ"
    OUT_OF_SYNC = "out-of-sync"
    FAILED = "failed"
    LEFTOVER = "leftover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Create or update one peering, taking over the remote's address space of now."""

    peering: PeeringId
    remote: VnetId
    properties: Mapping[str, Any]
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Remove one peering."""

    peering: PeeringId
    remote: VnetId
    reason: Reason


type Change = Put | Delete


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPlan:
    """What is due for the hub and one other network: changes in the order Azure accepts them."""

    hub: VnetId
    spoke: VnetId
    changes: tuple[Change, ...]
    is_settled: bool
    """Nothing is due and nothing is under way."""


def make_plan(hub: Vnet, spokes: Iterable[VnetId], topology: Topology) -> tuple[PairPlan, ...]:
    """Decides for each spoke that was seen, and for each of our halves on the hub whose remote is gone."""
    plans = [_plan_pair(hub, topology.vnets[spoke]) for spoke in spokes if spoke in topology.vnets]
    plans += [_plan_leftover(hub, half) for half in hub.peerings if is_leftover(hub, half, topology)]
    return tuple(plans)


def is_leftover(hub: Vnet, half: ObservedPeering, topology: Topology) -> bool:
    """Ours by name, connected to nothing, and its remote proven gone."""
    return (
        half.remote in topology.gone
        and half.state is not PeeringState.CONNECTED
        and half.id == peering_id(hub.id, half.remote)
    )


def _plan_leftover(hub: Vnet, half: ObservedPeering) -> PairPlan:
    delete = Delete(peering=half.id, remote=half.remote, reason=Reason.LEFTOVER)
    return PairPlan(hub=hub.id, spoke=half.remote, changes=(delete,), is_settled=False)


def _plan_pair(hub: Vnet, spoke: Vnet) -> PairPlan:
    if "Deleting" in (hub.provisioning, spoke.provisioning):
        return PairPlan(hub=hub.id, spoke=spoke.id, changes=(), is_settled=True)
    hub_half, spoke_half = hub.peering_to(spoke.id), spoke.peering_to(hub.id)
    changes = tuple(_changes(hub, spoke, hub_half, spoke_half))
    return PairPlan(
        hub=hub.id,
        spoke=spoke.id,
        changes=changes,
        is_settled=not changes and _rests(hub_half) and _rests(spoke_half),
    )


def _rests(half: ObservedPeering | None) -> bool:
    return (
        half is not None
        and half.state is PeeringState.CONNECTED
        and half.sync is SyncLevel.FULLY_IN_SYNC
        and half.provisioning == "Succeeded"
    )


def _changes(
    hub: Vnet, spoke: Vnet, hub_half: ObservedPeering | None, spoke_half: ObservedPeering | None
) -> Iterable[Change]:
    """A half that says Disconnected is written before the other one: Azure refuses the other order."""
    match _state(hub_half), _state(spoke_half):
        case PeeringState.UNKNOWN, _:
            return
        case _, PeeringState.UNKNOWN:
            return
        case PeeringState.DISCONNECTED, PeeringState.DISCONNECTED:
            # Each blocks the other, so one goes. Neither carries traffic.
            if hub_half is not None:
                yield Delete(peering=hub_half.id, remote=spoke.id, reason=Reason.DISCONNECTED)
            yield _put(spoke, hub.id, spoke_half, Reason.DISCONNECTED)
            yield _put(hub, spoke.id, None, Reason.MISSING)
        case _, PeeringState.DISCONNECTED:
            yield _put(spoke, hub.id, spoke_half, Reason.DISCONNECTED)
            yield _put(hub, spoke.id, hub_half, Reason.MISSING)
        case PeeringState.DISCONNECTED, _:
            yield _put(hub, spoke.id, hub_half, Reason.DISCONNECTED)
            yield _put(spoke, hub.id, spoke_half, Reason.MISSING)
        case PeeringState.INITIATED, PeeringState.INITIATED:
            yield _put(hub, spoke.id, hub_half, Reason.UNMATCHED)
            yield _put(spoke, hub.id, spoke_half, Reason.UNMATCHED)
        case _:
            for vnet, remote, half in ((hub, spoke.id, hub_half), (spoke, hub.id, spoke_half)):
                if (reason := _due(half)) is not None:
                    yield _put(vnet, remote, half, reason)


def _state(half: ObservedPeering | None) -> PeeringState | None:
    return half.state if half else None


def _due(half: ObservedPeering | None) -> Reason | None:
    """Why this half must be written although it is not Disconnected, or None."""
    if half is None:
        return Reason.MISSING
    if half.provisioning == "Failed":
        return Reason.FAILED
    if any(half.properties.get(name) != wanted for name, wanted in MANAGED_OPTIONS.items()):
        return Reason.OPTIONS_DIFFER
    if half.is_behind():
        return Reason.OUT_OF_SYNC
    return None


def _put(local: Vnet, remote: VnetId, half: ObservedPeering | None, reason: Reason) -> Put:
    """A half that exists under another name is written under that name: Azure refuses a second one."""
    kept: dict[str, Any] = {"allowGatewayTransit": False, "useRemoteGateways": False}
    if half is not None:
        kept |= {name: value for name, value in half.properties.items() if name not in _READ_ONLY}
    return Put(
        peering=half.id if half else peering_id(local.id, remote),
        remote=remote,
        properties={"remoteVirtualNetwork": {"id": str(remote)}} | kept | dict(MANAGED_OPTIONS),
        reason=reason,
    )
