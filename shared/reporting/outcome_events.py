"""Changes of state that others may want to hear of, as the CloudEvents they are published as.

The form is published: docs/schema/outcome-events.schema.json.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import uuid4

from ..engine.report import Outcome, Report
from ..model.changes import Change
from ..model.ids import PeeringId, VnetId
from ..model.reasons import Reason
from ..plan.plan import Finding

MOST_CHARACTERS = 2000
"""Of a message, which is Azure's own and can be of any length."""

_WAS_THERE = frozenset({Reason.DISCONNECTED, Reason.BOTH_DISCONNECTED, Reason.UNMATCHED})
"""Why pairs are written that were connected before, if only by half."""
_IS_NEW = frozenset({Reason.MISSING, Reason.MOVED})
_HELD_BACK = frozenset({Reason.DELETIONS_HELD_BACK, Reason.CHANGES_HELD_BACK})


class OutcomeType(StrEnum):
    CONNECTED = "Interlinked.Peering.Connected"
    REPAIRED = "Interlinked.Peering.Repaired"
    REMOVED = "Interlinked.Peering.Removed"
    BLOCKED = "Interlinked.Peering.Blocked"
    RECOVERED = "Interlinked.Peering.Recovered"
    HELD_BACK = "Interlinked.Run.HeldBack"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeEvent:
    """`network` is what it is about; None is the whole deployment. However often it is sent, it has one ID."""

    type: OutcomeType
    network: VnetId | None
    data: Mapping[str, Any]
    id: str = field(default_factory=lambda: str(uuid4()))
    time: datetime = field(default_factory=lambda: datetime.now(UTC))


class NotPublishedError(Exception):
    """The topic did not take the events."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Sink(Protocol):
    async def publish(self, events: Sequence[OutcomeEvent]) -> None:
        """Raises `NotPublishedError`."""
        ...


def by_spoke(changes: Iterable[Change], report: Report) -> dict[VnetId, list[Change]]:
    """Each change lies on a hub and leads to a spoke, or the other way round; among hubs, the planner's spoke is
    the one that sorts last."""
    hubs = report.hubs or {report.hub}
    found: dict[VnetId, list[Change]] = {}
    for change in changes:
        spoke = max(change.peering.vnet, change.remote, key=lambda vnet: (vnet not in hubs, vnet))
        found.setdefault(spoke, []).append(change)
    return found


def is_about(report: Report, spoke: VnetId, changes: Iterable[Change]) -> bool:
    """Whether what an event named is the spoke, a half on it, or a half that had to be written."""
    named = report.look_at
    vnet = named.vnet if isinstance(named, PeeringId) else named
    return vnet == spoke or any(change.peering == named for change in changes)


def is_new(reasons: Iterable[Reason]) -> bool:
    """Whether a pair that is written for these reasons was not connected before."""
    reasons = frozenset(reasons)
    return bool(reasons & _IS_NEW) and not reasons & _WAS_THERE


def cause(reasons: Iterable[Reason]) -> Reason:
    """The one of several that says most: of a pair of which half is gone, that it was there."""
    return min(reasons, key=lambda reason: (reason not in _WAS_THERE, list(Reason).index(reason)))


def stuck(report: Report) -> set[VnetId | None]:
    """Networks that cannot become what is wanted until somebody acts; None is all of them."""
    refused: set[VnetId | None] = {blocked.vnet for blocked in report.blocked}
    return refused | {finding.vnet for finding in report.findings if finding.reason.blocks}


def is_done(report: Report, spoke: VnetId, reason: Reason) -> bool | None:
    """Whether what was written for this reason has come to what was wanted; None while that cannot be told.

    False is for a network that went away before.
    """
    if report.outcome not in (Outcome.SETTLED, Outcome.BLOCKED) or {None, spoke} & stuck(report):
        return None
    is_settled = report.pairs_settled.get(spoke)
    if is_settled is None and report.look_at in (None, spoke):
        return reason is Reason.LEFTOVER
    return is_settled or None


def finished(
    report: Report, done: Mapping[VnetId, frozenset[Reason]], actors: Mapping[VnetId, str]
) -> Iterator[OutcomeEvent]:
    """`actors` are those who, by hearsay, made the repair of a spoke's pair necessary."""
    written = by_spoke(report.applied, report)
    for spoke, reasons in done.items():
        hub = report.hub or report.hub_of.get(spoke) or _other_end(spoke, written.get(spoke, ()))
        if Reason.LEFTOVER in reasons:
            yield _event(OutcomeType.REMOVED, spoke, hub=hub)
        others = sorted(reasons - {Reason.LEFTOVER})
        causes = [{"code": str(reason), "meaning": reason.meaning} for reason in others]
        if others and is_new(reasons):
            yield _event(OutcomeType.CONNECTED, spoke, hub=hub, reasons=causes)
        elif others:
            said = {"reportedCause": actors[spoke]} if spoke in actors else {}
            yield _event(OutcomeType.REPAIRED, spoke, hub=hub, reasons=causes, **said)


def _other_end(spoke: VnetId, changes: Iterable[Change]) -> VnetId | None:
    ends = [end for change in changes for end in (change.peering.vnet, change.remote)]
    return next((end for end in ends if end != spoke), None)


def of_finding(hub: VnetId | None, finding: Finding) -> OutcomeEvent | None:
    """None for what is in nobody's way."""
    reason, advice = finding.reason, finding.reason.advice or ""
    if reason in _HELD_BACK:
        held = _event(
            OutcomeType.HELD_BACK,
            None,
            hub=finding.vnet or hub,
            reason=str(reason),
            message=finding.detail[:MOST_CHARACTERS],
            advice=advice,
        )
        return replace(held, network=finding.vnet)
    return blocked(hub, finding.vnet, reason, finding.detail, advice) if reason.blocks else None


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
