"""Observe, decide, act, verify: one loop for events and the timer, with a time budget.

Level-triggered and stateless: Azure is the only truth, and an event merely says where to look. What is kept
between runs only spares requests and repeated lines.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field
from random import Random

from shared.claims import Claims
from shared.journal import Journal, seconds_to_tell
from shared.network import Network, NetworkError, Trouble
from shared.observer import Observation, Observer
from shared.pauses import back_off, look_again
from shared.plan import PairPlan, Plan, make_plan
from shared.reasons import Reason
from shared.report import Blocked, Outcome, Report
from shared.resource_ids import GroupId, PeeringId, VnetId
from shared.settings import Mode, Settings
from shared.writer import Writer, Written


@dataclass(slots=True)
class _Run:
    """What one call of `reconcile` has come to so far."""

    look_at: VnetId | PeeringId | None
    written: Written = field(default_factory=Written)
    observation: Observation | None = None
    plan: Plan = field(default_factory=lambda: Plan(pairs=(), findings=()))
    managers: dict[GroupId, str | None] = field(default_factory=dict)
    error: NetworkError | None = None
    """Why Azure could not be read just now."""

    def outcome(self) -> Outcome:
        blocked = self.written.blocked or any(finding.reason.blocks for finding in self.plan.findings)
        return Outcome.BLOCKED if blocked else Outcome.SETTLED


class Reconciler:
    """Brings pairs of a hub and its spokes to what is wanted.

    `random` spreads repeated tries; `network` is the door to Azure; `journal` tells what came of it.
    """

    def __init__(self, network: Network, settings: Settings, random: Random, journal: Journal) -> None:
        self._settings = settings
        self._random = random
        self._observer = Observer(network, settings)
        self._writer = Writer(network, random)
        self._claims = Claims()
        self._journal = journal

    async def reconcile(self, look_at: VnetId | PeeringId | None, *, budget_seconds: float) -> Report:
        """Works until everything in scope is settled or blocked, or the budget ends.

        `look_at` is what an event named; None is the whole subscription. Raises `HubError` where the hub
        cannot be told, and changes nothing then.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        run = _Run(look_at=look_at)
        try:
            async with asyncio.timeout(budget_seconds - seconds_to_tell(budget_seconds)):
                outcome = await self._until_settled(run)
        except TimeoutError:
            outcome = Outcome.IN_PROGRESS
        except NetworkError as unreadable:
            outcome, run.error = Outcome.UNREADABLE, unreadable
        hub = run.observation.hub if run.observation else None
        report = Report(
            outcome=outcome,
            look_at=look_at,
            hub=hub.id if hub else self._settings.hub_vnet_id,
            hub_peerings=len(hub.peerings) if hub else 0,
            pairs=len(run.plan.pairs),
            applied=tuple(run.written.applied),
            due=tuple(change for pair in run.plan.pairs for change in pair.changes)
            if outcome is Outcome.CHANGES_DUE
            else (),
            blocked=tuple(run.written.blocked.values()),
            findings=run.plan.findings,
            error=run.error,
            seconds=loop.time() - started,
        )
        await self._journal.write(report, seconds=budget_seconds - report.seconds)
        return report

    async def _until_settled(self, run: _Run) -> Outcome:
        tries = looks = 0
        while True:
            observed = self._claims.now()
            try:
                await self._look(run)
            except NetworkError as error:
                if error.trouble not in (Trouble.UNAVAILABLE, Trouble.THROTTLED):
                    raise
                run.error = error
                await back_off(self._random, tries, error.retry_after_seconds)
                tries += 1
                continue
            blocked = run.written.blocked
            unsettled = [pair for pair in run.plan.pairs if not pair.is_settled and pair.spoke not in blocked]
            if not unsettled:
                return run.outcome()
            if self._settings.mode is Mode.AUDIT:
                return Outcome.CHANGES_DUE if any(pair.changes for pair in unsettled) else Outcome.IN_PROGRESS
            due = [pair for pair in unsettled if pair.changes and self._claims.is_free(pair.spoke, observed)]
            if not due:
                await look_again(looks)
                looks += 1
                continue
            if any(self._writer.learn(pair, run.written.settled) for pair in due):
                continue
            looks = 0
            if await self._write(due, run):
                tries = 0
            else:
                await back_off(self._random, tries)
                tries += 1

    async def _look(self, run: _Run) -> None:
        observation = await self._observer.observe(run.look_at)
        observation = observation.knowing(run.managers)
        plan = self._decide(observation)
        unread = {pair.spoke: pair.spoke.group_id for pair in plan.pairs if pair.waits is Reason.GROUP_UNREAD}
        if unread:
            try:
                run.managers |= await self._observer.read_managers(set(unread.values()))
            except NetworkError as error:
                if error.trouble in (Trouble.UNAVAILABLE, Trouble.THROTTLED):
                    raise
                run.written.blocked |= {vnet: Blocked(vnet=vnet, error=error) for vnet in unread}
            observation = observation.knowing(run.managers)
            plan = self._decide(observation)
        run.observation, run.plan, run.error = observation, plan, None

    def _decide(self, observation: Observation) -> Plan:
        return make_plan(
            observation.hub,
            observation.spokes,
            observation.topology,
            self._settings.policy,
            self._writer.failed,
        )

    async def _write(self, due: list[PairPlan], run: _Run) -> bool:
        """Returns whether anything came of it."""
        failed, before = self._writer.failed, len(run.written.applied) + len(run.written.blocked)
        with contextlib.ExitStack() as claims:
            for pair in due:
                claims.enter_context(self._claims.hold(pair.spoke))
            async with asyncio.TaskGroup() as group:
                for pair in due:
                    group.create_task(self._writer.carry_out(pair, run.written))
        after = len(run.written.applied) + len(run.written.blocked)
        return after > before or self._writer.failed != failed
