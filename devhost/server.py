"""The host on a local port."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from multidict import CIMultiDict

from devhost.exchange import Request
from devhost.host import FunctionHost

_LARGEST_BODY = 100 * 1024 * 1024
"""What `func start` allows."""
_SECONDS_TO_FINISH = 1.0


@asynccontextmanager
async def serving(host: FunctionHost, listener: socket.socket) -> AsyncIterator[None]:
    """Answers requests for the length of an `async with`; those still running at its end are soon cut off."""

    async def handle(request: web.Request) -> web.Response:
        response = await host.handle(await _read(request))
        return web.Response(
            status=response.status, headers=CIMultiDict(response.headers), body=response.body or None
        )

    app = web.Application(client_max_size=_LARGEST_BODY)
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SECONDS_TO_FINISH)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield
    finally:
        await runner.cleanup()


async def _read(request: web.Request) -> Request:
    return Request(
        method=request.method,
        url=str(request.url),
        headers={name: ",".join(request.headers.getall(name)) for name in request.headers},
        body=await request.read(),
    )
