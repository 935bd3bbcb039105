"""HTTP triggers: the way of a request into a function and of its return value back.

After https://github.com/Azure/azure-functions-host,
`src/WebJobs.Script.Grpc/MessageExtensions/GrpcMessageConversionExtensions.cs` and `GrpcMessageExtensionUtilities.cs`.
No key is asked for, because `func start` treats every caller as an administrator. That is also why a disabled
function answers: `src/WebJobs.Script.WebHost/Middleware/FunctionInvocationMiddleware.cs` shuts out everyone else.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote

from devhost.exchange import Request, Response
from devhost.hosting import HostedFunction
from devhost.invocations import Invoke
from devhost.messages import RpcHttp, RpcHttpCookie, TypedData
from devhost.routes import Route
from devhost.worker import Call


async def answer(request: Request, functions: Sequence[HostedFunction], invoke: Invoke) -> Response:
    routed = [(each.source, each.function) for each in functions if isinstance(each.source, Route)]
    for route, function in sorted(routed, key=lambda pair: pair[0].rank):
        if (values := route.match(request.method, request.path)) is not None:
            outcome = await invoke(function, to_call(request, values))
            return to_response(outcome.returned)
    return Response(status=404)


def to_call(request: Request, values: Mapping[str, str]) -> Call:
    """A chunked body is not passed on: the host reads a body only when its length is announced."""
    is_chunked = "chunked" in request.headers.get("transfer-encoding", "").lower()
    has_body = bool(request.body) and not is_chunked
    return Call(
        reason="HTTP request",
        data=TypedData(
            http=RpcHttp(
                method=request.method,
                url=request.url,
                headers=request.headers,
                query=request.query,
                params=values,
                body=TypedData(bytes=request.body) if has_body else TypedData(),
            )
        ),
    )


def to_response(returned: TypedData | None) -> Response:
    """What a function returned, as an answer; None when it failed."""
    if returned is None:
        return Response(status=500)
    if returned.WhichOneof("data") == "string":
        return Response.text(200, returned.string)
    http = returned.http
    cookies = (("Set-Cookie", _set_cookie(cookie)) for cookie in http.cookies or ())
    return Response(
        status=int(http.status_code), headers=(*http.headers.items(), *cookies), body=http.body.bytes
    )


def _set_cookie(cookie: RpcHttpCookie) -> str:
    parts = [f"{cookie.name}={quote(cookie.value, safe='')}"]
    if cookie.expires:
        moment = datetime.fromtimestamp(cookie.expires.value.seconds, UTC)
        parts.append(f"expires={format_datetime(moment, usegmt=True)}")
    if cookie.max_age:
        parts.append(f"max-age={cookie.max_age.value:.0f}")
    if cookie.domain and cookie.domain.value:
        parts.append(f"domain={cookie.domain.value}")
    if cookie.path and cookie.path.value:
        parts.append(f"path={cookie.path.value}")
    if cookie.secure and cookie.secure.value:
        parts.append("secure")
    if cookie.same_site.name != "None":
        parts.append(f"samesite={cookie.same_site.name.removeprefix('Explicit').lower()}")
    if cookie.http_only and cookie.http_only.value:
        parts.append("httponly")
    return "; ".join(parts)
