"""A storage account's blobs, as far as small ones with ETags go: containers, Put Blob and Get Blob.

https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
"""

from dataclasses import dataclass, field
from urllib.parse import unquote

from simulator.http import Request, Response

HOST_SUFFIX = ".blob.core.windows.net"


@dataclass(slots=True)
class _Blob:
    content: bytes
    etag: str


class _RefusedError(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass(slots=True)
class BlobService:
    """One account; `requests` is what was asked of it so far, by method and path."""

    containers: dict[str, dict[str, _Blob]] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    refuses: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Status and error code for every request of a method."""
    _writes: int = 0

    def handle(self, request: Request) -> Response:
        self.requests.append((request.method, request.path))
        try:
            return self._answer(request)
        except _RefusedError as error:
            text = f"<Error><Code>{error.code}</Code><Message>Simulated.</Message></Error>"
            headers = {"Content-Type": "application/xml", "x-ms-error-code": error.code}
            return Response(status=error.status, headers=headers, body=text.encode())

    def _answer(self, request: Request) -> Response:
        container, _, name = unquote(request.path).strip("/").partition("/")
        if request.method in self.refuses:
            raise _RefusedError(*self.refuses[request.method])
        if not request.headers.get("authorization", "").startswith("Bearer "):
            raise _RefusedError(401, "NoAuthenticationInformation")
        if request.query.get("restype") == "container" and request.method == "PUT":
            return self._create_container(container)
        if container not in self.containers:
            raise _RefusedError(404, "ContainerNotFound")
        if request.method == "PUT":
            return self._put(self.containers[container], name, request)
        if request.method == "GET":
            return self._get(self.containers[container], name, request)
        raise _RefusedError(405, "UnsupportedHttpVerb")

    def _create_container(self, container: str) -> Response:
        if container in self.containers:
            raise _RefusedError(409, "ContainerAlreadyExists")
        self.containers[container] = {}
        return Response(status=201, headers={"ETag": '"0x8DC0"'})

    def _put(self, blobs: dict[str, _Blob], name: str, request: Request) -> Response:
        found = blobs.get(name)
        if request.headers.get("if-none-match") == "*" and found:
            raise _RefusedError(409, "BlobAlreadyExists")
        wanted = request.headers.get("if-match")
        if wanted is not None and (found is None or found.etag != wanted):
            raise _RefusedError(412, "ConditionNotMet")
        self._writes += 1
        blobs[name] = _Blob(content=request.body, etag=f'"0x8DC{self._writes:013X}"')
        return Response(status=201, headers={"ETag": blobs[name].etag})

    def _get(self, blobs: dict[str, _Blob], name: str, request: Request) -> Response:
        found = blobs.get(name)
        if found is None:
            raise _RefusedError(404, "BlobNotFound")
        headers = {"ETag": found.etag, "x-ms-blob-type": "BlockBlob", "Accept-Ranges": "bytes"}
        first, _, last = request.headers.get("x-ms-range", "").removeprefix("bytes=").partition("-")
        if not first:
            return Response(
                status=200,
                headers={**headers, "Content-Length": str(len(found.content))},
                body=found.content,
            )
        part = found.content[int(first) : int(last) + 1 if last else None]
        if not part:
            raise _RefusedError(416, "InvalidRange")
        end = int(first) + len(part) - 1
        headers["Content-Range"] = f"bytes {first}-{end}/{len(found.content)}"
        headers["Content-Length"] = str(len(part))
        return Response(status=206, headers=headers, body=part)
