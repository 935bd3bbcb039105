"""What is under way: every accepted write takes a while, holds networks, and is told about when it ends."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from simulator import errors
from simulator.clock import Clock
from simulator.network.durations import Durations, RetryAfter
from simulator.network.estate import Estate
from simulator.network.locks import REFUSALS, FailsLateError, LockMode, Operation, VnetLocks
from simulator.network.resources import Vnet, VnetKey
from simulator.tokens import Caller

FAILS_AFTER_SECONDS = 2.0
"""When an operation that is going to fail says so; not recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceChange:
    """One finished write, as the subscription's event source sees it."""

    subscription: str
    resource_id: str
    operation_name: str
    method: str
    succeeded: bool
    caller: Caller | None
    """Who asked for it; None is somebody who did not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written[Resource]:
    """What a write was answered with: the resource as it stands, and the operation that goes on."""

    resource: Resource
    created: bool
    operation: Operation


@dataclass(slots=True)
class Timeline:
    """The networks, what is being done to them, and who hears of it."""

    clock: Clock
    random: Random
    durations: Durations = field(default_factory=Durations)
    retry_after: RetryAfter = field(default_factory=RetryAfter)
    lock_mode: LockMode = LockMode.PARALLEL
    pace: Callable[[str, str], float] = lambda _kind, _target: 1.0
    """Asked for each operation, by its kind and its target: how many times as long as usual it takes."""
    listeners: list[Callable[[ResourceChange], None]] = field(default_factory=list)
    operations: dict[UUID, Operation] = field(default_factory=dict)
    estate: Estate = field(init=False)
    locks: VnetLocks = field(init=False)
    _caller: Caller | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.estate = Estate(self.new_guid)
        self.locks = VnetLocks(mode=self.lock_mode, refusal=lambda _target: self.random.choice(REFUSALS))

    def new_guid(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    @contextmanager
    def acting_for(self, caller: Caller | None) -> Iterator[None]:
        """What is begun meanwhile is told of as this caller's."""
        before, self._caller = self._caller, caller
        try:
            yield
        finally:
            self._caller = before

    def check_locks(self, vnets: dict[VnetKey, str], target: str) -> errors.ArmError | None:
        """Raises what a write on `target` that touches these networks is refused with, or returns what its
        operation is going to fail with."""
        try:
            self.locks.check(vnets, vnets, target, self.clock.now())
        except FailsLateError as failure:
            return failure.error
        return None

    def is_busy(self) -> bool:
        """Whether any operation is under way."""
        return bool(self._tasks)

    async def aclose(self) -> None:
        """Ends all that is going on."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def start(
        self,
        kind: str,
        *,
        subscription: str,
        location: str,
        target: str,
        seconds: float,
        vnets: frozenset[VnetKey] = frozenset(),
        error: errors.ArmError | None = None,
        removes: bool = False,
    ) -> Operation:
        now, seconds = self.clock.now(), seconds * self.pace(kind, target)
        operation = Operation(
            id=self.new_guid(),
            kind=kind,
            subscription=subscription,
            location=location,
            target=target,
            started=now,
            ends=now + seconds,
            vnets=vnets,
            error=error,
            removes=removes,
        )
        self.operations[operation.id] = operation
        if seconds:
            self.locks.hold(operation)
        return operation

    def when_ended(self, operation: Operation, effect: Callable[[], None]) -> None:
        caller = self._caller

        def end() -> None:
            operation.finished = True
            with self.acting_for(caller):
                effect()

        async def wait_and_end() -> None:
            await self.clock.sleep(operation.ends - operation.started)
            end()

        if operation.ends <= operation.started:
            end()
        else:
            self._spawn(wait_and_end())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def remotes(self, vnet: Vnet) -> list[Vnet]:
        return [one for one, _ in self.estate.halves_pointing_at(vnet.key)]

    def touch_remotes(self, vnet: Vnet) -> None:
        self.estate.touch(*self.remotes(vnet))

    def tell(self, resource_id: str, operation_name: str, method: str, *, succeeded: bool = True) -> None:
        change = ResourceChange(
            subscription=resource_id.split("/")[2],
            resource_id=resource_id,
            operation_name=operation_name,
            method=method,
            succeeded=succeeded,
            caller=self._caller,
        )
        for listener in self.listeners:
            listener(change)
