"""Whether the app does its work, for monitors. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from ..config.peering_policy import HubError
from ..config.settings import SettingsError
from ..engine.report import Blocked
from ..model.error_codes import CODES, advice_on
from ..model.errors import NetworkError
from ..model.ids import VnetId
from ..model.reasons import Reason
from .snapshot import LastPass, Note, UnresolvedHub


class HealthCode(StrEnum):
    SETTINGS = "settings"
    HUB = "hub"
    """Which network is the hub cannot be told, or it does not exist."""
    UNREADABLE = "unreadable"
    RIGHTS = "rights"
    TIMER = "timer"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthProblem:
    ailment: HealthCode
    text: str
    advice: str | None = None


RIGHTS_CODES = frozenset(
    {
        *(code for code in CODES if code.startswith("AADSTS")),
        "AuthenticationFailed",
        "AuthorizationFailed",
        "DenyAssignmentAuthorizationFailed",
        "InvalidAuthenticationToken",
        "InvalidAuthenticationTokenTenant",
        "InvalidAuxiliaryTokens",
        "LinkedAuthorizationFailed",
    }
)
"""Codes with which Azure says that the app's identity may not, or is not known."""

type ReadingError = SettingsError | HubError | NetworkError


def problem_of(error: ReadingError) -> HealthProblem:
    match error:
        case SettingsError():
            return HealthProblem(
                ailment=HealthCode.SETTINGS, text=str(error), advice="correct the app's settings"
            )
        case HubError():
            return HealthProblem(ailment=HealthCode.HUB, text=str(error))
        case NetworkError(code=code) if code in RIGHTS_CODES:
            return HealthProblem(ailment=HealthCode.RIGHTS, text=str(error), advice=advice_on(code))
        case NetworkError():
            return HealthProblem(ailment=HealthCode.UNREADABLE, text=str(error))


def unread(notes: Iterable[Note]) -> Iterator[HealthProblem]:
    for note in notes:
        if note.code == Reason.SUBSCRIPTION_UNREAD:
            yield HealthProblem(ailment=HealthCode.UNREADABLE, text=note.text, advice=note.advice)


def untold(hubs: Iterable[UnresolvedHub]) -> Iterator[HealthProblem]:
    for hub in hubs:
        yield HealthProblem(
            ailment=HealthCode.HUB, text=f"hub {hub.name!r}: {hub.note.text}", advice=hub.note.advice
        )


def refused_rights(refusals: Mapping[VnetId, Blocked]) -> Iterator[HealthProblem]:
    """One for each code, however many spokes it stands in the way of."""
    codes: dict[str, list[Blocked]] = {}
    for blocked in refusals.values():
        if blocked.error.code in RIGHTS_CODES:
            codes.setdefault(blocked.error.code, []).append(blocked)
    for code, met in sorted(codes.items()):
        more = f" ({len(met)} spokes)" if len(met) > 1 else ""
        yield HealthProblem(ailment=HealthCode.RIGHTS, text=f"{met[0].error}{more}", advice=advice_on(code))


def late_timer(last: LastPass, allowed: timedelta) -> Iterator[HealthProblem]:
    if last.seconds_ago <= allowed.total_seconds():
        return
    minutes = f"{last.seconds_ago / 60:.0f} min"
    text = (
        f"the last full pass ended {minutes} ago"
        if last.outcome
        else f"no full pass since this process began {minutes} ago"
    )
    yield HealthProblem(
        ailment=HealthCode.TIMER,
        text=text,
        advice="look at the log of on_schedule, and whether it is disabled",
    )
