"""Runs as the journal hears of them, and what it tells of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.engine.report import Blocked, Outcome, Report
from shared.model.errors import ErrorKind, NetworkError
from shared.model.ids import PeeringId, VnetId
from shared.model.reasons import Reason
from shared.plan.plan import Finding
from shared.reporting.reporter import RunReporter
from shared.reporting.store import Store

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
EU, US = (VnetId(subscription=SUBSCRIPTION, group="rg", name=name) for name in ("eu", "us"))
POLICY, OVERLAP = "RequestDisallowedByPolicy", Reason.OVERLAP


class Watch:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


def refused(vnet: VnetId, message: str = "denied", code: str = POLICY) -> Blocked:
    error = NetworkError(kind=ErrorKind.NEEDS_A_PERSON, code=code, message=message)
    return Blocked(vnet=vnet, error=error)


def finding(vnet: VnetId | None, detail: str = "10.0.0.0/24", reason: Reason = OVERLAP) -> Finding:
    return Finding(vnet=vnet, reason=reason, detail=detail)


def report(
    *troubles: Blocked | Finding,
    look_at: VnetId | PeeringId | None = None,
    outcome: Outcome | None = None,
    unlisted: frozenset[str] = frozenset(),
) -> Report:
    blocked = tuple(trouble for trouble in troubles if isinstance(trouble, Blocked))
    findings = tuple(trouble for trouble in troubles if not isinstance(trouble, Blocked))
    return Report(
        outcome=outcome or (Outcome.BLOCKED if troubles else Outcome.SETTLED),
        hub=None,
        look_at=look_at,
        pairs=2,
        blocked=blocked,
        findings=findings,
        unlisted=unlisted,
        seconds=0.5,
    )


class Instance:
    """One process of the app; `said` is what it told beside the summary of each run."""

    def __init__(self, memory: Store, caplog: pytest.LogCaptureFixture, watch: Watch | None = None) -> None:
        caplog.set_level("INFO", logger="interlinked")
        self._reporter = RunReporter(memory, watch or Watch())
        self._caplog = caplog

    async def run(self, *troubles: Blocked | Finding, seconds: float = 20, **options: Any) -> list[str]:
        self._caplog.clear()
        await self._reporter.write(report(*troubles, **options), seconds=seconds)
        return said(self._caplog)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [record.getMessage() for record in caplog.records if record.name == "interlinked"]
    return [name_of(line) for line in lines if not line.startswith("reconciled")]


def name_of(line: str) -> str:
    return line.partition(" {")[0]
