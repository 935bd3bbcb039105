"""The changes of a plan as people review them: what, where, from which value to which, and why. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..config.peering_policy import SERVICE_DEFAULTS
from ..model.changes import Change, Delete, Put
from ..model.ids import PeeringId, VnetId
from ..model.observed import ObservedPeering, PeeringState, Vnet
from ..plan.plan import PairPlan


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"

    @property
    def sign(self) -> str:
        return {"create": "+", "update": "~", "delete": "-"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChange:
    """A value before and after a change; None where there is none."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedChange:
    action: Action
    change: Change
    values: tuple[ValueChange, ...]


def reviewed_changes(pair: PairPlan, networks: Mapping[VnetId, Vnet]) -> tuple[ReviewedChange, ...]:
    """Each change starts from what those before it leave."""
    halves: dict[PeeringId, ObservedPeering] = {
        half.id: half
        for vnet in (pair.hub, pair.spoke)
        if vnet in networks
        for half in networks[vnet].peerings
    }
    written: dict[PeeringId, Mapping[str, Any]] = {}
    reviewed = []
    for change in pair.changes:
        half = halves.get(change.peering)
        match change:
            case Delete():
                action, values = Action.DELETE, _deleted(half)
                halves.pop(change.peering, None)
                written.pop(change.peering, None)
            case Put() if change.peering in written:
                action = Action.UPDATE
                values = tuple(_options(written[change.peering], change.properties))
            case Put():
                action = Action.UPDATE if half else Action.CREATE
                values = (
                    *_link(half, networks.get(change.remote)),
                    *_options(half.properties if half else None, change.properties),
                )
        if isinstance(change, Put):
            written[change.peering] = change.properties
        reviewed.append(ReviewedChange(action=action, change=change, values=values))
    return tuple(reviewed)


def _deleted(half: ObservedPeering | None) -> tuple[ValueChange, ...]:
    if half is None:
        return ()
    return (
        ValueChange(name="peeringState", before=str(half.state), after=None),
        ValueChange(name="remoteAddressSpace", before=", ".join(half.remote_prefixes), after=None),
    )


def _link(half: ObservedPeering | None, remote: Vnet | None) -> Iterator[ValueChange]:
    """What the write brings about in Azure: the state, and the remote's present address space."""
    if half is None or half.state is not PeeringState.CONNECTED:
        before = str(half.state) if half else None
        yield ValueChange(name="peeringState", before=before, after=str(PeeringState.CONNECTED))
    if remote is not None:
        before_space = ", ".join(half.remote_prefixes) if half else None
        after_space = ", ".join(remote.address_prefixes)
        if before_space != after_space:
            yield ValueChange(name="remoteAddressSpace", before=before_space, after=after_space)
    if half is not None and half.provisioning != "Succeeded":
        yield ValueChange(name="provisioningState", before=half.provisioning, after="Succeeded")


def _options(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Iterator[ValueChange]:
    for name in SERVICE_DEFAULTS:
        old = None if before is None else _flag(name, before)
        new = _flag(name, after)
        if old != new:
            yield ValueChange(name=name, before=old, after=new)


def _flag(name: str, properties: Mapping[str, Any]) -> str:
    value = properties.get(name)
    return str(SERVICE_DEFAULTS[name] if value is None else value is True).lower()
