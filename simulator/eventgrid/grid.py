"""The service: subscriptions on one side, published events on the other."""

import asyncio
from random import Random

from simulator.clock import Clock
from simulator.eventgrid.counters import Counters
from simulator.eventgrid.dead_letter import DeadLetter
from simulator.eventgrid.event import ResourceEvent
from simulator.eventgrid.faults import DecideFate, DecideSpread, no_faults
from simulator.eventgrid.handshake import shake_hands
from simulator.eventgrid.outbox import Outbox
from simulator.eventgrid.post import Post
from simulator.eventgrid.retry import MOST_SPREAD
from simulator.eventgrid.subscription import EventSubscription


class EventGrid:
    """Delivers published events to the subscriptions they match, at least once and in no promised order.

    `latency_seconds` pass, in simulated time, between publication and the first attempt; no figure is
    published by Azure, one second is our choice. `fate` and `spread` may be exchanged at any time.
    Not simulated: the probation of unhealthy endpoints, which in Azure holds back new events as well.
    """

    def __init__(
        self,
        clock: Clock,
        random: Random,
        post: Post,
        *,
        latency_seconds: float = 1.0,
        fate: DecideFate = no_faults,
    ) -> None:
        self.fate = fate
        self.spread: DecideSpread = lambda _event: random.uniform(1, MOST_SPREAD)
        self.counters = Counters()
        self._dead_letters: list[DeadLetter] = []
        self._clock = clock
        self._random = random
        self._post = post
        self._latency_seconds = latency_seconds
        self._outboxes: dict[str, Outbox] = {}

    @property
    def dead_letters(self) -> tuple[DeadLetter, ...]:
        """The content of the dead-letter container, oldest first."""
        return tuple(self._dead_letters)

    @property
    def subscriptions(self) -> tuple[EventSubscription, ...]:
        return tuple(outbox.subscription for outbox in self._outboxes.values())

    async def subscribe(self, subscription: EventSubscription) -> None:
        """Asks the endpoint for its agreement; without it there is a HandshakeError and no subscription."""
        if subscription.name in self._outboxes:
            raise ValueError(f"already subscribed: {subscription.name!r}")
        await shake_hands(subscription, self._post, random=self._random, now=self._clock.utc())
        self._outboxes[subscription.name] = Outbox(
            subscription,
            clock=self._clock,
            spread=lambda event: self.spread(event),
            post=self._post,
            counters=self.counters,
            keep=self._dead_letters.append,
        )

    async def unsubscribe(self, name: str) -> None:
        """Ends a subscription; what is still under way to it is given up."""
        await self._outboxes.pop(name).aclose()

    def publish(self, event: ResourceEvent) -> None:
        """Returns at once; delivery goes on in the background."""
        self.counters.published += 1
        for outbox in self._outboxes.values():
            if outbox.subscription.matches(event):
                self._send(event, outbox)

    def _send(self, event: ResourceEvent, outbox: Outbox) -> None:
        copies = self.fate(event, outbox.subscription)
        self.counters.matched += 1
        if copies:
            self.counters.duplicated += len(copies) - 1
        else:
            self.counters.lost += 1
        for late_seconds in copies:
            outbox.accept(event, self._latency_seconds + late_seconds)

    async def settle(self) -> None:
        """Waits until nothing is under way: no delivery, no retry, no dead letter to come."""
        while tasks := [task for outbox in self._outboxes.values() for task in outbox.under_way]:
            done, _ = await asyncio.wait(tasks)
            for task in done:
                if not task.cancelled():  # its subscription ended meanwhile
                    task.result()

    async def aclose(self) -> None:
        """Ends all subscriptions."""
        for name in tuple(self._outboxes):
            await self.unsubscribe(name)
