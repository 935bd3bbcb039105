"""Looks at Azure for people and monitors: one reading, a few seconds old at most, for all who ask. Never writes."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ..classify.selection import select
from ..config.peering_policy import HubError
from ..config.settings import Settings
from ..engine.look import look
from ..engine.observer import Observer
from ..model.errors import ErrorKind, NetworkError
from ..model.reasons import Reason
from ..plan.plan import Plan
from ..reporting.heartbeat import Heartbeat
from .build import build_hub, note_of
from .run_history import RunHistory
from .snapshot import Snapshot
from .unresolved import undecided, unresolved_hubs

FRESH_SECONDS = 5.0
_READ_SECONDS = 60.0


class StatusService:
    def __init__(
        self,
        observer: Observer,
        settings: Settings,
        runs: RunHistory,
        heartbeat: Heartbeat,
        now: Callable[[], datetime],
    ) -> None:
        self._observer = observer
        self._settings = settings
        self._runs = runs
        self._heartbeat = heartbeat
        self._now = now
        self._reading: asyncio.Task[Snapshot] | None = None
        self._began = 0.0

    async def snapshot(self) -> Snapshot:
        """Whoever asks during a reading, or within `FRESH_SECONDS` of its start, gets its result or its error.

        Raises `HubError` and `NetworkError`.
        """
        loop = asyncio.get_running_loop()
        reading = self._reading
        if reading is None or (reading.done() and loop.time() - self._began >= FRESH_SECONDS):
            reading = self._reading = loop.create_task(self._read())
            self._began = loop.time()
        seen = await asyncio.shield(reading)  # a caller that is cancelled does not cancel it for the others
        return replace(seen, last_pass=self._runs.last_pass)

    async def _read(self) -> Snapshot:
        if elsewhere := await self._heartbeat.of_others():
            self._runs.note_elsewhere(*elsewhere)
        observed_at = self._now()
        try:
            async with asyncio.timeout(_READ_SECONDS):
                seen = await look(self._observer, self._settings, lambda: observed_at)
        except TimeoutError as error:
            raise NetworkError(
                kind=ErrorKind.UNAVAILABLE,
                code="Timeout",
                message=f"reading took more than {_READ_SECONDS:.0f} s",
            ) from error
        observation, hubs = seen.observation, seen.hubs
        document, observed = observation.document, observation.observed
        own = self._settings.subscription_id
        selection = select(document, observed, own=own, listed=observation.listed)
        unresolved = tuple(unresolved_hubs(selection, observation.unreadable))
        if not hubs:
            raise HubError("; ".join(f"hub {hub.name!r}: {hub.note.text}" for hub in unresolved))
        plan = self._with_lasting(seen.plan)
        return Snapshot(
            observed_at=observed_at,
            mode=self._settings.mode,
            last_pass=self._runs.last_pass,
            hubs=tuple(
                build_hub(hub, observed, plan, self._runs.refusals, self._settings.mode) for hub in hubs
            ),
            unresolved=unresolved,
            undecided=tuple(undecided(selection, observed, document)),
            notes=tuple(
                note_of(finding)
                for finding in seen.plan.findings
                if finding.vnet is None and finding.reason is not Reason.NO_HUB
            ),
        )

    def _with_lasting(self, plan: Plan) -> Plan:
        """With what the last full pass found to go on for long, where it still goes on."""
        still = {pair.spoke for pair in plan.pairs if pair.waits is Reason.UNDER_WAY}
        lasting = tuple(finding for finding in self._runs.lasting if finding.vnet in still)
        return replace(plan, findings=(*plan.findings, *lasting))
