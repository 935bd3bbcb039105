"""Outcome events: changes of state, in the form in which others get them: docs/schema/outcome-events.schema.json."""

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
"""Of a message, since Azure's can be of any length."""

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
    """One change of state. However often it is sent, its ID stays the same."""

    type: OutcomeType
    network: VnetId | None
    """None is the whole deployment."""
    data: Mapping[str, Any]
    id: str = field(default_factory=lambda: str(uuid4()))
    time: datetime = field(default_factory=lambda: datetime.now(UTC))


class NotPublishedError(Exception):
    """The topic did not take the events."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Sink(Protocol):
    """Where outcome events are sent."""

    async def publish(self, events: Sequence[OutcomeEvent]) -> None:
        """Raises `NotPublishedError` where they were not taken."""


def by_spoke(changes: Iterable[Change], report: Report) -> dict[VnetId, list[Change]]:
    """The changes of each spoke's pair. Of two hubs, the one that sorts last counts as the spoke, as in the plan."""
    hubs = report.hubs or {report.hub}
    found: dict[VnetId, list[Change]] = {}
    for change in changes:
        spoke = max(change.peering.vnet, change.remote, key=lambda vnet: (vnet not in hubs, vnet))
        found.setdefault(spoke, []).append(change)
    return found


def is_about(report: Report, spoke: VnetId, changes: Iterable[Change]) -> bool:
    """Whether the run's event was about the spoke, a half on it, or a half that had to be written."""
    named = report.look_at
    vnet = named.vnet if isinstance(named, PeeringId) else named
    return vnet == spoke or any(change.peering == named for change in changes)


def is_new(reasons: Iterable[Reason]) -> bool:
    """Whether a pair that is written for these reasons was not connected before."""
    reasons = frozenset(reasons)
    return bool(reasons & _IS_NEW) and not reasons & _WAS_THERE


def cause(reasons: Iterable[Reason]) -> Reason:
    """The reason of several that says most: that the pair was there before comes first."""
    return min(reasons, key=lambda reason: (reason not in _WAS_THERE, list(Reason).index(reason)))


def blocked_networks(report: Report) -> set[VnetId | None]:
    """The networks for which a person has to act first; None is the whole deployment."""
    refused: set[VnetId | None] = {blocked.vnet for blocked in report.blocked}
    return refused | {finding.vnet for finding in report.findings if finding.reason.blocks}


def is_done(report: Report, spoke: VnetId, reason: Reason) -> bool | None:
    """Whether what was written for this reason is done; None while that is open, False if the network is gone."""
    if report.outcome not in (Outcome.SETTLED, Outcome.BLOCKED) or {None, spoke} & blocked_networks(report):
        return None
    is_settled = report.pairs_settled.get(spoke)
    if is_settled is None and report.look_at in (None, spoke):
        return reason is Reason.LEFTOVER
    return is_settled or None


def finished(
    report: Report, done: Mapping[VnetId, frozenset[Reason]], actors: Mapping[VnetId, str]
) -> Iterator[OutcomeEvent]:
    """The events of what is done. `actors` made the repair of a spoke's pair necessary, as an event claims."""
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
            claimed = {"reportedCause": actors[spoke]} if spoke in actors else {}
            yield _event(OutcomeType.REPAIRED, spoke, hub=hub, reasons=causes, **claimed)


def _other_end(spoke: VnetId, changes: Iterable[Change]) -> VnetId | None:
    ends = [end for change in changes for end in (change.peering.vnet, change.remote)]
    return next((end for end in ends if end != spoke), None)


def of_finding(hub: VnetId | None, finding: Finding) -> OutcomeEvent | None:
    """The event of a finding; None for one that blocks nothing."""
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
    """The event of a trouble that a person has to end."""
    return _event(
        OutcomeType.BLOCKED,
        network,
        hub=hub,
        reason=str(code),
        message=message[:MOST_CHARACTERS],
        advice=advice,
    )


def recovered(hub: VnetId | None, network: VnetId | None, code: str) -> list[OutcomeEvent]:
    """The event of a trouble that has ended; none for one that blocked nothing."""
    if code in Reason and not Reason(code).blocks:
        return []
    return [_event(OutcomeType.RECOVERED, network, hub=hub, reason=code)]


def _event(kind: OutcomeType, network: VnetId | None, **data: Any) -> OutcomeEvent:
    networks = {"hub": data.pop("hub"), "network": network}
    ids = {name: str(vnet) for name, vnet in networks.items() if vnet is not None}
    return OutcomeEvent(type=kind, network=network, data=ids | data)
