"""How Event Grid reaches an endpoint: the one thing it needs from the outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP response."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)


class Post(Protocol):
    """Sends one request and waits for its answer as long as it takes; unreachable is an `OSError`."""

    async def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer: ...
