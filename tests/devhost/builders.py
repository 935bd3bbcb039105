"""Small makers of hosted functions, and a stand-in for the worker that writes down what it is asked."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from devhost.functions import EventGridTrigger, Function, HttpTrigger, TimerTrigger
from devhost.hosting import HostedFunction
from devhost.invocations import Outcome
from devhost.messages import TypedData
from devhost.routes import Route
from devhost.worker import Call

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class RecordingWorker:
    """Takes the place of the invoker: keeps every call, takes some time, answers as told."""

    seconds: float = 0.0
    answers: dict[str, Outcome] = field(default_factory=dict)
    """By the `id` of an event; everything else succeeds."""
    returned: TypedData | None = None
    calls: list[tuple[float, str, Call]] = field(default_factory=list)
    """After how many seconds, which function, what."""
    start: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    async def run(self, function: Function, call: Call) -> Outcome:
        seconds = round(asyncio.get_running_loop().time() - self.start, 3)
        self.calls.append((seconds, function.name, call))
        await asyncio.sleep(self.seconds)
        if call.data.WhichOneof("data") == "json":
            event = json.loads(call.data.json)
            return self.answers.get(event.get("id"), Outcome(returned=self.returned))
        return Outcome(returned=self.returned)

    @property
    def payloads(self) -> list[str]:
        return [call.data.json for _, _, call in self.calls]


def event_function(name: str = "on_event", **state: Any) -> HostedFunction:
    trigger = EventGridTrigger(parameter="event")
    return HostedFunction(function=Function(name=name, id=name, trigger=trigger), **state)


def http_function(name: str, route: str, *methods: str, prefix: str = "api") -> HostedFunction:
    trigger = HttpTrigger(parameter="req", route=route, methods=frozenset(methods))
    return HostedFunction(
        function=Function(name=name, id=name, trigger=trigger),
        source=Route.parse(prefix, route, trigger.methods),
    )


def timer_function(schedule: str, *, run_on_startup: bool = False, use_monitor: bool = True) -> Function:
    trigger = TimerTrigger(
        parameter="timer", schedule=schedule, run_on_startup=run_on_startup, use_monitor=use_monitor
    )
    return Function(name="sweep", id="sweep", trigger=trigger)
