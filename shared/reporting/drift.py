"""When pairs were found not to be as wanted, and when they came to it. Pure: time is given.

What it knows is the process's own: another instance that takes over tells of the same drift again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..engine.report import Outcome, Report
from ..model.changes import Change
from ..model.ids import VnetId
from ..model.reasons import Reason
from .outcome_events import by_spoke, cause, is_about, is_done, is_new

_OLDEST = timedelta(days=1)
"""Event Grid tries no longer to deliver an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftFound:
    """A pair that is not as wanted, told when it is first found."""

    spoke: VnetId
    reason: Reason
    by_event: bool
    age_seconds: float | None
    """Since an event says it happened, or at most: since the pair was last seen as wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairConnected:
    """A new pair that Azure reports connected."""

    spoke: VnetId
    by_event: bool
    seconds: float
    """Since the event says that the network was written; without one, since the missing pair was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    since: datetime
    reasons: frozenset[Reason]
    by_event: bool


class DriftTracker:
    def __init__(self) -> None:
        self._open: dict[VnetId, _Open] = {}
        self._whole: dict[VnetId, datetime] = {}
        """When each pair was last seen as wanted."""

    def after(self, report: Report, began: datetime, now: datetime) -> Iterator[DriftFound | PairConnected]:
        """What is news after a run that began then."""
        for spoke, changes in by_spoke((*report.applied, *report.due), report).items():
            reasons = frozenset(change.reason for change in changes)
            if spoke not in self._open:
                found = self._found(report, spoke, changes, began)
                since = _happened(report, spoke, changes, began) or began
                self._open[spoke] = _Open(since=since, reasons=reasons, by_event=found.by_event)
                yield found
        for spoke, drift in list(self._open.items()):
            ends = [is_done(report, spoke, reason) for reason in drift.reasons]
            if None in ends:
                continue
            del self._open[spoke]
            if is_new(drift.reasons) and any(ends):
                seconds = (now - drift.since).total_seconds()
                yield PairConnected(spoke=spoke, by_event=drift.by_event, seconds=seconds)
        if report.outcome in (Outcome.SETTLED, Outcome.BLOCKED):
            if report.look_at is None:
                self._whole.clear()
            self._whole |= {spoke: now for spoke, settled in report.pairs_settled.items() if settled}

    def _found(self, report: Report, spoke: VnetId, changes: list[Change], began: datetime) -> DriftFound:
        since = _happened(report, spoke, changes, began) or self._whole.get(spoke)
        # Another run may have seen the pair as wanted after this one began.
        age = max(0.0, (began - since).total_seconds()) if since else None
        reason = cause(change.reason for change in changes)
        return DriftFound(
            spoke=spoke, reason=reason, by_event=report.attribution is not None, age_seconds=age
        )


def _happened(report: Report, spoke: VnetId, changes: list[Change], began: datetime) -> datetime | None:
    """As the event says that is about this pair, unless it cannot be."""
    said = report.attribution.happened if report.attribution and is_about(report, spoke, changes) else None
    return said if said and began - _OLDEST <= said <= began else None
