"""Which handler answers a method and path; paths compare without regard to case, as resource IDs do."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.errors import ArmError
from simulator.http import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that found its handler."""

    request: Request
    parts: dict[str, str]
    """The path's variable parts, as the client spelt them."""
    api_version: str
    late_failure: ArmError | None = None
    """What the operation this request starts is scripted to fail with."""

    def __getitem__(self, part: str) -> str:
        return self.parts[part]


type Handler = Callable[[Call], Response]


@dataclass(slots=True)
class Routes:
    """A table of path templates such as `/subscriptions/{sub}/resourcegroups/{group}`."""

    _table: list[tuple[re.Pattern[str], str, dict[str, Handler]]] = field(default_factory=list)

    def add(self, template: str, kind: str, **handlers: Handler) -> None:
        """Adds handlers by method; `kind` is what counters call requests of this shape."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
        self._table.append((re.compile(pattern + "/?", re.IGNORECASE), kind, handlers))

    def find(self, method: str, path: str) -> tuple[str, Handler | None, dict[str, str]] | None:
        """(kind, handler or None where the method is not offered, variable parts), or None."""
        for pattern, kind, handlers in self._table:
            match = pattern.fullmatch(path)
            if match:
                return kind, handlers.get(method), match.groupdict()
        return None
