"""Lets what an invocation cannot finish go on for as long as another invocation of the process lasts.

Where writes take turns, many new spokes take far longer than an event may. Every write that Azure accepts raises an
event, so while a burst lasts there is a next invocation. Nothing outlives the last of them: a process without one may
be stopped at any moment. What is not done then is left to the timer.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine
from contextlib import asynccontextmanager

_MOMENT_SECONDS = 0.01
"""Not worth a timer of its own."""


class Invocations[Run]:
    """The invocations that are there, and the runs that are not finished."""

    def __init__(self) -> None:
        self._present = 0
        self._owned: set[asyncio.Task[None]] = set()
        self._left: dict[asyncio.Task[None], Run] = {}
        self._relief: asyncio.Future[None] | None = None

    @property
    def left(self) -> Collection[Run]:
        """Runs whose own invocations have ended."""
        return list(self._left.values())

    @asynccontextmanager
    async def present(self) -> AsyncIterator[None]:
        """One more invocation; the last one stops what nobody has finished."""
        self._present += 1
        try:
            yield
        finally:
            self._present -= 1
            if not self._present:
                stopped, self._left = self._left, {}
                for task in stopped:
                    task.cancel()
                await asyncio.gather(*stopped, return_exceptions=True)

    async def do(self, run: Run, doing: Coroutine[None, None, None], ends: float) -> None:
        """Waits for one's own run, and leaves it to the others where it is not finished by then."""
        task = asyncio.create_task(doing)
        self._owned.add(task)
        try:
            await asyncio.wait({task}, timeout=_seconds_to(ends))
        finally:
            self._owned.discard(task)
            if not task.done():
                self._left[task] = run
        if task.done():
            task.result()

    async def stay(self, ends: float) -> AsyncIterator[Run]:
        """Waits for runs that other invocations cannot finish, until a later one takes over. Yields those that have
        ended and whose own invocation has gone."""
        if _seconds_to(ends) <= _MOMENT_SECONDS:
            return
        if self._relief is not None and not self._relief.done():
            self._relief.set_result(None)
        relief = self._relief = asyncio.get_running_loop().create_future()
        while not relief.done() and _seconds_to(ends) > _MOMENT_SECONDS:
            for task in [task for task in self._left if task.done()]:
                run = self._left.pop(task)
                task.result()
                yield run
            going = {task for task in (*self._owned, *self._left) if not task.done()}
            if not going:
                return
            await asyncio.wait(
                {*going, relief}, timeout=_seconds_to(ends), return_when=asyncio.FIRST_COMPLETED
            )


def _seconds_to(time: float) -> float:
    return max(0.0, time - asyncio.get_running_loop().time())
