"""A simulated Azure on a socket of this machine, over HTTPS or plain HTTP."""

import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from aiohttp import web

from simulator.http import Request, Response

_LARGEST_BODY_BYTES = 8 * 1024 * 1024
_SECONDS_TO_FINISH = 1.0
"""For requests that still run when the server ends."""


def bind(port: int) -> socket.socket:
    """A socket that holds the port, or for 0 a free one; raises `OSError` where it cannot be had."""
    return socket.create_server(("127.0.0.1", port), backlog=128)


@asynccontextmanager
async def served(
    handle: Callable[[Request], Awaitable[Response]], *, port: int | socket.socket, tls: ssl.SSLContext | None
) -> AsyncIterator[str]:
    """Serves `handle` on a port of 127.0.0.1, or on a socket from `bind`, and yields the endpoint."""
    scheme = "https" if tls else "http"

    async def answer(incoming: web.Request) -> web.Response:
        url = f"{scheme}://{incoming.host}{incoming.raw_path}"
        try:
            urlsplit(url)
        except ValueError as error:
            raise web.HTTPBadRequest(text=f"{url} is no URL: {error}") from error
        response = await handle(
            Request(
                method=incoming.method,
                url=url,
                headers={name.lower(): ", ".join(incoming.headers.getall(name)) for name in incoming.headers},
                body=await incoming.read(),
            )
        )
        return web.Response(status=response.status, headers=response.headers, body=response.body or None)

    app = web.Application(client_max_size=_LARGEST_BODY_BYTES)
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SECONDS_TO_FINISH)
    await runner.setup()
    listener = bind(port) if isinstance(port, int) else port
    try:
        await web.SockSite(runner, listener, ssl_context=tls).start()
        yield f"{scheme}://localhost:{listener.getsockname()[1]}"
    finally:
        await runner.cleanup()
