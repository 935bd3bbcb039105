"""Works the queue for as long as an invocation is present.

A process without an invocation may be stopped at any moment, and the host drops what is logged for one that has
ended. So invocations add keys and wait for them; what one cannot finish in its time goes on as long as another one is
there, which then reports it. With the last one everything stops, and the timer does what is left.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from random import Random

from ..config.settings import Settings
from ..events.attribution import EventAttribution
from ..model.errors import NetworkError
from ..model.ids import PeeringId, VnetId
from .observer import Observer
from .ports import NetworkApi, Reporter
from .queue import WorkQueue
from .reader import CoalescingReader
from .reconciler import Again, AgainWhenDone, Done, Forward, Reconciler
from .report import Outcome, Report
from .run import EVERYTHING, Hint, Key, Run
from .writer import Writer

_MOST_WORKERS = 300
_PROGRESS_SECONDS = 60.0
"""A run that takes longer says so often how far it is."""
_STAYS_SECONDS = 25.0
"""How long an invocation stays for what others left: as long as an event may."""
_MOMENT_SECONDS = 0.01
"""Not worth a timer of its own."""


def _seconds_to_report(budget_seconds: float) -> float:
    """What an invocation keeps back of its budget for saying what came of it."""
    return min(2.0, budget_seconds / 5)


class Controller:
    """One for a process. `network` is the way to Azure, `reporter` says what came of each run."""

    def __init__(
        self,
        network: NetworkApi,
        settings: Settings,
        random: Random,
        reporter: Reporter,
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._reporter = reporter
        self._queue = WorkQueue[Key, Hint](Hint.join, self._dispatch)
        reader = CoalescingReader(network)
        self._writer = Writer(reader, random)
        observer = Observer(reader, settings)
        self._reconciler = Reconciler(observer, self._writer, self._queue, settings, random, now)
        self._runs: dict[Key, Run] = {}
        self._unreported: list[Run] = []
        """Ended, and nobody waited for them."""
        self._workers: dict[asyncio.Task[None], Run] = {}
        self._present = 0
        self._relief: asyncio.Future[None] | None = None

    async def reconcile(
        self,
        look_at: VnetId | PeeringId | None,
        *,
        budget_seconds: float,
        attribution: EventAttribution | None = None,
    ) -> Report:
        """Adds the key and waits until everything in it is settled or blocked, or the budget ends.

        `look_at` is what an event named; None is everything. `attribution` is what else the event said, which is
        only reported. Where a hub cannot be told nothing is changed for its spokes, and the report says so.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + budget_seconds
        ends = deadline - _seconds_to_report(budget_seconds)
        peerings = frozenset({look_at} if isinstance(look_at, PeeringId) else ())
        key = look_at.vnet if isinstance(look_at, PeeringId) else look_at or EVERYTHING
        async with self._presence():
            run = self._add(key, Hint(peerings=peerings, attribution=attribution))
            await self._wait(run, ends)
            report = await self._report(run, deadline)
            await self._stay(min(ends, loop.time() + _STAYS_SECONDS), deadline)
            for other in list(self._runs.values()):
                if not other.waiting and other.reported_writes < len(other.written.applied):
                    await self._report(other, deadline)
        return report

    @asynccontextmanager
    async def _presence(self) -> AsyncIterator[None]:
        """One more invocation; the last one stops what nobody has finished."""
        self._present += 1
        try:
            yield
        finally:
            self._present -= 1
            if not self._present:
                self._queue.clear()
                self._runs.clear()
                stopped = list(self._workers)
                for worker in stopped:
                    worker.cancel()
                await asyncio.gather(*stopped, return_exceptions=True)

    def _add(self, key: Key, hint: Hint) -> Run:
        run = self._runs.get(key)
        if run is None:
            run = self._runs[key] = Run(key=key, began=asyncio.get_running_loop().time())
        self._queue.add(key, hint)
        return run

    def _dispatch(self) -> None:
        while len(self._workers) < _MOST_WORKERS and (taken := self._queue.get()):
            key, hint = taken
            run = self._runs[key]
            if hint:
                run.hint = run.hint.join(hint) if run.hint else hint
            worker = asyncio.get_running_loop().create_task(self._work(run), context=run.context)
            self._workers[worker] = run
            worker.add_done_callback(self._ended)

    async def _work(self, run: Run) -> None:
        try:
            match await self._reconciler.round(run):
                case Again(seconds=seconds):
                    self._queue.add_after(run.key, seconds)
                case AgainWhenDone(networks=networks):
                    self._queue.add_when_done(run.key, networks)
                case Forward(networks=networks):
                    hint = Hint(attribution=run.hint.attribution if run.hint else None)
                    run.forwarded += [self._add(network, hint) for network in networks]
                    self._end(run)
                case Done(outcome=outcome):
                    run.outcome = outcome
                    self._end(run)
        except NetworkError as unreadable:
            run.outcome, run.error = Outcome.UNREADABLE, unreadable
            self._end(run)

    def _end(self, run: Run) -> None:
        """Unless the key was added again meanwhile: then a later look decides."""
        if run.key in self._queue:
            return
        del self._runs[run.key]
        run.ended.set_result(None)
        if not run.waiting:
            self._unreported.append(run)

    def _ended(self, worker: asyncio.Task[None]) -> None:
        run = self._workers.pop(worker)
        if not worker.cancelled() and (error := worker.exception()):
            self._runs.pop(run.key, None)
            if not run.ended.done():
                run.ended.set_exception(error)  # it reaches the host through whoever waits
        self._queue.done(run.key)

    async def _wait(self, run: Run, ends: float) -> None:
        """For the run, and those that it was forwarded to, at most until `ends`."""
        loop = asyncio.get_running_loop()
        run.waiting += 1
        try:
            while not run.ended.done() and (left := ends - loop.time()) > _MOMENT_SECONDS:
                await asyncio.wait({run.ended}, timeout=min(_PROGRESS_SECONDS, left))
                if not run.ended.done() and ends - loop.time() > _MOMENT_SECONDS:
                    self._report_progress(run, loop.time())
            if run.ended.done():
                run.ended.result()
            for other in run.forwarded:
                await self._wait(other, ends)
        finally:
            run.waiting -= 1

    def _report_progress(self, run: Run, now: float) -> None:
        self._reporter.progress(
            pairs=len(run.plan.pairs),
            accepted=len(run.written.applied),
            ended=len(run.written.settled),
            seconds=now - run.began,
        )

    async def _report(self, run: Run, deadline: float) -> Report:
        """Reports what the run has come to since it was last reported; the last one of those it was forwarded to
        stands for it."""
        report = None
        for other in run.forwarded:
            report = await self._report(other, deadline)
        if report is not None:
            return report
        if run.report is not None and run.is_reported():
            return run.report
        now = asyncio.get_running_loop().time()
        report = run.report_now(self._settings, now, self._writer.writes_left)
        await self._reporter.write(report, seconds=max(0.0, deadline - now))
        return report

    async def _stay(self, ends: float, deadline: float) -> None:
        """For what others cannot finish, until relieved by a later invocation."""
        loop = asyncio.get_running_loop()
        if ends - loop.time() <= _MOMENT_SECONDS:
            return
        if self._relief is not None and not self._relief.done():
            self._relief.set_result(None)
        relief = self._relief = loop.create_future()
        while not relief.done() and ends - loop.time() > _MOMENT_SECONDS:
            while self._unreported:
                await self._report(self._unreported.pop(0), deadline)
            if not self._runs:
                return
            going = {run.ended for run in self._runs.values()}
            await asyncio.wait(
                {*going, relief}, timeout=ends - loop.time(), return_when=asyncio.FIRST_COMPLETED
            )
