"""When pairs were found not to be as they should, and when they became so. Pure: time is given.

Each process has its own: another instance that takes over reports the same drift again.
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
"""Event Grid tries to deliver an event for no longer than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftFound:
    """A pair that is not as it should be, reported when it is first found."""

    spoke: VnetId
    reason: Reason
    by_event: bool
    age_seconds: float | None
    """Since it happened, by the event; without one, at most: since the pair was last seen settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairConnected:
    """A new pair that Azure reports connected."""

    spoke: VnetId
    by_event: bool
    seconds: float
    """Since the network was written, by the event; without one, since the missing pair was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    since: datetime
    reasons: frozenset[Reason]
    by_event: bool


class DriftTracker:
    """Compares each run with those before it."""

    def __init__(self) -> None:
        self._open: dict[VnetId, _Open] = {}
        self._settled: dict[VnetId, datetime] = {}
        """When each pair was last seen settled."""

    def update(self, report: Report, began: datetime, now: datetime) -> Iterator[DriftFound | PairConnected]:
        """What a run that began and ended then shows for the first time."""
        for spoke, changes in by_spoke((*report.applied, *report.due), report).items():
            reasons = frozenset(change.reason for change in changes)
            if spoke not in self._open:
                happened, by_event = _happened(report, spoke, changes, began), report.attribution is not None
                self._open[spoke] = _Open(since=happened or began, reasons=reasons, by_event=by_event)
                since = happened or self._settled.get(spoke)
                # Another run may have seen the pair settled after this one began.
                age = max(0.0, (began - since).total_seconds()) if since else None
                yield DriftFound(spoke=spoke, reason=cause(reasons), by_event=by_event, age_seconds=age)
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
                self._settled.clear()
            self._settled |= {spoke: now for spoke, settled in report.pairs_settled.items() if settled}


def _happened(report: Report, spoke: VnetId, changes: list[Change], began: datetime) -> datetime | None:
    """When it happened, as the event about this pair claims; None where there is none, or it cannot be true."""
    claimed = report.attribution.happened if report.attribution and is_about(report, spoke, changes) else None
    return claimed if claimed and began - _OLDEST <= claimed <= began else None
