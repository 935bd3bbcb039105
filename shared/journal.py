"""What the log tells of a run: each fact once, and each trouble when it comes and when it goes."""

import logging

from shared.arm_errors import advice_on
from shared.reasons import Reason
from shared.report import Outcome, Report
from shared.resource_ids import PeeringId, VnetId
from shared.telemetry import fact

logger = logging.getLogger("interlinked")

_QUIET = frozenset({Reason.OTHER_OWNER, Reason.GATEWAY_IN_USE})


class Journal:
    """Remembers what it has told in this process, so that a lasting trouble is not repeated on every pass."""

    def __init__(self) -> None:
        self._told: dict[tuple[VnetId | None, str], str] = {}

    def write(self, report: Report) -> None:
        for change in report.applied:
            self._tell("change applied", change.peering, type(change).__name__.lower(), change.reason)
        for change in report.due:
            self._tell("change due", change.peering, type(change).__name__.lower(), change.reason)
        self._troubles(report)
        logger.log(
            logging.WARNING if report.error else logging.INFO,
            fact(
                "reconciled",
                outcome=report.outcome,
                scope=report.look_at or "all",
                hub=report.hub,
                hub_peerings=report.hub_peerings,
                pairs=report.pairs,
                changes=len(report.applied),
                due=len(report.due),
                blocked=len(report.blocked) + sum(finding.reason.blocks for finding in report.findings),
                error=report.error,
                duration_seconds=report.seconds,
            ),
        )

    @staticmethod
    def _tell(name: str, peering: PeeringId, change: str, reason: Reason) -> None:
        logger.info(fact(name, peering=peering, change=change, reason=reason))

    def _troubles(self, report: Report) -> None:
        now: set[tuple[VnetId | None, str]] = set()
        for blocked in report.blocked:
            code = blocked.error.code
            now.add((blocked.vnet, code))
            if self._is_news(blocked.vnet, code, blocked.error.message):
                logger.error(
                    fact(
                        "needs a person",
                        vnet=blocked.vnet,
                        peering=blocked.peering,
                        code=code,
                        message=blocked.error.message,
                        advice=advice_on(code),
                    )
                )
        for finding in report.findings:
            reason = finding.reason
            now.add((finding.vnet, reason))
            if self._is_news(finding.vnet, reason, finding.detail):
                name, level = (
                    ("needs a person", logging.ERROR) if reason.blocks else ("noticed", logging.WARNING)
                )
                logger.log(
                    logging.INFO if reason in _QUIET else level,
                    fact(name, vnet=finding.vnet, code=reason, message=finding.detail, advice=reason.advice),
                )
        if report.outcome in (Outcome.SETTLED, Outcome.BLOCKED):
            self._over(report, now)

    def _is_news(self, vnet: VnetId | None, code: str, message: str) -> bool:
        news = self._told.get((vnet, code)) != message
        self._told[vnet, code] = message
        return news

    def _over(self, report: Report, now: set[tuple[VnetId | None, str]]) -> None:
        """Tells which troubles are no more. A run about one network knows nothing of the others."""
        for vnet, code in [told for told in self._told if told not in now]:
            if report.look_at is None or vnet in (None, report.look_at):
                del self._told[vnet, code]
                logger.info(fact("recovered", vnet=vnet, code=code))
