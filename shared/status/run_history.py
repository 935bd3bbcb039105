"""What this process remembers of its runs, for those who ask how the app is doing.

Memory is the process's own and empty after a restart; of runs elsewhere it knows the last full pass, once told.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from ..engine.report import Blocked, Outcome, Report
from ..model.ids import PeeringId, VnetId
from ..model.reasons import Reason
from ..plan.plan import Finding
from .snapshot import LastPass


class RunHistory:
    """`now` tells seconds from any start."""

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
    def is_passing(self) -> bool:
        """Whether everything is being checked just now, which may take long and has a budget of its own."""
        return self._running > 0

    def note(self, report: Report) -> None:
        if report.look_at is None:
            self._since, self._outcome, self._is_elsewhere = self._now(), report.outcome, False
            self._lasting = tuple(
                finding for finding in report.findings if finding.reason is Reason.UNDER_WAY_FOR_LONG
            )
        if report.error is None:
            settled = [
                vnet
                for vnet in self._refusals
                if report.look_at is None or _network_of(report.look_at) == vnet
            ]
            for vnet in settled:
                del self._refusals[vnet]
        self._refusals |= {blocked.vnet: blocked for blocked in report.blocked}

    def learn(self, outcome: Outcome, seconds_ago: float) -> None:
        """Of the last full pass of another process."""
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
        """What only shows when one looks for long: the last full pass did."""
        return self._lasting


def _network_of(look_at: VnetId | PeeringId) -> VnetId:
    return look_at.vnet if isinstance(look_at, PeeringId) else look_at
