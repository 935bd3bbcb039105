"""One round of work on a key: observe, decide, act. What was written is read again by the next round.

Level-triggered: Azure is the only truth. What is kept between rounds only spares requests and repeated lines.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from ..config.settings import Mode, Settings
from ..model.errors import ErrorKind, NetworkError
from ..model.ids import VnetId
from ..model.observed import Vnet
from ..model.reasons import Reason
from ..plan.plan import Finding, PairPlan
from .backoff import LOOK_AFTER_SECONDS, PATIENCE_SECONDS, back_off_seconds, step
from .look import look
from .observer import Observer
from .queue import WorkQueue
from .report import Outcome
from .run import Hint, Key, Run
from .writer import Writer

_TRIES_FOR_ALL = 4
"""How often everything is looked at before what Azure cannot show just now is left out."""
_IDLE_SECONDS = 60.0
"""How long a run waits for what others have under way; the events of that, and the timer, continue it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Another round is needed, after so long."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainWhenDone:
    """Another round is needed once a worker of one of these networks is done."""

    networks: tuple[VnetId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """It is about these networks instead."""

    networks: tuple[VnetId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Nothing is left to do, or nothing that this run can do."""

    outcome: Outcome


type Next = Again | AgainWhenDone | Forward | Done


class Reconciler:
    """Brings pairs of hubs and spokes to what is wanted, a round at a time.

    `random` spreads repeated tries; `now` is the time that change windows go by.
    """

    def __init__(
        self,
        observer: Observer,
        writer: Writer,
        queue: WorkQueue[Key, Hint],
        settings: Settings,
        random: Random,
        now: Callable[[], datetime],
    ) -> None:
        self._observer = observer
        self._writer = writer
        self._queue = queue
        self._settings = settings
        self._random = random
        self._now = now

    async def round(self, run: Run) -> Next:
        """Raises `NetworkError` where Azure cannot be read and will not be soon."""
        since = self._queue.mark()
        try:
            peerings = run.hint.peerings if run.hint else frozenset()
            if (
                not run.written.applied
                and peerings
                and (named := await self._observer.spokes_named(run.network, peerings))
            ):
                return Forward(networks=named)
            await self._look(run)
        except NetworkError as error:
            is_passing = error.kind in (ErrorKind.UNAVAILABLE, ErrorKind.THROTTLED)
            if not is_passing or (error.retry_after_seconds or 0) > PATIENCE_SECONDS:
                raise
            run.error = error
            run.failed_looks += 1
            return Again(seconds=self._back_off(run.failed_looks, error.retry_after_seconds))
        run.failed_looks = 0
        unsettled = [pair for pair in run.plan.pairs if not pair.is_settled and not _is_blocked(pair, run)]
        if not unsettled:
            return Done(outcome=run.outcome_now())
        if self._settings.mode is Mode.AUDIT:
            is_due = any(pair.changes for pair in unsettled)
            return Done(outcome=Outcome.CHANGES_DUE if is_due else Outcome.IN_PROGRESS)
        if run.written.stopped:
            run.error = run.written.stopped
            return Done(outcome=Outcome.IN_PROGRESS)
        return await self._act(run, unsettled, since)

    async def _act(self, run: Run, unsettled: list[PairPlan], since: int) -> Next:
        now = asyncio.get_running_loop().time()
        due = [pair for pair in _first_of_each(unsettled) if pair.id not in run.written.postponed]
        if any(self._writer.has_no_effect(pair, run.written) for pair in due):
            return Again()
        free = [pair for pair in due if pair.spoke == run.key or self._queue.hold(pair.spoke, since)]
        if free:
            run.looks_in_vain, run.idle_since = 0, None
            if await self._write(free, run):
                run.fruitless_writes = 0
                return Again()
            run.fruitless_writes += 1
            return Again(seconds=self._back_off(run.fruitless_writes))
        held = {pair.spoke for pair in unsettled if pair.spoke != run.key}
        if busy := tuple(spoke for spoke in held if self._queue.is_held(spoke)):
            run.idle_since = None
            return AgainWhenDone(networks=busy)
        if due:
            return Again()  # somebody has written them since the look
        run.idle_since = now if run.idle_since is None else run.idle_since
        if now - run.idle_since < _IDLE_SECONDS:
            run.looks_in_vain += 1
            return Again(seconds=step(LOOK_AFTER_SECONDS, run.looks_in_vain - 1))
        run.with_findings(*_lasting(unsettled, run.seen))
        return Done(outcome=Outcome.BLOCKED if run.blocked() else Outcome.IN_PROGRESS)

    def _back_off(self, tries: int, retry_after_seconds: float | None = None) -> float:
        return back_off_seconds(self._random, tries - 1, retry_after_seconds)

    async def _look(self, run: Run) -> None:
        peerings = run.hint.peerings if run.hint else frozenset()
        seen = await look(
            self._observer,
            self._settings,
            self._now,
            next(iter(peerings)) if len(peerings) == 1 else run.network,
            is_patient=run.failed_looks < _TRIES_FOR_ALL,
            managers=run.managers,
            failed=self._writer.failed,
            applied=run.written.applied,
        )
        observed = seen.observation.observed
        run.unreadable, run.managers, run.seen = seen.unreadable, observed.managers, observed.vnets
        run.unlisted = frozenset(seen.observation.unlisted)
        run.hubs, run.plan, run.error = seen.hubs, seen.plan, None

    async def _write(self, due: list[PairPlan], run: Run) -> bool:
        """Returns whether anything came of it."""
        written, failed = run.written, self._writer.failed
        before = len(written.settled) + len(written.blocked)
        first, *others = due
        async with asyncio.TaskGroup() as group:
            for pair in others:
                group.create_task(self._write_pair(pair, run))
            await self._write_pair(first, run)
        return len(written.settled) + len(written.blocked) > before or self._writer.failed != failed

    async def _write_pair(self, pair: PairPlan, run: Run) -> None:
        try:
            await self._writer.carry_out(pair, run.written)
        finally:
            if pair.spoke != run.key:
                self._queue.done(pair.spoke)


def _is_blocked(pair: PairPlan, run: Run) -> bool:
    return pair.id in run.written.blocked or pair.spoke in run.unreadable


def _first_of_each(pairs: Iterable[PairPlan]) -> Iterable[PairPlan]:
    """Of a network that is in several pairs, as hubs are, the first with something due; its others come next."""
    first: dict[VnetId, PairPlan] = {}
    for pair in pairs:
        if pair.changes:
            first.setdefault(pair.spoke, pair)
    return first.values()


def _lasting(pairs: Iterable[PairPlan], seen: Mapping[VnetId, Vnet]) -> Iterator[Finding]:
    """The halves that Azure has been writing for as long as the run has waited."""
    for pair in pairs:
        for local, remote in ((pair.hub, pair.spoke), (pair.spoke, pair.hub)):
            half = seen[local].peering_to(remote) if local in seen else None
            if half and half.is_under_way():
                detail = f"{half.id} stays {half.provisioning}"
                yield Finding(vnet=pair.spoke, reason=Reason.UNDER_WAY_FOR_LONG, detail=detail)
