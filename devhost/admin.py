"""The admin endpoints: list the functions, run one by hand, ask how the host is.

After https://github.com/Azure/azure-functions-host, `src/WebJobs.Script.WebHost/Controllers/FunctionsController.cs`
and `HostController.cs`.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from devhost.exchange import Request, Response
from devhost.hosting import HostedFunction, find
from devhost.routes import Route

type Start = Callable[[HostedFunction, str], None]
"""Starts a function in the background with the input it was given."""


def answer(
    request: Request, path: Sequence[str], functions: Sequence[HostedFunction], start: Start
) -> Response:
    """`path` is what follows `/admin/`, split at the slashes."""
    match request.method, *path:
        case "GET", "functions":
            return Response.json(200, [_describe(each, request) for each in functions])
        case "GET", "functions", name if hosted := find(functions, name):
            return Response.json(200, _describe(hosted, request))
        case "GET", "functions", name, "status" if hosted := find(functions, name):
            return Response.json(200, {"errors": [hosted.problem]} if hosted.problem else {})
        case "POST", "functions", name:
            return _run(request, find(functions, name), start)
        case "GET", "host", "status":
            return Response.json(200, {"id": "devhost", "state": "Running"})
        case "GET" | "POST", "host", "ping":
            return Response(status=200)
        case _:
            return Response(status=404)


def _run(request: Request, hosted: HostedFunction | None, start: Start) -> Response:
    """Accepted before the function has run: how it went is for the log alone."""
    try:
        invocation = json.loads(request.body)
    except ValueError:
        return Response(status=400)
    if not isinstance(invocation, dict):
        return Response(status=400)
    if hosted is None:
        return Response(status=404)
    start(hosted, str(invocation.get("input") or ""))
    return Response(status=202)


def _describe(hosted: HostedFunction, request: Request) -> dict[str, Any]:
    base = request.url_root
    url = f"{base}/{hosted.source.template}" if isinstance(hosted.source, Route) else None
    return {
        "name": hosted.name,
        "href": f"{base}/admin/functions/{hosted.name}",
        "invoke_url_template": url,
        "language": "python",
        "config": {"name": hosted.name, "bindings": list(hosted.function.bindings)},
        "isDisabled": hosted.is_disabled,
    }
