"""Pairs that were written and are not whole yet, so that each change is told once: by the run that sees it come
to what was wanted, whichever run or instance wrote it."""

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
"""How long it is known that a change was told: longer than any run, which may have written the same pair."""


class OpenChanges:
    """What it knows lies in `ledger`."""

    def __init__(self, ledger: AlertState, now: Callable[[], datetime]) -> None:
        self._alert_state = ledger
        self._now = now

    def close(self, report: Report, began: datetime, *, is_told: bool) -> list[OutcomeEvent]:
        """What is news after a run that `began` then; where nobody `is_told`, nothing is added to what is known."""
        actors: dict[VnetId, str] = {}
        for spoke, changes in by_spoke(report.applied if is_told else (), report).items():
            if report.attribution and report.attribution.actor and is_about(report, spoke, changes):
                actors[spoke] = report.attribution.actor
            for reason in {change.reason for change in changes}:
                told = self._alert_state.told.get(Alert(spoke, COMPLETED, reason))
                if told is None or told < began:
                    self._alert_state.note(Alert(spoke, CHANGED, reason), self._now())
        done: dict[VnetId, frozenset[Reason]] = {}
        for notice, since in self._alert_state.told.items():
            vnet, code, word = notice
            if code == COMPLETED and since < self._now() - _KEPT:
                self._alert_state.note(notice, None)
            if code != CHANGED or vnet is None or word not in Reason:
                continue
            reason = Reason(word)
            is_over = is_done(report, vnet, reason)
            if is_over is not None:
                self._alert_state.note(notice, None)
            if is_over:
                self._alert_state.note(Alert(vnet, COMPLETED, reason), self._now())
                done[vnet] = done.get(vnet, frozenset()) | {reason}
        return list(finished(report, done, actors))
