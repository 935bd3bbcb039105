"""Reports a run: the run log, each alert when it comes and when it is resolved, and outcome events.

An alert is logged before the store has it, so a crash in between repeats a line and never loses one. Outcome events are
sent last, since a topic that hangs must not keep the alert state from being saved.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from ..engine.report import Outcome, Report
from ..model.error_codes import advice_on
from ..model.reasons import Reason
from .alert_state import AlertState
from .alerts import CHANGED, COMPLETED, Alert
from .facts import fact
from .open_changes import OpenChanges
from .outbox import Outbox
from .outcome_events import OutcomeEvent, blocked, of_finding, recovered
from .publisher import Publisher
from .run_log import RunLog
from .store import MAX_STORE_SECONDS, Store, StoreUnavailableError

logger = logging.getLogger("interlinked")

_TO_SEND = 2 / 3
"""The part of the time left that is for sending; the rest is for saving what was sent, which else is sent again."""
_OF_CHANGES = frozenset({CHANGED, COMPLETED})
_COUNTED = frozenset({Reason.CHANGES_HELD_BACK})
"""Findings whose message has a number that differs in each run, so that it does not tell alerts apart."""
_QUIET = frozenset({Reason.OTHER_OWNER, Reason.GATEWAY_IN_USE})


class _Line(NamedTuple):
    level: int
    text: str
    event: OutcomeEvent | None


class RunReporter:
    """Implements `Reporter` of the engine. Reports a lasting trouble once, whichever instance meets it again, for as
    long as `store` is available. With a `publisher`, changes of state become outcome events, too.
    """

    def __init__(self, store: Store, now: Callable[[], datetime], publisher: Publisher | None = None) -> None:
        self._alert_state = AlertState(store)
        self._now = now
        self._open_changes = OpenChanges(self._alert_state, now)
        self._outbox = Outbox(self._alert_state, publisher, now) if publisher else None
        self._run_log = RunLog()
        self._lock = asyncio.Lock()
        self._last_pass: tuple[datetime, frozenset[Alert]] | None = None
        """When the last full pass of this process began, and the alerts that it found."""

    def progress(self, *, pairs: int, accepted: int, ended: int, seconds: float) -> None:
        """Logs how far a long run is: its pairs, its writes so far, and for how long it has gone on."""
        logger.info(
            fact(
                "reconciling",
                pairs=pairs,
                changes_accepted=accepted,
                changes_ended=ended,
                duration_seconds=seconds,
            )
        )

    async def write(self, report: Report, *, seconds: float) -> None:
        """Reports a run that has just ended; `seconds` is what it has left for that. Raises nothing."""
        now = self._now()
        began, found = now - timedelta(seconds=report.seconds), _alerts(report)
        self._run_log.write(report, began, now)
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        may_publish = self._outbox is not None and report.applied
        if found or may_publish or self._may_be_resolved(report):
            added = await self._update(report, began, found, min(seconds, MAX_STORE_SECONDS))
            await self._send(report, added, ends)
        if report.look_at is None and report.outcome in (Outcome.SETTLED, Outcome.BLOCKED):
            self._last_pass = (began, frozenset(found))

    async def _send(self, report: Report, added: list[OutcomeEvent], ends: float) -> None:
        """What others could not send goes out with a full pass; runs for events have no time for that."""
        if self._outbox is None:
            return
        waiting = self._outbox.waiting() if report.look_at is None else []
        if not added and not waiting:
            return
        loop = asyncio.get_running_loop()
        seconds = min((ends - loop.time()) * _TO_SEND, MAX_STORE_SECONDS)
        if await self._outbox.send(added, waiting, seconds):
            await self._save(min(ends - loop.time(), MAX_STORE_SECONDS))

    async def _save(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds), self._lock:
                if await self._alert_state.read():
                    await self._alert_state.save()
        except TimeoutError:
            self._alert_state.report_failure(_no_answer(seconds))

    def _may_be_resolved(self, report: Report) -> bool:
        """Whether a run without findings has to read the store: for an alert that this process knows, or for those
        of others before its own first full pass."""
        known = (alert for alert in self._alert_state.reported if alert.code != COMPLETED)
        return any(_proves_resolved(report, alert) for alert in known) or (
            report.look_at is None
            and report.outcome in (Outcome.SETTLED, Outcome.BLOCKED, Outcome.CHANGES_DUE)
            and (self._outbox is not None or not self._alert_state.is_saved)
        )

    async def _update(
        self, report: Report, began: datetime, found: Mapping[Alert, _Line], seconds: float
    ) -> list[OutcomeEvent]:
        """Returns the events to send."""
        added: list[OutcomeEvent] = []
        try:
            async with asyncio.timeout(seconds), self._lock:
                was_read = await self._alert_state.read()
                added += self._report_alerts(report, began, found)
                if was_read:
                    await self._alert_state.save()
        except TimeoutError:
            self._alert_state.report_failure(_no_answer(seconds))
            added += self._report_alerts(report, began, found)
        return added

    def _report_alerts(
        self, report: Report, began: datetime, found: Mapping[Alert, _Line]
    ) -> list[OutcomeEvent]:
        events = self._open_changes.update(report, began, is_published=self._outbox is not None)
        now, reported = self._now(), self._alert_state.reported
        for alert, line in found.items():
            if alert not in reported or self._has_returned(alert, reported[alert]):
                logger.log(line.level, line.text)
                events += [line.event] if line.event else []
                self._alert_state.set_alert(alert, now)
        kinds = {(alert.vnet, alert.code) for alert in found}
        for alert in reported:
            if alert.code not in _OF_CHANGES and alert not in found and _proves_resolved(report, alert):
                self._alert_state.set_alert(alert, None)
                kind = (alert.vnet, alert.code)
                if kind not in kinds:
                    logger.info(fact("recovered", vnet=alert.vnet, code=alert.code))
                    events += recovered(report.hub, alert.vnet, alert.code)
                kinds.add(kind)
        return self._outbox.add(events) if self._outbox else []

    def _has_returned(self, alert: Alert, since: datetime) -> bool:
        """Whether a full pass of this process began since then and did not find it."""
        if self._last_pass is None:
            return False
        began, found = self._last_pass
        return since < began and alert not in found


def _alerts(report: Report) -> dict[Alert, _Line]:
    """The alerts that a run found, each with the line that reports it."""
    found: dict[Alert, _Line] = {}
    for met in report.blocked:
        code, message, advice = met.error.code, met.error.message, advice_on(met.error.code)
        text = fact(
            "needs a person", vnet=met.vnet, peering=met.peering, code=code, message=message, advice=advice
        )
        event = blocked(report.hub, met.vnet, code, message, advice)
        found[Alert.of(met.vnet, code, message)] = _Line(logging.ERROR, text, event)
    for finding in report.findings:
        vnet, reason, detail = finding.vnet, finding.reason, finding.detail
        name, level = ("needs a person", logging.ERROR) if reason.blocks else ("noticed", logging.WARNING)
        text = fact(name, vnet=vnet, code=reason, message=detail, advice=reason.advice)
        alert = Alert.of(vnet, reason, "" if reason in _COUNTED else detail)
        level = logging.INFO if reason in _QUIET else level
        found[alert] = _Line(level, text, of_finding(report.hub, finding))
    return found


def _no_answer(seconds: float) -> StoreUnavailableError:
    return StoreUnavailableError("Timeout", f"no answer in {seconds:.1f} s")


def _proves_resolved(report: Report, alert: Alert) -> bool:
    """Whether a run that did not find the alert shows that it is resolved.

    A run about one network shows nothing of the others, one that did not get to its end nothing at all, and one in
    audit mode nothing of refused writes.
    """
    if report.look_at is not None and report.look_at != alert.vnet:
        return False
    if alert.vnet and alert.vnet.group_id.subscription in report.unlisted:
        return False
    match report.outcome:
        case Outcome.SETTLED | Outcome.BLOCKED:
            return True
        case Outcome.CHANGES_DUE:
            return alert.code in Reason
        case _:
            return False
