"""What Event Grid makes of an endpoint's answer, and when it tries again.

https://learn.microsoft.com/azure/event-grid/delivery-and-retry
"""

from enum import StrEnum

SCHEDULE_SECONDS = (10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200)
"""Waits before the second, third, ... attempt; the last one repeats."""

MOST_SPREAD = 1.05
"""How small the documented randomization is, nobody has published; up to a twentieth is our choice. It leaves
the step of 12 hours within the day."""


class NoAnswer(StrEnum):
    """An attempt that brought no status; the value is its name in a dead letter."""

    TIMED_OUT = "TimedOut"
    UNREACHABLE = "SocketError"


type AttemptOutcome = int | NoAnswer
"""The HTTP status, or why there is none."""


def is_success(outcome: AttemptOutcome) -> bool:
    return outcome in {200, 201, 202, 203, 204}


def is_final(outcome: AttemptOutcome) -> bool:
    """Whether trying again is considered useless.

    The page of 2020 retried webhooks after 401 and 403, five minutes later at the earliest. Since then it
    has listed both among what is not retried for webhooks, and kept the five minutes of 401 for endpoints
    that are Azure resources. The newer text is followed here.
    """
    return outcome in {400, 401, 403, 413}


def seconds_before_retry(outcome: AttemptOutcome, attempts: int, spread: float) -> float:
    """How long to wait after so many attempts, the last of which had this outcome.

    `spread`, from 1 to `MOST_SPREAD`, stands for the documented randomization.
    """
    scheduled = SCHEDULE_SECONDS[min(attempts, len(SCHEDULE_SECONDS)) - 1]
    return max(scheduled * spread, _AT_LEAST_SECONDS.get(outcome, 10))


_AT_LEAST_SECONDS: dict[AttemptOutcome, int] = {404: 300, 408: 120, 503: 30}


def name_of(outcome: AttemptOutcome) -> str:
    """The outcome as dead letters call it.

    https://learn.microsoft.com/azure/event-grid/delivery-and-retry lists the names; GenericError is from
    https://github.com/MicrosoftDocs/azure-docs/issues/60595.
    """
    return outcome if isinstance(outcome, NoAnswer) else _NAMES.get(outcome, "GenericError")


_NAMES = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    408: "TimedOut",
    413: "PayloadTooLarge",
    429: "Busy",
    503: "Busy",
}
