"""How Azure can fail to answer, sorted by what it means for what to do next."""

from dataclasses import dataclass
from enum import StrEnum


class ErrorKind(StrEnum):
    """What an error means for what to do next."""

    BUSY = "busy"
    """Another write is under way; the same request will be accepted soon."""
    THROTTLED = "throttled"
    """Too many calls; wait for as long as Azure says."""
    STALE = "stale"
    """What was read is out of date; read it again."""
    NEEDS_A_PERSON = "needs-a-person"
    """No repetition helps until somebody changes something."""
    UNAVAILABLE = "unavailable"
    """No usable answer: whether a write took effect is unknown."""


@dataclass(slots=True, kw_only=True)
class NetworkError(Exception):
    """A request Azure did not carry out, or did not answer."""

    kind: ErrorKind
    code: str
    message: str
    retry_after_seconds: float | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
