"""What the log tells of each run whatever was told before: numbers that dashboards add up, and every write."""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from ..engine.report import Outcome, Report
from ..model.changes import Change
from .drift import DriftFound, DriftTracker, PairConnected
from .facts import Fact, fact
from .outcome_events import stuck

logger = logging.getLogger("interlinked")


class RunLog:
    def __init__(self) -> None:
        self._drifts = DriftTracker()

    def give(self, report: Report, began: datetime, now: datetime) -> None:
        for news in self._drifts.after(report, began, now):
            logger.info(_of_a_pair(news))
        _changes("change applied", report.applied, report)
        _changes("change due", report.due, report)
        logger.log(logging.WARNING if report.error else logging.INFO, _of_the_run(report))


def _of_a_pair(news: DriftFound | PairConnected) -> Fact:
    by = "event" if news.by_event else "timer"
    match news:
        case DriftFound():
            return fact(
                "drift found", vnet=news.spoke, reason=news.reason, found_by=by, age_seconds=news.age_seconds
            )
        case PairConnected():
            return fact("pair connected", vnet=news.spoke, found_by=by, seconds=news.seconds)


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
    """How many spokes there are in each state of their pairs; together they are all that were seen."""
    blocked = stuck(report)
    found = Counter(
        "blocked" if spoke in blocked else "settled" if settled else "unsettled"
        for spoke, settled in report.pairs_settled.items()
    )
    return {state: found[state] for state in ("settled", "unsettled", "blocked")}
