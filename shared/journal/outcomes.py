"""Changes of state that others may want to hear of, as the CloudEvents they are published as.

The form is published: docs/schema/outcome-events.schema.json.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from shared.changes import Change
from shared.reasons import Reason
from shared.report import Outcome, Report
from shared.resource_ids import VnetId

MOST_CHARACTERS = 2000
"""Of a message, which is Azure's own and can be of any length."""

_WAS_THERE = frozenset({Reason.DISCONNECTED, Reason.BOTH_DISCONNECTED, Reason.UNMATCHED})
"""Why pairs are written that were connected before, if only by half."""
_IS_NEW = frozenset({Reason.MISSING, Reason.MOVED})


class OutcomeType(StrEnum):
    CONNECTED = "Interlinked.Peering.Connected"
    REPAIRED = "Interlinked.Peering.Repaired"
    REMOVED = "Interlinked.Peering.Removed"
    BLOCKED = "Interlinked.Peering.Blocked"
    RECOVERED = "Interlinked.Peering.Recovered"
    HELD_BACK = "Interlinked.Run.HeldBack"
    """Reserved: no run holds anything back yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeEvent:
    """`network` is what it is about; None is the whole deployment."""

    type: OutcomeType
    network: VnetId | None
    data: Mapping[str, Any]


class NotPublishedError(Exception):
    """The topic did not take the events."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Outlet(Protocol):
    async def publish(self, events: Sequence[OutcomeEvent]) -> None:
        """Raises `NotPublishedError`."""
        ...


type Changed = Mapping[VnetId, frozenset[Reason]]
"""Why each spoke's pair was written since it last was whole."""


def changed(report: Report) -> dict[VnetId, frozenset[Reason]]:
    """By spoke: each change lies on the hub and leads to the spoke, or the other way round."""
    found: dict[VnetId, frozenset[Reason]] = {}
    for change in report.applied:
        spoke = _spoke(change, report.hub)
        found[spoke] = found.get(spoke, frozenset()) | {change.reason}
    return found


def _spoke(change: Change, hub: VnetId | None) -> VnetId:
    return change.remote if change.peering.vnet == hub else change.peering.vnet


def is_done(report: Report, spoke: VnetId, reason: Reason) -> bool | None:
    """Whether what was written for this reason has come to what was wanted; None while that cannot be told.

    False is for a network that went away before.
    """
    stuck: set[VnetId | None] = {blocked.vnet for blocked in report.blocked}
    stuck |= {finding.vnet for finding in report.findings if finding.reason.blocks}
    if report.outcome not in (Outcome.SETTLED, Outcome.BLOCKED) or {None, spoke} & stuck:
        return None
    is_settled = report.pairs_settled.get(spoke)
    if is_settled is None and report.look_at in (None, spoke):
        return reason is Reason.LEFTOVER
    return is_settled or None


def finished(hub: VnetId | None, done: Changed) -> Iterator[OutcomeEvent]:
    for spoke, reasons in done.items():
        if Reason.LEFTOVER in reasons:
            yield _event(OutcomeType.REMOVED, spoke, hub=hub)
        others = sorted(reasons - {Reason.LEFTOVER})
        if others:
            is_new = reasons & _IS_NEW and not reasons & _WAS_THERE
            kind = OutcomeType.CONNECTED if is_new else OutcomeType.REPAIRED
            causes = [{"code": str(reason), "meaning": reason.meaning} for reason in others]
            yield _event(kind, spoke, hub=hub, reasons=causes)


def blocked(hub: VnetId | None, network: VnetId | None, code: str, message: str, advice: str) -> OutcomeEvent:
    return _event(
        OutcomeType.BLOCKED,
        network,
        hub=hub,
        reason=str(code),
        message=message[:MOST_CHARACTERS],
        advice=advice,
    )


def recovered(hub: VnetId | None, network: VnetId | None, code: str) -> list[OutcomeEvent]:
    """Nothing where what is over never was in the way."""
    if code in Reason and not Reason(code).blocks:
        return []
    return [_event(OutcomeType.RECOVERED, network, hub=hub, reason=code)]


def _event(kind: OutcomeType, network: VnetId | None, **data: Any) -> OutcomeEvent:
    networks = {"hub": data.pop("hub"), "network": network}
    ids = {name: str(vnet) for name, vnet in networks.items() if vnet is not None}
    return OutcomeEvent(type=kind, network=network, data=ids | data)
