"""Scripted trouble: answers that Azure gives instead of doing what it was asked, or after having done it."""

import re
from dataclasses import dataclass, field
from typing import Literal

from simulator.errors import ArmError
from simulator.http import Request


@dataclass(slots=True, kw_only=True)
class _Fault:
    method: str
    path: re.Pattern[str]
    error: ArmError
    times: int | None


@dataclass(slots=True)
class _Script:
    """Faults in the order they were written."""

    faults: list[_Fault] = field(default_factory=list)

    def add(self, method: str, path: str, error: ArmError, times: int | None) -> None:
        pattern = re.compile(path, re.IGNORECASE)
        self.faults.append(_Fault(method=method, path=pattern, error=error, times=times))

    def take(self, request: Request) -> ArmError | None:
        """The error of the first fault this request runs into, if any."""
        for fault in self.faults:
            if fault.method == request.method and fault.path.search(request.path):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        self.faults.remove(fault)
                return fault.error
        return None


@dataclass(slots=True)
class Faults:
    """Each fault meets requests of `method` whose path matches the pattern `path`: `times` times, or until
    `clear`."""

    language: Literal["en", "de"] = "en"
    """Of all error messages, scripted or not."""
    _refusals: _Script = field(default_factory=_Script)
    _late: _Script = field(default_factory=_Script)
    _lost: _Script = field(default_factory=_Script)

    def refuse(self, method: str, path: str, error: ArmError, *, times: int | None = None) -> None:
        """Answers with `error`, and does nothing."""
        self._refusals.add(method, path, error, times)

    def fail_late(self, method: str, path: str, error: ArmError, *, times: int | None = None) -> None:
        """Accepts writes and deletions of networks and peerings, and lets their operation fail with `error`."""
        self._late.add(method, path, error, times)

    def lose_answer(self, method: str, path: str, error: ArmError, *, times: int | None = None) -> None:
        """Does what was asked, and answers with `error` all the same."""
        self._lost.add(method, path, error, times)

    def clear(self) -> None:
        for script in (self._refusals, self._late, self._lost):
            script.faults.clear()

    def refusal(self, request: Request) -> ArmError | None:
        return self._refusals.take(request)

    def late_failure(self, request: Request) -> ArmError | None:
        return self._late.take(request)

    def lost_answer(self, request: Request) -> ArmError | None:
        return self._lost.take(request)
