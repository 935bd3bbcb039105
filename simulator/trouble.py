"""A wire between clients and the simulated Azure on which everything can go wrong.

What befalls a request is drawn (`Chance`), or decided by whoever is asked instead. `faults` scripts errors alone.
"""

import asyncio
import json
import math
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Protocol

from simulator.http import Request, Response, json_response


class Kind(StrEnum):
    UNAUTHENTICATED = "401"
    TIMEOUT = "408"
    THROTTLED = "429"
    """With a Retry-After that may be missing or absurd."""
    SERVER_ERROR = "5xx"
    """Before anything was done."""
    ANSWER_LOST = "5xx after the effect"
    REFUSED = "connection refused"
    RESET = "connection reset after the effect"
    TRUNCATED = "truncated JSON"
    NOT_JSON = "wrong content type"
    LIST_EMPTY = "empty list"
    LIST_SHORT = "short list"
    LIST_STALE = "stale list"
    SLOW_ANSWER = "slow answer"
    TOKEN_FAILS = "token endpoint down"  # noqa: S105, a kind of trouble
    TOKEN_SLOW = "token endpoint slow"  # noqa: S105, a kind of trouble
    FORBIDDEN = "403 for a while"
    """Rights that were taken away and come back minutes later."""
    CRASH = "client killed"
    """The caller ends at this very request, before or after the effect: see `on_crash`."""


class Mishap(Protocol):
    """What befalls one request."""

    @property
    def kind(self) -> Kind: ...

    def detail[Detail](self, draw: Callable[[Random], Detail]) -> Detail:
        """What the kind leaves open, such as how slow an answer is. Asked once at most, for what `draw` draws."""


@dataclass(frozen=True, slots=True)
class DrawnMishap:
    kind: Kind
    random: Random

    def detail[Detail](self, draw: Callable[[Random], Detail]) -> Detail:
        return draw(self.random)


_RETRY_AFTER = (None, "0", "-5", "1", "7", "3600", "Wed, 21 Oct 2026 07:28:00 GMT", "soon", "1e9")
_ON_TOKENS = frozenset({Kind.TOKEN_FAILS, Kind.TOKEN_SLOW})
_ON_LISTS = frozenset({Kind.LIST_EMPTY, Kind.LIST_SHORT, Kind.LIST_STALE})
_ON_READS = frozenset({Kind.TRUNCATED, Kind.NOT_JSON})
_SERVER_ERRORS = (
    (500, "InternalServerError"),
    (502, ""),
    (503, "ServiceUnavailable"),
    (504, "GatewayTimeout"),
)
_FORBIDDEN_SECONDS = 300.0
_REMEMBERED_LISTS = 4

type Handle = Callable[[Request], Awaitable[Response]]


def _nobody_crashes() -> None:
    """There is nobody to kill."""


def nothing_befalls(_request: Request) -> None:
    """All goes well."""


@dataclass(slots=True, kw_only=True)
class Chance:
    """Draws what befalls a request: each kind has its own rate, the share of the requests it can befall."""

    random: Random
    rates: Mapping[Kind, float]

    def __call__(self, request: Request) -> DrawnMishap | None:
        """At most one kind for each request."""
        path = request.path.lower()
        if path.startswith("/msi/"):
            possible = [kind for kind in self.rates if kind in _ON_TOKENS]
        else:
            is_list = request.method == "GET" and path.endswith("/virtualnetworks")
            possible = [
                kind
                for kind in self.rates
                if kind not in _ON_TOKENS
                and (is_list or kind not in _ON_LISTS)
                and (request.method == "GET" or kind not in _ON_READS)
            ]
        for kind in possible:
            if self.random.random() < self.rates[kind]:
                return DrawnMishap(kind, self.random)
        return None


