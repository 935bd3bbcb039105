"""Answers all who ask for the same at the same time with one read."""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable, Iterable, Mapping
from dataclasses import replace

from ..model.errors import NetworkError

_MOMENT_SECONDS = 0.02
"""Who asks within it asks at the same time."""
_PATIENCE_SECONDS = 1.0
"""How long those who come next wait for a read that hangs."""


class ReadRateLimiter:
    """`burst` reads at once, and so many a second beyond. Whoever waits is joined by those who ask meanwhile."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst_seconds = burst / per_second
        self._used_until = 0.0

    async def admit(self) -> None:
        """Waits until another read may be sent."""
        while (wait := self._used_until - self._burst_seconds - asyncio.get_running_loop().time()) > 0:  # noqa: ASYNC110, it is time that is waited for
            await asyncio.sleep(max(wait, _MOMENT_SECONDS))

    def spend(self, reads: float) -> None:
        now = asyncio.get_running_loop().time()
        self._used_until = max(self._used_until, now) + reads / self._per_second


type Read[Key, Value] = Callable[[Mapping[Key, int]], AsyncIterator[tuple[Key, Value | NetworkError]]]
"""Is given each key with how many ask for it, and yields the answers as they come."""


class Batcher[Key: Hashable, Value]:
    """Collects keys and reads them together. Each caller gets an answer from a read that began after it asked, since
    an event must not be answered with a state older than itself."""

    def __init__(self, read: Read[Key, Value], rate: ReadRateLimiter) -> None:
        self._read = read
        self._rate = rate
        self._asked: dict[Key, list[asyncio.Future[Value]]] = {}
        self._serving: asyncio.Task[None] | None = None

    async def ask(self, key: Key) -> Value:
        """Raises `NetworkError`."""
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        self._asked.setdefault(key, []).append(answer)
        if self._serving is None or self._serving.done():
            self._serving = loop.create_task(self._serve())
        result: Value = await answer
        return result

    async def _serve(self) -> None:
        while self._asked:
            await asyncio.sleep(_MOMENT_SECONDS)
            await self._rate.admit()
            asked = {key: waiting for key, every in self._asked.items() if (waiting := _waiting(every))}
            self._asked = {}
            if asked:
                reading = asyncio.create_task(self._answer(asked))
                await asyncio.wait({reading}, timeout=_PATIENCE_SECONDS)

    async def _answer(self, asked: Mapping[Key, list[asyncio.Future[Value]]]) -> None:
        failure: BaseException = asyncio.CancelledError()
        try:
            async for key, answer in self._read({key: len(every) for key, every in asked.items()}):
                for one in _waiting(asked[key]):
                    if isinstance(answer, NetworkError):
                        one.set_exception(replace(answer))  # to each its own traceback
                    else:
                        one.set_result(answer)
        except Exception as error:
            failure = error
        finally:
            for one in _waiting(one for every in asked.values() for one in every):
                _fail(one, failure)


def _waiting[Value](answers: Iterable[asyncio.Future[Value]]) -> list[asyncio.Future[Value]]:
    """Those that have no answer yet, and somebody who wants it."""
    return [answer for answer in answers if not answer.done()]


def _fail[Value](answer: asyncio.Future[Value], failure: BaseException) -> None:
    match failure:
        case asyncio.CancelledError():
            answer.cancel()
        case NetworkError():
            answer.set_exception(replace(failure))
        case _:
            answer.set_exception(failure)
