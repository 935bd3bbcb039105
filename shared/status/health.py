"""Whether the app does its work, for monitors. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shared.arm_errors import advice_on
from shared.desired import HubError
from shared.network import NetworkError
from shared.reasons import Reason
from shared.report import Blocked
from shared.resource_ids import VnetId
from shared.settings import SettingsError
from shared.status.picture import LastPass, Picture


class Ailment(StrEnum):
    SETTINGS = "settings"
    HUB = "hub"
    """Which network is the hub cannot be told, or it does not exist."""
    UNREADABLE = "unreadable"
    RIGHTS = "rights"
    TIMER = "timer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    ailment: Ailment
    text: str
    advice: str | None = None


RIGHTS_CODES = frozenset(
    {
        "AuthenticationFailed",
        "AuthorizationFailed",
        "DenyAssignmentAuthorizationFailed",
        "InvalidAuthenticationToken",
        "InvalidAuthenticationTokenTenant",
        "LinkedAuthorizationFailed",
    }
)
"""Codes with which Azure says that the app's identity may not, or is not known."""

type ReadingError = SettingsError | HubError | NetworkError


def complaint_of(error: ReadingError) -> Complaint:
    match error:
        case SettingsError():
            return Complaint(ailment=Ailment.SETTINGS, text=str(error), advice="correct the app's settings")
        case HubError():
            return Complaint(ailment=Ailment.HUB, text=str(error))
        case NetworkError(code=code) if code in RIGHTS_CODES:
            return Complaint(ailment=Ailment.RIGHTS, text=str(error), advice=advice_on(code))
        case NetworkError():
            return Complaint(ailment=Ailment.UNREADABLE, text=str(error))


def refused_rights(refusals: Mapping[VnetId, Blocked]) -> Iterator[Complaint]:
    """One for each code, however many spokes it stands in the way of."""
    codes: dict[str, list[Blocked]] = {}
    for blocked in refusals.values():
        if blocked.error.code in RIGHTS_CODES:
            codes.setdefault(blocked.error.code, []).append(blocked)
    for code, met in sorted(codes.items()):
        more = f" ({len(met)} spokes)" if len(met) > 1 else ""
        yield Complaint(ailment=Ailment.RIGHTS, text=f"{met[0].error}{more}", advice=advice_on(code))


def unread_subscriptions(seen: Picture) -> Iterator[Complaint]:
    notes = dict.fromkeys(note for hub in seen.hubs for note in hub.notes)
    for note in notes:
        if note.code == Reason.SUBSCRIPTION_UNREAD:
            yield Complaint(ailment=Ailment.UNREADABLE, text=note.text, advice=note.advice)


def late_timer(last: LastPass, allowed: timedelta) -> Iterator[Complaint]:
    if last.seconds_ago <= allowed.total_seconds():
        return
    minutes = f"{last.seconds_ago / 60:.0f} min"
    text = (
        f"the last full pass ended {minutes} ago"
        if last.outcome
        else f"no full pass since this process began {minutes} ago"
    )
    yield Complaint(
        ailment=Ailment.TIMER, text=text, advice="look at the log of on_schedule, and whether it is disabled"
    )
