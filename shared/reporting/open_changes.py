"""Open changes: pairs that were written and are not Connected and as configured yet. The run that first sees one done
reports it, whichever run or instance wrote it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..engine.report import Report
from ..model.reasons import Reason
from .alert_state import AlertState
from .alerts import CHANGED, COMPLETED, Alert
from .outcome_events import OutcomeEvent, by_spoke, finished, is_about, is_done

if TYPE_CHECKING:
    from ..model.ids import VnetId

_KEPT = timedelta(hours=1)
"""How long a done change is known: longer than any run, which may have written the same pair."""


class OpenChanges:
    """Keeps the open changes in the alert state, so that every instance has them."""

    def __init__(self, alert_state: AlertState, now: Callable[[], datetime]) -> None:
        self._alert_state = alert_state
        self._now = now

    def update(self, report: Report, began: datetime, *, is_published: bool) -> list[OutcomeEvent]:
        """Returns the outcome events of what is done after a run that began then.

        What the run wrote becomes an open change only where outcome events are published.
        """
        actors: dict[VnetId, str] = {}
        for spoke, changes in by_spoke(report.applied if is_published else (), report).items():
            if report.attribution and report.attribution.actor and is_about(report, spoke, changes):
                actors[spoke] = report.attribution.actor
            for reason in {change.reason for change in changes}:
                completed = self._alert_state.reported.get(Alert(spoke, COMPLETED, reason))
                if completed is None or completed < began:
                    self._alert_state.set_alert(Alert(spoke, CHANGED, reason), self._now())
        done: dict[VnetId, frozenset[Reason]] = {}
        for entry, since in self._alert_state.reported.items():
            vnet, code, word = entry
            if code == COMPLETED and since < self._now() - _KEPT:
                self._alert_state.set_alert(entry, None)
            if code != CHANGED or vnet is None or word not in Reason:
                continue
            reason = Reason(word)
            is_completed = is_done(report, vnet, reason)
            if is_completed is not None:
                self._alert_state.set_alert(entry, None)
            if is_completed:
                self._alert_state.set_alert(Alert(vnet, COMPLETED, reason), self._now())
                done[vnet] = done.get(vnet, frozenset()) | {reason}
        return list(finished(report, done, actors))
