"""A simulated Azure on a socket of this machine, over HTTPS or plain HTTP."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from simulator.http import Request, Response

_LARGEST_BODY_BYTES = 8 * 1024 * 1024


@asynccontextmanager
async def served(
    handle: Callable[[Request], Awaitable[Response]], *, port: int, tls: ssl.SSLContext | None
) -> AsyncIterator[str]:
    """Serves `handle` on 127.0.0.1 and yields the endpoint; port 0 takes a free one.

    Raises `OSError` where the port cannot be had.
    """
    scheme = "https" if tls else "http"

    async def answer(incoming: web.Request) -> web.Response:
        response = await handle(
            Request(
                method=incoming.method,
                url=f"{scheme}://{incoming.host}{incoming.raw_path}",
                headers={name.lower(): value for name, value in incoming.headers.items()},
                body=await incoming.read(),
            )
        )
        return web.Response(status=response.status, headers=response.headers, body=response.body or None)

    app = web.Application(client_max_size=_LARGEST_BODY_BYTES)
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls)
        await site.start()
        yield f"{scheme}://localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
