"""The host itself, free of any server: takes requests as values and runs timers on the event loop's clock."""

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Self

from devhost import admin, eventgrid, httptrigger, worker
from devhost.clock import Clock
from devhost.exchange import Request, Response
from devhost.functions import EventGridTrigger, TimerTrigger
from devhost.hosting import HostedFunction, find, host_all
from devhost.invocations import Invoker, Outcome
from devhost.schedules import Schedule
from devhost.settings import DEFAULT_PORT, HostJson, app_environment
from devhost.timers import Timer

logger = logging.getLogger(__name__)


class FunctionHost:
    """A running function app."""

    def __init__(self, functions: tuple[HostedFunction, ...], invoker: Invoker, clock: Clock) -> None:
        self.functions = functions
        self._invoker = invoker
        self._timers = {
            each.name: Timer(each.function, trigger, each.source, clock, invoker.run)
            for each in functions
            if isinstance(trigger := each.function.trigger, TimerTrigger)
            and isinstance(each.source, Schedule)
        }
        self._background: set[asyncio.Task[Outcome]] = set()

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        app_folder: Path,
        settings: Mapping[str, str] = MappingProxyType({}),
        *,
        port: int = DEFAULT_PORT,
        now: datetime | None = None,
    ) -> AsyncIterator[Self]:
        """Loads the app and keeps it running for the length of an `async with`.

        `settings` are the app settings, in the process environment meanwhile; `now` is what time it is at the
        start, if not what the clock on the wall says; from then on the event loop's clock counts. A process can
        start the same app any number of times, for instance once per test, but no other. Raises StartError.
        """
        host_json = HostJson.read(app_folder / "host.json")
        with app_environment(app_folder, settings, port):
            functions = host_all(await worker.load(app_folder), host_json, os.environ)
            for hosted in functions:
                if hosted.problem:
                    logger.error("The '%s' function is in error: %s", hosted.name, hosted.problem)
                if hosted.function.has_retry_policy:
                    logger.warning("The retry policy of '%s' is not played by this local host", hosted.name)
            host = cls(functions, Invoker(host_json.timeout_seconds), Clock(now))
            try:
                yield host
            finally:
                await host._stop_background()

    async def handle(self, request: Request) -> Response:
        """Answers one HTTP request."""
        match request.path.lower().strip("/").split("/"):
            case ["runtime", "webhooks", "eventgrid"]:
                return await eventgrid.answer(request, self.functions, self._invoker.run)
            case ["admin", *path]:
                return admin.answer(request, path, self.functions, self._start)
            case _:
                return await httptrigger.answer(request, self.functions, self._invoker.run)

    async def run_timers(self) -> None:
        """Runs the timer schedules until cancelled; returns at once if there is none."""
        async with asyncio.TaskGroup() as tasks:
            for hosted in self.functions:
                if hosted.is_listening and (timer := self._timers.get(hosted.name)):
                    tasks.create_task(timer.run())

    async def invoke(self, name: str, text: str = "") -> Outcome:
        """Runs one function by name as the admin endpoint does, but waits for it.

        `text` is the JSON of one event for an Event Grid function; a timer takes no input.
        """
        if hosted := find(self.functions, name):
            return await self._invoke(hosted, text)
        raise LookupError(f"there is no function {name!r}")

    async def _invoke(self, hosted: HostedFunction, text: str) -> Outcome:
        function = hosted.function
        if hosted.problem:
            return self._invoker.refuse(function, f"the function is in error: {hosted.problem}")
        match function.trigger:
            case TimerTrigger():
                call = self._timers[function.name].to_call("Called by an administrator")
            case EventGridTrigger():
                try:
                    call = eventgrid.to_call(json.loads(text))
                except ValueError as error:
                    return self._invoker.refuse(function, f"the input must be the JSON of one event: {error}")
            case _:
                return self._invoker.refuse(function, "an HTTP function needs an HTTP request")
        return await self._invoker.run(function, call)

    def _start(self, hosted: HostedFunction, text: str) -> None:
        task = asyncio.create_task(self._invoke(hosted, text))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _stop_background(self) -> None:
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
