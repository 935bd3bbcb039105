"""The app's instances: invoked through the real runtime library, killed at any call, replaced at any time."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

from devhost.exchange import Request
from devhost.host import FunctionHost
from shared import composition
from simulator.eventgrid.post import Answer
from simulator.http import Request as AzureRequest
from simulator.http import Response
from simulator.transport import Handle

_instance: ContextVar["Instance | None"] = ContextVar("instance", default=None)
EVENT_SECONDS = 25.0


def calling() -> "Instance | None":
    """The process that runs just now."""
    return _instance.get()


def outside(handle: Handle) -> Handle:
    """Azure, to which nothing happens when a process ends that has called it."""

    async def handle_outside(request: AzureRequest) -> Response:
        token = _instance.set(None)
        try:
            return await handle(request)
        finally:
            _instance.reset(token)

    return handle_outside


@dataclass(eq=False)
class Instance:
    """One process: whatever runs in it ends with it."""

    async def does[T](self, work: Awaitable[T]) -> T:
        _instance.set(self)
        return await work

    def kill(self) -> None:
        for task in sorted(asyncio.all_tasks(), key=lambda task: int(task.get_name().rpartition("-")[2])):
            if task.get_context().get(_instance) is self:
                task.cancel()


@dataclass
class App:
    """Invokes the triggers, and notes how that went."""

    host: FunctionHost
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    current: Instance = field(default_factory=Instance)
    _timer: asyncio.Task[None] | None = None

    def recycle(self) -> None:
        """The next invocation meets a process that has just started; what runs goes on in the old one."""
        composition.forget()
        self.current = Instance()
        self.counts["instances"] += 1

    def crash(self) -> None:
        """Ends the process that is calling right now, with everything in it."""
        instance = _instance.get()
        if instance is not None:
            instance.kill()
            self.counts["crashes"] += 1
            if instance is self.current:
                self.recycle()

    async def receive(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One delivery of Event Grid. Raises `ConnectionError` where the process dies under it."""
        lowered = {name.lower(): value for name, value in headers.items()}
        request = Request(method=method, url=url, headers=lowered, body=body)
        loop = asyncio.get_running_loop()
        started = loop.time()
        answer = await self._run(self.host.handle(request))
        seconds = loop.time() - started
        self.counts["event runs"] += 1
        if seconds > EVENT_SECONDS + 0.001:
            self.broken.append(f"an event was answered after {seconds:.1f} s")
        if answer.status >= 400:
            self.broken.append(f"an event was answered {answer.status}: {answer.body.decode()}")
        return Answer(status=answer.status, headers=dict(answer.headers), body=answer.body)

    def tick(self) -> None:
        """The timer fires, unless its last run goes on still."""
        if self._timer is None or self._timer.done():
            self._timer = asyncio.create_task(self._timer_run())

    async def _timer_run(self) -> None:
        try:
            outcome = await self._run(self.host.invoke("on_schedule"))
        except ConnectionError:
            return
        self.counts["timer runs"] += 1
        if not outcome.succeeded:
            self.broken.append(f"a timer run failed: {outcome.error}")

    async def _run[T](self, work: Awaitable[T]) -> T:
        instance = self.current
        task = asyncio.create_task(instance.does(work))
        try:
            return await task
        except asyncio.CancelledError:
            if task.cancelled():
                raise ConnectionResetError("the process ended") from None
            raise

    async def aclose(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            await asyncio.gather(self._timer, return_exceptions=True)
