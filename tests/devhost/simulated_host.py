"""Run as a process of its own: hosts the sample app in-process on a simulated clock and prints what happened."""

import asyncio
import json
import logging
import os
import tempfile
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import looptime

from devhost.errors import StartError
from devhost.exchange import Request
from devhost.host import FunctionHost
from tests.devhost.processes import APP, SETTINGS

EVENING = datetime(2026, 1, 5, 20, 0, tzinfo=UTC)


class LogLines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


async def a_day_of_timers() -> object:
    log = LogLines()
    logging.basicConfig(level=logging.INFO, handlers=[log])
    async with FunctionHost.start(APP, SETTINGS, now=EVENING) as host:
        timers = asyncio.create_task(host.run_timers())
        await asyncio.sleep(6.5 * 3600)
        before_three = [line for line in log.lines if "'Functions.sweep'" in line]
        await asyncio.sleep(3600)
        after_three = [line for line in log.lines if "Executed 'Functions.sweep' (Succeeded" in line]
        timers.cancel()
    return {"before": before_three, "after": len(after_three)}


async def the_same_app_again() -> object:
    async with FunctionHost.start(APP, SETTINGS) as host:
        response = await host.handle(
            Request(
                method="POST",
                url="http://localhost:7071/runtime/webhooks/EventGrid?functionName=on_event",
                headers={"aeg-event-type": "Notification"},
                body=b'[{"id": "1"}]',
            )
        )
    return response.status


async def another_app() -> object:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("host.json", "function_app.py"):
            (Path(folder) / name).write_text((APP / name).read_text())
        try:
            async with FunctionHost.start(Path(folder)):
                return "started"
        except StartError as error:
            return str(error)


async def a_function_that_takes_too_long() -> object:
    loop = asyncio.get_running_loop()
    async with FunctionHost.start(APP, SETTINGS) as host:
        started = loop.time()
        slow = await host.invoke("on_event", '{"eventType": "slow"}')
        seconds = loop.time() - started
        good = await host.invoke("on_event", '{"eventType": "good"}')
    return {"error": slow.error, "seconds": round(seconds, 3), "next one succeeded": good.succeeded}


async def invoking_by_name() -> object:
    async with FunctionHost.start(APP, SETTINGS) as host:
        inputs = {"sweep": "", "ON_EVENT": '{"id": "1"}', "off": "{}", "on_event": "no event", "lost": ""}
        inputs["fails"] = ""
        outcomes = {name: (await host.invoke(name, text)).error for name, text in inputs.items()}
        try:
            await host.invoke("nobody")
        except LookupError as error:
            outcomes["nobody"] = str(error)
    return outcomes


async def the_environment() -> object:
    async with FunctionHost.start(APP, SETTINGS, port=7100):
        meanwhile = {name: os.environ.get(name) for name in ("SWEEP_SCHEDULE", "WEBSITE_HOSTNAME")}
    return [meanwhile, {name: os.environ.get(name) for name in meanwhile}]


async def stopping_with_a_function_running() -> object:
    async with FunctionHost.start(APP, SETTINGS) as host:
        url = "http://localhost:7071/admin/functions/on_event"
        body = json.dumps({"input": '{"eventType": "slow"}'}).encode()
        response = await host.handle(Request(method="POST", url=url, body=body))
        await asyncio.sleep(0.5)
    return {"status": response.status, "still running": len(asyncio.all_tasks()) - 1}


def play(scenario: Callable[[], Coroutine[Any, Any, object]]) -> object:
    """Each on an event loop of its own, as tests have them."""
    with asyncio.Runner(loop_factory=looptime.new_event_loop) as runner:
        return runner.run(scenario())


SCENARIOS = (
    a_day_of_timers,
    the_same_app_again,
    another_app,
    a_function_that_takes_too_long,
    invoking_by_name,
    the_environment,
    stopping_with_a_function_running,
)

if __name__ == "__main__":
    print(json.dumps({scenario.__name__: play(scenario) for scenario in SCENARIOS}))  # noqa: T201 (its result)