@dataclass(slots=True, kw_only=True)
class Trouble:
    """Stands before `handle`."""

    handle: Handle
    befalls: Callable[[Request], Mishap | None] = nothing_befalls
    """Asked for each request; may be exchanged at any time."""
    on_crash: Callable[[], None] = _nobody_crashes
    """Kills whoever is calling: cancels the task of the run, for instance."""
    counts: Counter[Kind] = field(default_factory=Counter)
    _forbidden_until: float = -math.inf
    _lists: dict[str, deque[bytes]] = field(default_factory=dict)

    async def __call__(self, request: Request) -> Response:
        """Raises `ConnectionError` where the wire breaks, as a transport would."""
        mishap = self.befalls(request)
        if mishap is not None:
            self.counts[mishap.kind] += 1
        if (
            asyncio.get_running_loop().time() < self._forbidden_until
            and "/microsoft.network/" in request.path.lower()
        ):
            return _error(403, "AuthorizationFailed", "The client does not have authorization to perform it.")
        if mishap is None:
            return self._remember(request, await self.handle(request))
        match mishap.kind:
            case Kind.FORBIDDEN:
                self._forbidden_until = asyncio.get_running_loop().time() + _FORBIDDEN_SECONDS
                return _error(
                    403, "AuthorizationFailed", "The client does not have authorization to perform it."
                )
            case Kind.UNAUTHENTICATED:
                return _error(
                    401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier."
                )
            case Kind.TIMEOUT:
                return _error(408, "RequestTimeout", "The request timed out.")
            case Kind.THROTTLED:
                wait = mishap.detail(lambda random: random.choice(_RETRY_AFTER))
                headers = {} if wait is None else {"Retry-After": wait}
                return _error(429, "TooManyRequests", "Too many requests.", headers)
            case Kind.SERVER_ERROR | Kind.TOKEN_FAILS:
                return _server_error(mishap)
            case Kind.REFUSED:
                raise ConnectionRefusedError("connection refused")
            case Kind.SLOW_ANSWER | Kind.TOKEN_SLOW:
                await asyncio.sleep(mishap.detail(lambda random: random.uniform(1, 15)))
            case Kind.CRASH if mishap.detail(lambda random: random.random() < 0.5):
                self.on_crash()
                await asyncio.sleep(0)
        response = self._remember(request, await self.handle(request))
        match mishap.kind:
            case Kind.CRASH:
                self.on_crash()
                await asyncio.sleep(0)
            case Kind.ANSWER_LOST:
                return _server_error(mishap)
            case Kind.RESET:
                raise ConnectionResetError("connection reset by peer")
            case Kind.TRUNCATED:
                return _with_body(response, response.body[: len(response.body) // 2])
            case Kind.NOT_JSON:
                return Response(
                    status=200, headers={"Content-Type": "text/html"}, body=b"<html>sign in</html>"
                )
            case Kind.LIST_EMPTY:
                return json_response(200, {"value": []})
            case Kind.LIST_SHORT:
                return _shortened(response, mishap)
            case Kind.LIST_STALE:
                lists = self._lists.get(request.url) or [response.body]
                age = mishap.detail(lambda random: len(lists) - 1 - random.randrange(len(lists)))
                return _with_body(response, lists[max(0, len(lists) - 1 - age)])
        return response

    def _remember(self, request: Request, response: Response) -> Response:
        if request.method == "GET" and request.path.lower().endswith("/virtualnetworks"):
            self._lists.setdefault(request.url, deque(maxlen=_REMEMBERED_LISTS)).append(response.body)
        return response


def _server_error(mishap: Mishap) -> Response:
    status, code = mishap.detail(lambda random: random.choice(_SERVER_ERRORS))
    if not code:
        return Response(
            status=status, headers={"Content-Type": "text/html"}, body=b"<html>Bad gateway</html>"
        )
    return _error(status, code, "Something went wrong.")


def _shortened(response: Response, mishap: Mishap) -> Response:
    body = json.loads(response.body)
    found = body.get("value") or []
    missing = mishap.detail(lambda random: [item["name"] for item in found if random.random() >= 0.5])
    body["value"] = [item for item in found if item["name"] not in missing]
    return _with_body(response, json.dumps(body).encode())


def _error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return json_response(status, {"error": {"code": code, "message": message}}, dict(headers or {}))


def _with_body(response: Response, body: bytes) -> Response:
    return Response(status=response.status, headers=response.headers, body=body)
