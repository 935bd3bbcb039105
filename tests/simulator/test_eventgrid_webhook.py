"""Requests to an endpoint over real loopback connections."""

import aiohttp
import pytest
from aiohttp import web

from simulator.eventgrid.webhook import webhook

pytestmark = pytest.mark.looptime(False)


async def test_a_request_and_its_answer_pass_unchanged(served):
    async def handle(request):
        assert request.method == "OPTIONS"
        assert request.headers["WebHook-Request-Origin"] == "eventgrid.azure.net"
        return web.Response(status=202, headers={"WebHook-Allowed-Origin": "*"}, body=await request.read())

    async with aiohttp.ClientSession() as session:
        answer = await webhook(session)(
            "OPTIONS", await served(handle), {"WebHook-Request-Origin": "eventgrid.azure.net"}, b"\x00body"
        )

    assert (answer.status, answer.body) == (202, b"\x00body")
    assert answer.header("webhook-allowed-ORIGIN") == "*"


async def test_a_redirect_is_an_answer(served):
    async def handle(_):
        raise web.HTTPFound("/elsewhere")

    async with aiohttp.ClientSession() as session:
        answer = await webhook(session)("POST", await served(handle), {}, b"")

    assert answer.status == 302


async def test_a_broken_connection_is_unreachable(served):
    async def handle(request):
        request.transport.close()

    async with aiohttp.ClientSession() as session:
        with pytest.raises(ConnectionError):
            await webhook(session)("POST", await served(handle), {}, b"")


async def test_nobody_listening_is_unreachable(unused_tcp_port):
    async with aiohttp.ClientSession() as session:
        with pytest.raises(ConnectionError):
            await webhook(session)("POST", f"http://127.0.0.1:{unused_tcp_port}/", {}, b"")


@pytest.fixture
async def served():
    """Serves a handler and tells its address."""
    runners = []

    async def serve(handle) -> str:
        app = web.Application()
        app.router.add_route("*", "/", handle)
        runner = web.AppRunner(app)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return "http://127.0.0.1:{1}/".format(*runner.addresses[0])

    yield serve
    for runner in runners:
        await runner.cleanup()
