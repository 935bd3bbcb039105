"""Looks at Azure for people and monitors: one reading, a few seconds old at most, for all who ask. Never writes."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ..classify.selection import select
from ..config.peering_policy import HubError
from ..config.settings import Settings
from ..engine.observer import Observer
from ..model.errors import ErrorKind, NetworkError
from ..model.observed import Vnet
from ..model.reasons import Reason
from ..plan.decide import decide
from ..plan.observation import Observation
from ..plan.plan import Plan
from ..reporting.heartbeat import Heartbeat
from .build import build_hub
from .run_history import RunHistory
from .snapshot import HubView, Note, Snapshot
from .unresolved import undecided, unresolved_hubs

FRESH_SECONDS = 5.0
_READ_SECONDS = 60.0


class StatusService:
    def __init__(
        self,
        observer: Observer,
        settings: Settings,
        runs: RunHistory,
        passes: Heartbeat,
        now: Callable[[], datetime],
    ) -> None:
        self._observer = observer
        self._settings = settings
        self._runs = runs
        self._passes = passes
        self._now = now
        self._reading: asyncio.Task[Snapshot] | None = None
        self._began = 0.0

    async def snapshot(self) -> Snapshot:
        """Whoever asks while a reading goes on, or soon after it began, gets that one; so does its failure.

        Raises `HubError` and `NetworkError`.
        """
        loop = asyncio.get_running_loop()
        reading = self._reading
        if reading is None or (reading.done() and loop.time() - self._began >= FRESH_SECONDS):
            reading = self._reading = loop.create_task(self._read())
            self._began = loop.time()
        seen = await asyncio.shield(reading)  # one who goes away takes nothing from the others
        return replace(seen, last_pass=self._runs.last_pass)

    async def _read(self) -> Snapshot:
        if elsewhere := await self._passes.of_others():
            self._runs.learn(*elsewhere)
        observed_at = self._now()
        try:
            async with asyncio.timeout(_READ_SECONDS):
                observation = await self._observer.observe(None)
                decision = decide(observation, self._settings, observed_at)
                unread = {
                    pair.spoke.group_id for pair in decision.plan.pairs if pair.waits is Reason.GROUP_UNREAD
                }
                if unread:
                    managers, _ = await self._observer.read_managers(unread)
                    observation = observation.knowing(managers)
                    decision = decide(observation, self._settings, observed_at)
        except TimeoutError as error:
            raise NetworkError(
                kind=ErrorKind.UNAVAILABLE,
                code="Timeout",
                message=f"reading took more than {_READ_SECONDS:.0f} s",
            ) from error
        document, topology = observation.document, observation.topology
        own = self._settings.subscription_id
        selection = select(document, topology, own=own, listed=observation.listed)
        untold = tuple(unresolved_hubs(selection, observation.unreadable))
        if not decision.hubs:
            raise HubError("; ".join(f"hub {hub.name!r}: {hub.note.text}" for hub in untold))
        plan = self._with_lasting(decision.plan)
        return Snapshot(
            observed_at=observed_at,
            mode=self._settings.mode,
            last_pass=self._runs.last_pass,
            hubs=tuple(self._depict(hub, observation, plan) for hub in decision.hubs),
            untold=untold,
            undecided=tuple(undecided(selection, topology, document)),
            notes=tuple(
                Note(code=finding.reason, text=finding.detail, advice=finding.reason.advice)
                for finding in decision.plan.findings
                if finding.vnet is None and finding.reason is not Reason.NO_HUB
            ),
        )

    def _with_lasting(self, plan: Plan) -> Plan:
        """With what the last full pass saw go on for long, as far as it still does."""
        still = {pair.spoke for pair in plan.pairs if pair.waits is Reason.UNDER_WAY}
        lasting = tuple(finding for finding in self._runs.lasting if finding.vnet in still)
        return replace(plan, findings=(*plan.findings, *lasting))

    def _depict(self, hub: Vnet, observation: Observation, plan: Plan) -> HubView:
        return build_hub(hub, observation.topology, plan, self._runs.refusals, self._settings.mode)
