"""One HTTP exchange as plain values, free of any server."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

_ENCODED_SLASH = re.compile("%2f", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request with an absolute URL. Header names are folded to lower case."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __post_init__(self) -> None:
        folded = {name.lower(): value for name, value in self.headers.items()}
        object.__setattr__(self, "headers", folded)

    @property
    def url_root(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def path(self) -> str:
        """The decoded path; `%2F` stays as it is, as in ASP.NET Core, so it never splits a segment."""
        return unquote(_ENCODED_SLASH.sub("%252F", urlsplit(self.url).path))

    @property
    def query(self) -> dict[str, str]:
        """The query without empty values; a repeated name has its values joined by commas."""
        return {name: ",".join(values) for name, values in parse_qs(urlsplit(self.url).query).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer. Headers are pairs, because `Set-Cookie` may come several times."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @classmethod
    def text(cls, status: int, text: str) -> Self:
        return cls(
            status=status, headers=(("Content-Type", "text/plain; charset=utf-8"),), body=text.encode()
        )

    @classmethod
    def json(cls, status: int, value: Any) -> Self:
        return cls(
            status=status,
            headers=(("Content-Type", "application/json; charset=utf-8"),),
            body=json.dumps(value).encode(),
        )
