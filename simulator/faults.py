"""Scripted trouble: answers that Azure gives instead of doing what it was asked."""

import re
from dataclasses import dataclass, field

from simulator.errors import ArmError
from simulator.http import Request


@dataclass(slots=True, kw_only=True)
class _Refusal:
    method: str
    path: re.Pattern[str]
    error: ArmError
    times: int | None


@dataclass(slots=True)
class Faults:
    """Refuses requests by script, in the order the script was written."""

    refusals: list[_Refusal] = field(default_factory=list)

    def refuse(self, method: str, path: str, error: ArmError, *, times: int | None = None) -> None:
        """Answers requests of `method` whose path matches the pattern `path` with `error`; `times` times, or
        until `clear`."""
        self.refusals.append(
            _Refusal(method=method, path=re.compile(path, re.IGNORECASE), error=error, times=times)
        )

    def clear(self) -> None:
        self.refusals.clear()

    def meet(self, request: Request) -> None:
        """Raises the refusal this request runs into, if any."""
        for refusal in self.refusals:
            if refusal.method == request.method and refusal.path.search(request.path):
                if refusal.times is not None:
                    refusal.times -= 1
                    if refusal.times == 0:
                        self.refusals.remove(refusal)
                raise refusal.error
