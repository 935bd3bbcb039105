"""The Azure SDK plugged into a simulated Azure without a socket: the one fake is at the wire.

`installed(handle)` makes every asynchronous SDK client that is built meanwhile, azure-identity's included,
talk to the simulation; policies, retries, pagers and pollers run for real.
"""

import json as jsonlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch
from urllib.parse import urlencode

from azure.core.exceptions import HttpResponseError, ServiceRequestError, ServiceResponseError
from azure.core.pipeline.transport import AioHttpTransport, AsyncHttpTransport
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.core.utils import case_insensitive_dict

from simulator.http import Request, Response

type Handle = Callable[[Request], Awaitable[Response]]


class SimulatedResponse(AsyncHttpResponse):
    """An answer of the simulation, read already."""

    def __init__(self, request: HttpRequest, response: Response) -> None:
        self._request = request
        self._response = response
        self._headers: MutableMapping[str, str] = case_insensitive_dict(dict(response.headers))
        self._encoding: str | None = None

    @property
    def request(self) -> HttpRequest:
        return self._request

    @property
    def status_code(self) -> int:
        return self._response.status

    @property
    def headers(self) -> MutableMapping[str, str]:
        return self._headers

    @property
    def reason(self) -> str:
        return HTTPStatus(self._response.status).phrase

    @property
    def content_type(self) -> str | None:
        return self._headers.get("content-type")

    @property
    def is_closed(self) -> bool:
        return True

    @property
    def is_stream_consumed(self) -> bool:
        return True

    @property
    def encoding(self) -> str | None:
        return self._encoding

    @encoding.setter
    def encoding(self, value: str | None) -> None:
        self._encoding = value

    @property
    def url(self) -> str:
        return self._request.url

    @property
    def content(self) -> bytes:
        return self._response.body

    def text(self, encoding: str | None = None) -> str:
        return self._response.body.decode(encoding or self._encoding or "utf-8")

    def json(self) -> Any:
        return jsonlib.loads(self.text())

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise HttpResponseError(response=self)

    async def read(self) -> bytes:
        return self._response.body

    async def iter_raw(self, **_: Any) -> AsyncIterator[bytes]:
        yield self._response.body

    async def iter_bytes(self, **_: Any) -> AsyncIterator[bytes]:
        yield self._response.body

    def stream_download(self, *_: object, **__: Any) -> "_Download":
        """How the storage SDK takes a body."""
        return _Download(self)

    async def close(self) -> None:
        """Nothing is held open."""

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class _Download:
    """The body as the pieces it arrived in, and whose body it is."""

    def __init__(self, response: SimulatedResponse) -> None:
        self.response = response
        self.content_length = len(response.content)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.response.iter_bytes()


class SimulatedTransport(AsyncHttpTransport[HttpRequest, AsyncHttpResponse]):
    """Carries the SDK's requests to a simulation in the same process."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    async def send(self, request: HttpRequest, **_: Any) -> AsyncHttpResponse:
        # Event Grid's client still sends requests of the older kind, which have a `body`.
        content = request.content if isinstance(request, HttpRequest) else request.body
        if isinstance(content, Mapping):  # a form, which aiohttp would encode
            content = urlencode(content)
        try:
            response = await self._handle(
                Request(
                    method=request.method,
                    url=request.url,
                    headers={name.lower(): value for name, value in request.headers.items()},
                    body=content.encode() if isinstance(content, str) else content or b"",
                )
            )
        except ConnectionRefusedError as error:
            raise ServiceRequestError("Cannot connect to the host", error=error) from error
        except ConnectionError as error:
            raise ServiceResponseError("Connection aborted", error=error) from error
        return SimulatedResponse(request, response)

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.close()


@contextmanager
def installed(handle: Handle) -> Iterator[None]:
    """While this lasts, the SDK's default asynchronous transport sends to the simulation."""
    simulated = SimulatedTransport(handle)

    async def send(_: AioHttpTransport, request: HttpRequest, **__: Any) -> AsyncHttpResponse:
        return await simulated.send(request)

    with patch.object(AioHttpTransport, "send", send):
        yield
