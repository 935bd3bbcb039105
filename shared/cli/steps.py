"""The changes of a plan as people review them: what, where, from which value to which, and why. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.changes import Change, Delete, Put
from shared.desired import SERVICE_DEFAULTS
from shared.planner.plan import PairPlan
from shared.resource_ids import PeeringId, VnetId
from shared.topology import ObservedPeering, PeeringState, Vnet


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"

    @property
    def sign(self) -> str:
        return {"create": "+", "update": "~", "delete": "-"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One value that changes; None is no value at all."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    action: Action
    change: Change
    shifts: tuple[Shift, ...]


def steps_of(pair: PairPlan, networks: Mapping[VnetId, Vnet]) -> tuple[Step, ...]:
    """Each step starts from what the ones before it leave."""
    halves: dict[PeeringId, ObservedPeering] = {
        half.id: half
        for vnet in (pair.hub, pair.spoke)
        if vnet in networks
        for half in networks[vnet].peerings
    }
    written: dict[PeeringId, Mapping[str, Any]] = {}
    steps = []
    for change in pair.changes:
        half = halves.get(change.peering)
        match change:
            case Delete():
                action, shifts = Action.DELETE, _deleted(half)
                halves.pop(change.peering, None)
                written.pop(change.peering, None)
            case Put() if change.peering in written:
                action = Action.UPDATE
                shifts = tuple(_options(written[change.peering], change.properties))
            case Put():
                action = Action.UPDATE if half else Action.CREATE
                shifts = (
                    *_link(half, networks.get(change.remote)),
                    *_options(_found(half), change.properties),
                )
        if isinstance(change, Put):
            written[change.peering] = change.properties
        steps.append(Step(action=action, change=change, shifts=shifts))
    return tuple(steps)


def _found(half: ObservedPeering | None) -> Mapping[str, Any] | None:
    return half.properties if half else None


def _deleted(half: ObservedPeering | None) -> tuple[Shift, ...]:
    if half is None:
        return ()
    return (
        Shift(name="peeringState", before=str(half.state), after=None),
        Shift(name="remoteAddressSpace", before=", ".join(half.remote_prefixes), after=None),
    )


def _link(half: ObservedPeering | None, remote: Vnet | None) -> Iterator[Shift]:
    """What Azure makes of the write: the state, and the remote's address space of now."""
    if half is None or half.state is not PeeringState.CONNECTED:
        before = str(half.state) if half else None
        yield Shift(name="peeringState", before=before, after=str(PeeringState.CONNECTED))
    if remote is not None:
        before_space = ", ".join(half.remote_prefixes) if half else None
        after_space = ", ".join(remote.address_prefixes)
        if before_space != after_space:
            yield Shift(name="remoteAddressSpace", before=before_space, after=after_space)
    if half is not None and half.provisioning != "Succeeded":
        yield Shift(name="provisioningState", before=half.provisioning, after="Succeeded")


def _options(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Iterator[Shift]:
    for name in SERVICE_DEFAULTS:
        old = None if before is None else _flag(name, before)
        new = _flag(name, after)
        if old != new:
            yield Shift(name=name, before=old, after=new)


def _flag(name: str, properties: Mapping[str, Any]) -> str:
    value = properties.get(name)
    return str(SERVICE_DEFAULTS[name] if value is None else value is True).lower()
