"""What the log tells of a run: each fact once, and each trouble when it comes and when it goes.

A trouble is told before it is remembered, so an end in between repeats a line and never swallows one.
Outcome events go out after that, since a topic that hangs must not keep the memory from being saved.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from ..engine.report import Blocked, Outcome, Report
from ..model.error_codes import advice_on
from ..model.ids import VnetId
from ..model.reasons import Reason
from ..plan.plan import Finding
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
"""Of the time that is left then; the rest is for noting what was sent, which else would be sent again."""


_WORK = frozenset({CHANGED, COMPLETED})
_COUNTED = frozenset({Reason.CHANGES_HELD_BACK})
"""The message has a number that is another with each run, which is no news."""
_QUIET = frozenset({Reason.OTHER_OWNER, Reason.GATEWAY_IN_USE})


class _Line(NamedTuple):
    level: int
    text: str
    event: OutcomeEvent | None = None


class RunReporter:
    """Tells a lasting trouble once, whichever instance meets it again, as far as `memory` can be reached.

    With an `announcer`, others than the log hear of changes of state too.
    """

    def __init__(
        self, memory: Store, now: Callable[[], datetime], announcer: Publisher | None = None
    ) -> None:
        self._alert_state = AlertState(memory)
        self._now = now
        self._pending = OpenChanges(self._alert_state, now)
        self._outbox = Outbox(self._alert_state, announcer, now) if announcer else None
        self._account = RunLog()
        self._turn = asyncio.Lock()
        self._last_pass: tuple[datetime, frozenset[Alert]] | None = None
        """When this process last began to look at everything, and the troubles it then found."""

    def progress(self, *, pairs: int, accepted: int, ended: int, seconds: float) -> None:
        """How far a long run is: its pairs, its writes so far, and how long it has been at it."""
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
        """`seconds` is what the run has left."""
        now = self._now()
        began, found = now - timedelta(seconds=report.seconds), _troubles(report)
        self._account.give(report, began, now)
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        is_news = self._outbox is not None and report.applied
        if found or is_news or self._may_be_over(report):
            posted = await self._compare(report, began, found, min(seconds, MAX_STORE_SECONDS))
            await self._send(report, posted, ends)
        if report.look_at is None and report.outcome in (Outcome.SETTLED, Outcome.BLOCKED):
            self._last_pass = (began, frozenset(found))

    async def _send(self, report: Report, posted: list[OutcomeEvent], ends: float) -> None:
        """What others could not send goes out with a pass; runs for events have no time for that."""
        if self._outbox is None:
            return
        waiting = self._outbox.waiting() if report.look_at is None else []
        if not posted and not waiting:
            return
        loop = asyncio.get_running_loop()
        seconds = min((ends - loop.time()) * _TO_SEND, MAX_STORE_SECONDS)
        if await self._outbox.send(posted, waiting, seconds):
            await self._save(min(ends - loop.time(), MAX_STORE_SECONDS))

    async def _save(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds), self._turn:
                if await self._alert_state.read():
                    await self._alert_state.save()
        except TimeoutError:
            self._alert_state.fails(_no_answer(seconds))

    def _may_be_over(self, report: Report) -> bool:
        """A run that finds nothing asks the memory only for what this process knows of, or for what another
        told before this process first looked at everything."""
        known = (notice for notice in self._alert_state.told if notice.code != COMPLETED)
        return any(_proves_over(report, notice) for notice in known) or (
            report.look_at is None
            and report.outcome in (Outcome.SETTLED, Outcome.BLOCKED, Outcome.CHANGES_DUE)
            and (self._outbox is not None or not self._alert_state.is_in_step)
        )

    async def _compare(
        self, report: Report, began: datetime, found: Mapping[Alert, _Line], seconds: float
    ) -> list[OutcomeEvent]:
        """Returns what is to be sent."""
        posted: list[OutcomeEvent] = []
        try:
            async with asyncio.timeout(seconds), self._turn:
                was_read = await self._alert_state.read()
                posted += self._tell_news(report, began, found)
                if was_read:
                    await self._alert_state.save()
        except TimeoutError:
            self._alert_state.fails(_no_answer(seconds))
            posted += self._tell_news(report, began, found)
        return posted

    def _tell_news(self, report: Report, began: datetime, found: Mapping[Alert, _Line]) -> list[OutcomeEvent]:
        news = self._pending.close(report, began, is_told=self._outbox is not None)
        now, told = self._now(), self._alert_state.told
        for notice, line in found.items():
            if notice not in told or self._was_over(notice, told[notice]):
                logger.log(line.level, line.text)
                news += [line.event] if line.event else []
                self._alert_state.note(notice, now)
        kinds = {(notice.vnet, notice.code) for notice in found}
        for notice in told:
            if notice.code not in _WORK and notice not in found and _proves_over(report, notice):
                self._alert_state.note(notice, None)
                kind = (notice.vnet, notice.code)
                if kind not in kinds:
                    logger.info(fact("recovered", vnet=notice.vnet, code=notice.code))
                    news += recovered(report.hub, notice.vnet, notice.code)
                kinds.add(kind)
        return self._outbox.post(news) if self._outbox else []

    def _was_over(self, notice: Alert, since: datetime) -> bool:
        """Whether this process has looked at everything since, and not found it: it has come back, then."""
        if self._last_pass is None:
            return False
        began, found = self._last_pass
        return since < began and notice not in found


def _troubles(report: Report) -> dict[Alert, _Line]:
    """What is wrong, each with the line that tells of it."""
    return dict(
        [
            *(_refusal(report.hub, refused) for refused in report.blocked),
            *(_finding(report.hub, finding) for finding in report.findings),
        ]
    )


def _refusal(hub: VnetId | None, refused: Blocked) -> tuple[Alert, _Line]:
    code, message = refused.error.code, refused.error.message
    advice = advice_on(code)
    text = fact(
        "needs a person",
        vnet=refused.vnet,
        peering=refused.peering,
        code=code,
        message=message,
        advice=advice,
    )
    event = blocked(hub, refused.vnet, code, message, advice)
    return Alert.of(refused.vnet, code, message), _Line(logging.ERROR, text, event)


def _finding(hub: VnetId | None, finding: Finding) -> tuple[Alert, _Line]:
    reason, advice = finding.reason, finding.reason.advice
    name, level = ("needs a person", logging.ERROR) if reason.blocks else ("noticed", logging.WARNING)
    text = fact(name, vnet=finding.vnet, code=reason, message=finding.detail, advice=advice)
    notice = Alert.of(finding.vnet, reason, "" if reason in _COUNTED else finding.detail)
    return notice, _Line(logging.INFO if reason in _QUIET else level, text, of_finding(hub, finding))


def _no_answer(seconds: float) -> StoreUnavailableError:
    return StoreUnavailableError("Timeout", f"no answer in {seconds:.1f} s")


def _proves_over(report: Report, notice: Alert) -> bool:
    """Whether a run that did not find the trouble shows that it is no more.

    A run about one network knows nothing of the others, one that did not get to its end nothing at all, and
    one that was only to look nothing of refused writes.
    """
    if report.look_at is not None and report.look_at != notice.vnet:
        return False
    if notice.vnet and notice.vnet.group_id.subscription in report.unlisted:
        return False
    match report.outcome:
        case Outcome.SETTLED | Outcome.BLOCKED:
            return True
        case Outcome.CHANGES_DUE:
            return notice.code in Reason
        case _:
            return False
