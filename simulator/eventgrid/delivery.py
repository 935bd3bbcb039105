"""One batch on its way to one endpoint: tried, tried again, acknowledged or given up.

Two clocks are in play. How long an endpoint may take is counted in its own time, the seconds of the event
loop: the app under test runs in real time even while Azure is sped up, and a window that shrank with the
simulated clock would time out an app that is fast enough. Everything between attempts is simulated time.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from simulator.clock import Clock
from simulator.eventgrid.counters import Counters
from simulator.eventgrid.dead_letter import Undelivered
from simulator.eventgrid.event import ResourceEvent
from simulator.eventgrid.faults import DecideSpread
from simulator.eventgrid.message import notification_body, notification_headers
from simulator.eventgrid.post import Post
from simulator.eventgrid.retry import (
    AttemptOutcome,
    NoAnswer,
    is_final,
    is_success,
    name_of,
    seconds_before_retry,
)
from simulator.eventgrid.subscription import EventSubscription

ACKNOWLEDGE_SECONDS = 30.0
"""Without an answer for so long, the events are queued for another attempt."""

LATE_ANSWER_SECONDS = 180.0
"""A success that comes so long after its request still takes the events out of the queue."""


class Delivery:
    """Delivers one batch, all of it or nothing.

    https://learn.microsoft.com/azure/event-grid/delivery-and-retry
    """

    def __init__(
        self,
        subscription: EventSubscription,
        events: Sequence[ResourceEvent],
        published: datetime,
        *,
        clock: Clock,
        spread: DecideSpread,
        post: Post,
        counters: Counters,
    ) -> None:
        self._subscription = subscription
        self._events = events
        self._expires = published + timedelta(minutes=subscription.time_to_live_minutes)
        self._clock = clock
        self._spread = spread
        self._post = post
        self._counters = counters
        self._acknowledgement: asyncio.Future[AttemptOutcome] = asyncio.get_running_loop().create_future()

    async def run(self) -> Undelivered | None:
        """Returns nothing once the endpoint has acknowledged, otherwise why the delivery was given up.

        A request that brought no answer in time stays open for a late one, and this waits for it.
        """
        async with asyncio.TaskGroup() as requests:
            undelivered = await self._try_until_over(requests)
        return None if self._acknowledgement.done() else undelivered

    async def _try_until_over(self, requests: asyncio.TaskGroup) -> Undelivered | None:
        attempts = 0
        while True:
            attempts += 1
            started = self._clock.utc()
            request = requests.create_task(self._request(attempts))
            await _first_of(self._acknowledgement, request, seconds=ACKNOWLEDGE_SECONDS)
            outcome = request.result() if request.done() else NoAnswer.TIMED_OUT

            reason = self._reason_to_stop(outcome, attempts)
            if not (reason or self._acknowledgement.done()):
                pause = seconds_before_retry(outcome, attempts, self._spread(self._events[0]))
                await _first_of(self._acknowledgement, seconds=self._clock.client_seconds(pause))
                if self._clock.utc() >= self._expires:
                    # Azure, too, looks at the time to live only when the next attempt is due. How it names
                    # this reason is not documented; the word is ours.
                    reason = "TimeToLiveExceeded"

            if self._acknowledgement.done():
                return None
            if reason:
                return Undelivered(
                    reason=reason,
                    attempts=attempts,
                    last_outcome=name_of(outcome),
                    last_attempt_time=started,
                )

    def _reason_to_stop(self, outcome: AttemptOutcome, attempts: int) -> str | None:
        if is_final(outcome):
            # For 400 this word was seen in https://stackoverflow.com/questions/52173869; the others follow it.
            return f"UndeliverableDueToHttp{name_of(outcome)}"
        if attempts == self._subscription.max_delivery_attempts:
            return "MaxDeliveryAttemptsExceeded"
        return None

    async def _request(self, attempt: int) -> AttemptOutcome:
        self._counters.attempts += 1
        if attempt > 1:
            self._counters.retried += 1
        outcome = await self._post_once(attempt)
        if is_success(outcome) and not self._acknowledgement.done():
            self._acknowledgement.set_result(outcome)
        return outcome

    async def _post_once(self, attempt: int) -> AttemptOutcome:
        try:
            async with asyncio.timeout(LATE_ANSWER_SECONDS):
                answer = await self._post(
                    "POST",
                    self._subscription.endpoint,
                    notification_headers(self._subscription, attempt),
                    notification_body(self._subscription, self._events),
                )
        except TimeoutError:
            return NoAnswer.TIMED_OUT
        except OSError:
            return NoAnswer.UNREACHABLE
        return answer.status


async def _first_of(*futures: asyncio.Future[AttemptOutcome], seconds: float) -> None:
    await asyncio.wait(futures, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
