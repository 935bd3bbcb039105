"""The events of one subscription between publication and their end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from simulator.clock import Clock
from simulator.eventgrid.counters import Counters
from simulator.eventgrid.dead_letter import DeadLetter, Undelivered, dead_letter
from simulator.eventgrid.delivery import Delivery
from simulator.eventgrid.event import ResourceEvent
from simulator.eventgrid.faults import DecideSpread
from simulator.eventgrid.post import Post
from simulator.eventgrid.subscription import EventSubscription

DEAD_LETTER_SECONDS = 300.0
"""From the last attempt to the dead letter, in simulated time.

https://learn.microsoft.com/azure/event-grid/delivery-and-retry#dead-letter-events
"""


@dataclass(frozen=True, slots=True)
class _Published:
    event: ResourceEvent
    time: datetime


class Outbox:
    """Sends each accepted event out when its time has come, alone or with others that are ready then."""

    def __init__(
        self,
        subscription: EventSubscription,
        *,
        clock: Clock,
        spread: DecideSpread,
        post: Post,
        counters: Counters,
        keep: Callable[[DeadLetter], None],
    ) -> None:
        self.subscription = subscription
        self._clock = clock
        self._spread = spread
        self._post = post
        self._counters = counters
        self._keep = keep
        self._ready: list[_Published] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(self, event: ResourceEvent, seconds: float) -> None:
        """Takes an event that is to set out in so many simulated seconds."""
        published = _Published(event, self._clock.utc())
        task = asyncio.create_task(self._see_to_its_end(published, seconds))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def under_way(self) -> frozenset[asyncio.Task[None]]:
        return frozenset(self._tasks)

    async def aclose(self) -> None:
        """Gives up everything under way."""
        tasks = self.under_way
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _see_to_its_end(self, published: _Published, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._ready.append(published)
        await asyncio.sleep(0)  # events that are ready in the same moment can share a batch
        batch = self._take_batch()
        if not batch:
            return  # another event took this one along
        undelivered = await Delivery(
            self.subscription,
            [each.event for each in batch],
            min(each.time for each in batch),
            clock=self._clock,
            spread=self._spread,
            post=self._post,
            counters=self._counters,
        ).run()
        if not undelivered:
            self._counters.delivered += len(batch)
        elif self.subscription.dead_letter:
            await self._bury(batch, undelivered)
        else:
            self._counters.dropped += len(batch)

    def _take_batch(self) -> list[_Published]:
        size = self.subscription.max_events_per_batch
        batch, self._ready = self._ready[:size], self._ready[size:]
        return batch

    async def _bury(self, batch: list[_Published], undelivered: Undelivered) -> None:
        since_last_attempt = (self._clock.utc() - undelivered.last_attempt_time).total_seconds()
        await self._clock.sleep(max(0.0, DEAD_LETTER_SECONDS - since_last_attempt))
        for each in batch:
            self._keep(dead_letter(self.subscription, each.event, each.time, undelivered))
        self._counters.dead_lettered += len(batch)
