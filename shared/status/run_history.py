"""What this process knows of its runs, for the status page and monitors.

It is empty after a restart. Of the runs of other processes only the last full pass is known, once it is noted.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from ..engine.report import Blocked, Outcome, Report
from ..model.ids import PeeringId, VnetId
from ..model.reasons import Reason
from ..plan.plan import Finding
from .snapshot import LastPass


class RunHistory:
    """`now` gives seconds of a monotonic clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._since = now()
        self._outcome: Outcome | None = None
        self._is_elsewhere = False
        self._running = 0
        self._refusals: dict[VnetId, Blocked] = {}
        self._lasting: tuple[Finding, ...] = ()

    @contextmanager
    def full_pass(self) -> Iterator[None]:
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1

    @property
    def is_full_pass_running(self) -> bool:
        """Whether everything is being checked now, which may take as long as the timer's budget."""
        return self._running > 0

    def note(self, report: Report) -> None:
        if report.look_at is None:
            self._since, self._outcome, self._is_elsewhere = self._now(), report.outcome, False
            self._lasting = tuple(
                finding for finding in report.findings if finding.reason is Reason.UNDER_WAY_FOR_LONG
            )
        if report.error is None:
            about = report.look_at.vnet if isinstance(report.look_at, PeeringId) else report.look_at
            others = {vnet: met for vnet, met in self._refusals.items() if vnet != about}
            self._refusals = others if about else {}
        self._refusals |= {blocked.vnet: blocked for blocked in report.blocked}

    def note_elsewhere(self, outcome: Outcome, seconds_ago: float) -> None:
        """Takes in the last full pass of another process."""
        since = self._now() - seconds_ago
        if self._outcome is None or since > self._since:
            self._since, self._outcome, self._is_elsewhere = since, outcome, True

    @property
    def last_pass(self) -> LastPass:
        return LastPass(
            outcome=self._outcome,
            seconds_ago=self._now() - self._since,
            is_elsewhere=self._is_elsewhere,
        )

    @property
    def refusals(self) -> Mapping[VnetId, Blocked]:
        return dict(self._refusals)

    @property
    def lasting(self) -> tuple[Finding, ...]:
        """Findings of the last full pass that only a run that waits for long can make."""
        return self._lasting
