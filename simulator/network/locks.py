"""What happens to a write that meets another one on the same virtual network."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from uuid import UUID

from simulator import errors
from simulator.network import refusals
from simulator.network.resources import VnetKey


class LockMode(StrEnum):
    """Whether writes of different peerings may run beside each other on one network.

    No public recording shows one peering write refused because of another, and one of 2026 shows a peering
    accepted beside running subnet writes, so `PARALLEL` is the default. The others are what issue threads
    report for writes on one network in general.
    """

    PARALLEL = "parallel-ok"
    CONFLICT = "409"
    RETRYABLE = "429"
    NOT_PROVISIONED = "400-not-provisioned"
    FAILS_LATE = "lro-failed"
    MIXED = "mixed"
    """One of the refusals, drawn anew for each write that meets another."""


REFUSALS = (LockMode.CONFLICT, LockMode.RETRYABLE, LockMode.NOT_PROVISIONED, LockMode.FAILS_LATE)


class FailsLateError(Exception):
    """The write is accepted, and its operation fails; the error is what the operation will say."""

    def __init__(self, error: errors.ArmError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(slots=True, kw_only=True)
class Operation:
    """One accepted long-running write."""

    id: UUID
    kind: str
    """Azure's name for it, as error texts show it, such as PutVirtualNetworkPeeringOperation."""
    subscription: str
    location: str
    target: str
    """ID of the resource it writes."""
    started: float
    ends: float
    vnets: frozenset[VnetKey] = frozenset()
    """The networks it holds while it runs."""
    error: errors.ArmError | None = None
    """Why it fails, where it does."""
    removes: bool = False
    finished: bool = False


@dataclass(slots=True, kw_only=True)
class VnetLocks:
    """Knows which networks are being written, and refuses what may not run beside that."""

    mode: LockMode
    refusal: Callable[[str], LockMode]
    """Asked where the mode is `MIXED`, by the target of the write: which of `REFUSALS` it meets."""
    holders: dict[VnetKey, list[Operation]] = field(default_factory=dict)

    def hold(self, operation: Operation) -> None:
        for key in operation.vnets:
            self.holders.setdefault(key, []).append(operation)

    def holder(self, keys: Iterable[VnetKey]) -> tuple[VnetKey, Operation] | None:
        """The operation that runs longest on any of these networks."""
        found: list[tuple[VnetKey, Operation]] = []
        for key in keys:
            running = [operation for operation in self.holders.get(key, ()) if not operation.finished]
            if running:
                self.holders[key] = running
                found += [(key, operation) for operation in running]
            else:
                self.holders.pop(key, None)
        return max(found, key=lambda item: item[1].ends, default=None)

    def check(self, keys: Iterable[VnetKey], ids: dict[VnetKey, str], target: str, now: float) -> None:
        """Raises what a write on `target` that touches these networks is answered with at this moment."""
        met = self.holder(keys)
        if met is None or self.mode is LockMode.PARALLEL:
            return
        key, operation = met
        mode = self.refusal(target) if self.mode is LockMode.MIXED else self.mode
        busy = refusals.another_operation(ids[key], operation.kind, str(operation.id))
        match mode:
            case LockMode.CONFLICT:
                raise busy
            case LockMode.RETRYABLE:
                seconds = max(1, ceil(operation.ends - now))
                raise refusals.retryable(ids[key], operation.kind, str(operation.id), seconds)
            case LockMode.NOT_PROVISIONED:
                raise refusals.reference_not_provisioned(target, ids[key], operation.kind)
            case _:
                raise FailsLateError(busy)
