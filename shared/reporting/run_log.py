"""What the log says of each run, whatever was reported before: numbers for dashboards, and every write."""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from ..engine.report import Outcome, Report
from ..model.changes import Change
from .drift import DriftFound, DriftTracker, PairConnected
from .facts import Fact, fact
from .outcome_events import blocked_networks

logger = logging.getLogger("interlinked")


class RunLog:
    """Logs every run, every write and every drift."""

    def __init__(self) -> None:
        self._drifts = DriftTracker()

    def write(self, report: Report, began: datetime, now: datetime) -> None:
        """Logs a run that began and ended then."""
        for drift in self._drifts.update(report, began, now):
            logger.info(_of_a_pair(drift))
        _changes("change applied", report.applied, report)
        _changes("change due", report.due, report)
        logger.log(logging.WARNING if report.error else logging.INFO, _of_the_run(report))


def _of_a_pair(drift: DriftFound | PairConnected) -> Fact:
    by = "event" if drift.by_event else "timer"
    match drift:
        case DriftFound():
            return fact(
                "drift found",
                vnet=drift.spoke,
                reason=drift.reason,
                found_by=by,
                age_seconds=drift.age_seconds,
            )
        case PairConnected():
            return fact("pair connected", vnet=drift.spoke, found_by=by, seconds=drift.seconds)


def _changes(name: str, changes: Iterable[Change], report: Report) -> None:
    for change in changes:
        kind = type(change).__name__.lower()
        logger.info(
            fact(
                name, peering=change.peering, change=kind, reason=change.reason, scope=report.look_at or "all"
            )
        )


def _of_the_run(report: Report) -> Fact:
    is_read = report.outcome is not Outcome.UNREADABLE
    troubles = Counter(str(finding.reason) for finding in report.findings)
    troubles.update(blocked.error.code for blocked in report.blocked)
    return fact(
        "reconciled",
        outcome=report.outcome,
        scope=report.look_at or "all",
        hubs=report.hubs if is_read else None,
        pairs=report.pairs,
        states=_states(report) if is_read and report.look_at is None else None,
        changes=len(report.applied),
        due=len(report.due),
        blocked=len(report.blocked) + sum(finding.reason.blocks for finding in report.findings),
        troubles=troubles,
        refusals=report.refusals,
        writes_left=report.writes_left,
        error=report.error,
        duration_seconds=report.seconds,
    )


def _states(report: Report) -> dict[str, int]:
    """How many spokes there are in each state, of all that were seen."""
    blocked = blocked_networks(report)
    found = Counter(
        "blocked" if spoke in blocked else "settled" if settled else "unsettled"
        for spoke, settled in report.pairs_settled.items()
    )
    return {state: found[state] for state in ("settled", "unsettled", "blocked")}
