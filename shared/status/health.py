"""Whether the app does its work, for monitors. Pure."""

from collections.abc import Iterator, Mapping
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
from .snapshot import LastPass, Snapshot


class HealthCode(StrEnum):
    SETTINGS = "settings"
    HUB = "hub"
    """A hub does not exist, or it is not known which network it is."""
    UNREADABLE = "unreadable"
    RIGHTS = "rights"
    TIMER = "timer"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthProblem:
    code: HealthCode
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
"""Codes with which Azure says that the app's identity is not allowed, or not known."""

type ReadingError = SettingsError | HubError | NetworkError


def problem_of(error: ReadingError) -> HealthProblem:
    match error:
        case SettingsError():
            return HealthProblem(
                code=HealthCode.SETTINGS, text=str(error), advice="correct the app's settings"
            )
        case HubError():
            return HealthProblem(code=HealthCode.HUB, text=str(error))
        case NetworkError(code=code) if code in RIGHTS_CODES:
            return HealthProblem(code=HealthCode.RIGHTS, text=str(error), advice=advice_on(code))
        case NetworkError():
            return HealthProblem(code=HealthCode.UNREADABLE, text=str(error))


def problems_in(snapshot: Snapshot) -> Iterator[HealthProblem]:
    """Subscriptions that could not be read, then hubs that were not found."""
    for note in snapshot.notes:
        if note.code == Reason.SUBSCRIPTION_UNREAD:
            yield HealthProblem(code=HealthCode.UNREADABLE, text=note.text, advice=note.advice)
    for hub in snapshot.unresolved:
        yield HealthProblem(
            code=HealthCode.HUB, text=f"hub {hub.name!r}: {hub.note.text}", advice=hub.note.advice
        )


def rights_problems(refusals: Mapping[VnetId, Blocked]) -> Iterator[HealthProblem]:
    """One for each error code, however many spokes met it."""
    codes: dict[str, list[Blocked]] = {}
    for blocked in refusals.values():
        if blocked.error.code in RIGHTS_CODES:
            codes.setdefault(blocked.error.code, []).append(blocked)
    for code, met in sorted(codes.items()):
        more = f" ({len(met)} spokes)" if len(met) > 1 else ""
        yield HealthProblem(code=HealthCode.RIGHTS, text=f"{met[0].error}{more}", advice=advice_on(code))


def timer_problems(last: LastPass, allowed: timedelta) -> Iterator[HealthProblem]:
    if last.seconds_ago <= allowed.total_seconds():
        return
    minutes = f"{last.seconds_ago / 60:.0f} min"
    text = (
        f"the last full pass ended {minutes} ago"
        if last.outcome
        else f"no full pass since this process began {minutes} ago"
    )
    yield HealthProblem(
        code=HealthCode.TIMER,
        text=text,
        advice="look at the log of on_schedule, and whether it is disabled",
    )
