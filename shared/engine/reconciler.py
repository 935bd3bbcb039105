"""Observe, decide, act, verify: one loop for events and the timer, with a time budget.

Level-triggered and stateless: Azure is the only truth, and an event merely says where to look. What is kept
between runs only spares requests and repeated lines.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from random import Random

from ..config.settings import Mode, Settings
from ..events.attribution import EventAttribution
from ..model.errors import ErrorKind, NetworkError
from ..model.ids import GroupId, PeeringId, VnetId
from ..model.observed import Vnet
from ..model.reasons import Reason
from ..plan.plan import Finding, PairPlan, Plan
from .backoff import PATIENCE_SECONDS, back_off, look_again
from .invocations import Invocations
from .look import look
from .observer import Observer
from .ports import NetworkApi, Reporter
from .reader import CoalescingReader
from .report import Blocked, Outcome, Report
from .spoke_locks import SpokeLocks
from .writer import Writer, Written

_PROGRESS_SECONDS = 60.0
"""A run that takes longer says so often how far it is."""
_STAYS_SECONDS = 25.0
"""How long an invocation stays for what others left: as long as an event may."""
_TRIES_FOR_ALL = 4
"""How often everything is looked at before what Azure cannot show just now is left out."""
_IDLE_SECONDS = 60.0
"""How long a run waits for what others have under way; the events of that, and the timer, continue it."""


def _seconds_to_report(budget_seconds: float) -> float:
    """What a run keeps back of its budget for saying what it came to."""
    return min(2.0, budget_seconds / 5)


@dataclass(slots=True)
class _Run:
    """What one call of `reconcile` has come to so far."""

    look_at: VnetId | PeeringId | None
    attribution: EventAttribution | None
    began: float
    outcome: Outcome = Outcome.IN_PROGRESS
    reported_writes: int = 0
    """How many of the changes it applied have been reported."""
    written: Written = field(default_factory=Written)
    hubs: tuple[Vnet, ...] = ()
    seen: Mapping[VnetId, Vnet] = field(default_factory=dict)
    plan: Plan = field(default_factory=lambda: Plan(pairs=(), findings=()))
    managers: Mapping[GroupId, str | None] = field(default_factory=dict)
    unlisted: frozenset[str] = frozenset()
    error: NetworkError | None = None
    """Why Azure could not be read just now."""

    def is_blocked(self, pair: PairPlan) -> bool:
        return pair.id in self.written.blocked or pair.spoke in self.written.blocked

    def outcome_now(self) -> Outcome:
        is_blocked = self.written.blocked or any(finding.reason.blocks for finding in self.plan.findings)
        return Outcome.BLOCKED if is_blocked else Outcome.SETTLED


class Reconciler:
    """Brings pairs of hubs and spokes to what is wanted.

    `random` spreads repeated tries; `network` is the way to Azure; `reporter` says what came of it; `now` is the
    time that change windows go by.
    """

    def __init__(
        self,
        network: NetworkApi,
        settings: Settings,
        random: Random,
        reporter: Reporter,
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._random = random
        reader = CoalescingReader(network)
        self._observer = Observer(reader, settings)
        self._writer = Writer(reader, random)
        self._spoke_locks = SpokeLocks()
        self._invocations = Invocations[_Run]()
        self._reporter = reporter
        self._now = now

    async def reconcile(
        self,
        look_at: VnetId | PeeringId | None,
        *,
        budget_seconds: float,
        attribution: EventAttribution | None = None,
    ) -> Report:
        """Works until everything in scope is settled or blocked, or the budget ends.

        `look_at` is what an event named; None is everything. `attribution` is what else the event said, which is only
        reported. Where a hub is not found nothing is changed for
        its spokes, and the report says so.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        run = _Run(look_at=look_at, attribution=attribution, began=began)
        deadline = began + budget_seconds
        ends = deadline - _seconds_to_report(budget_seconds)
        async with self._invocations.present():
            await self._invocations.do(run, self._work(run), ends)
            report = await self._report(run, deadline)
            async for other in self._invocations.stay(min(ends, loop.time() + _STAYS_SECONDS)):
                await self._report(other, deadline)
            for other in self._invocations.left:
                if other.reported_writes < len(other.written.applied):
                    await self._report(other, deadline)
        return report

    async def _work(self, run: _Run) -> None:
        progress = asyncio.create_task(self._report_progress(run))
        try:
            run.outcome = await self._until_settled(run)
        except NetworkError as unreadable:
            run.outcome, run.error = Outcome.UNREADABLE, unreadable
        finally:
            progress.cancel()

    async def _report_progress(self, run: _Run) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_PROGRESS_SECONDS)
            written = run.written
            self._reporter.progress(
                pairs=len(run.plan.pairs),
                accepted=len(written.applied),
                ended=len(written.settled),
                seconds=loop.time() - run.began,
            )

    async def _report(self, run: _Run, deadline: float) -> Report:
        """Reports what the run has come to since it was last reported."""
        now = asyncio.get_running_loop().time()
        report = self._report_of(run, now - run.began)
        run.reported_writes = len(run.written.applied)
        run.written.refused.clear()
        await self._reporter.write(report, seconds=max(0.0, deadline - now))
        return report

    def _report_of(self, run: _Run, seconds: float) -> Report:
        hubs = [hub.id for hub in run.hubs or self._settings.document.hubs]
        return Report(
            outcome=run.outcome,
            look_at=run.look_at,
            hub=hubs[0] if len(hubs) == 1 else None,
            hubs={hub.id: len(hub.peerings) for hub in run.hubs},
            hub_of={pair.spoke: pair.hub for pair in run.plan.pairs},
            pairs=len(run.plan.pairs),
            pairs_settled=_settled(run.plan.pairs),
            applied=tuple(run.written.applied[run.reported_writes :]),
            due=tuple(change for pair in run.plan.pairs for change in pair.changes)
            if run.outcome is Outcome.CHANGES_DUE
            else (),
            blocked=tuple(run.written.blocked.values()),
            findings=run.plan.findings,
            unlisted=run.unlisted,
            error=run.error,
            refusals=+run.written.refused,
            writes_left=self._writer.writes_left if run.written.applied else None,
            attribution=run.attribution,
            seconds=seconds,
        )

    async def _until_settled(self, run: _Run) -> Outcome:
        loop = asyncio.get_running_loop()
        tries = looks = 0
        spoke = run.look_at.vnet if isinstance(run.look_at, PeeringId) else run.look_at
        if spoke and self._spoke_locks.is_held(spoke):
            await self._spoke_locks.wait_for_release([spoke])  # an earlier look would have to be repeated
        idle_since = loop.time()
        while True:
            observed = self._spoke_locks.mark()
            try:
                await self._look(run, is_patient=tries < _TRIES_FOR_ALL)
            except NetworkError as error:
                is_passing = error.kind in (ErrorKind.UNAVAILABLE, ErrorKind.THROTTLED)
                if not is_passing or (error.retry_after_seconds or 0) > PATIENCE_SECONDS:
                    raise
                run.error = error
                await back_off(self._random, tries, error.retry_after_seconds)
                tries += 1
                continue
            unsettled = [pair for pair in run.plan.pairs if not pair.is_settled and not run.is_blocked(pair)]
            if not unsettled:
                return run.outcome_now()
            if self._settings.mode is Mode.AUDIT:
                return Outcome.CHANGES_DUE if any(pair.changes for pair in unsettled) else Outcome.IN_PROGRESS
            if run.written.stopped:
                run.error = run.written.stopped
                return Outcome.IN_PROGRESS
            due = [
                pair
                for pair in _first_of_each(unsettled)
                if pair.id not in run.written.postponed and self._spoke_locks.is_free(pair.spoke, observed)
            ]
            if any(self._writer.has_no_effect(pair, run.written) for pair in due):
                continue
            if due:
                tries = 0 if await self._write(due, run) else tries + 1
                if tries:
                    await back_off(self._random, tries - 1)
                looks, idle_since = 0, loop.time()
            elif held := [pair.spoke for pair in unsettled if self._spoke_locks.is_held(pair.spoke)]:
                await self._spoke_locks.wait_for_release(held)
                idle_since = loop.time()
            elif loop.time() - idle_since < _IDLE_SECONDS:
                await look_again(looks)
                looks += 1
            else:
                lasting = tuple(_lasting(unsettled, run.seen))
                run.plan = replace(run.plan, findings=(*run.plan.findings, *lasting))
                return Outcome.BLOCKED if run.written.blocked else Outcome.IN_PROGRESS

    async def _look(self, run: _Run, *, is_patient: bool) -> None:
        seen = await look(
            self._observer,
            self._settings,
            self._now,
            run.look_at,
            is_patient=is_patient,
            managers=run.managers,
            failed=self._writer.failed,
            applied=run.written.applied,
        )
        for vnet, error in seen.unreadable.items():
            run.written.blocked[vnet] = Blocked(vnet=vnet, error=error)
        observed = seen.observation.observed
        run.managers, run.seen = observed.managers, observed.vnets
        run.unlisted = frozenset(seen.observation.unlisted)
        run.hubs, run.plan, run.error = seen.hubs, seen.plan, None

    async def _write(self, due: list[PairPlan], run: _Run) -> bool:
        """Returns whether anything came of it."""
        written, failed = run.written, self._writer.failed
        before = len(written.settled) + len(written.blocked)
        async with asyncio.TaskGroup() as group:
            for pair in due:
                self._spoke_locks.acquire(pair.spoke)
                task = group.create_task(self._writer.carry_out(pair, written))
                task.add_done_callback(partial(self._spoke_locks.release, pair.spoke))
        return len(written.settled) + len(written.blocked) > before or self._writer.failed != failed


def _settled(pairs: Iterable[PairPlan]) -> dict[VnetId, bool]:
    """Of a network in several pairs, as one that moves, whether all of them are."""
    settled: dict[VnetId, bool] = {}
    for pair in pairs:
        settled[pair.spoke] = settled.get(pair.spoke, True) and pair.is_settled
    return settled


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
