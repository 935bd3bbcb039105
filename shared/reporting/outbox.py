"""Outcome events that are to be published: kept with the alert state until the topic has taken them."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from .alert_state import AlertState
from .alerts import MAX_UNSENT
from .facts import fact
from .outcome_events import OutcomeEvent
from .publisher import Publisher

logger = logging.getLogger("interlinked")

_AGAIN_AFTER = timedelta(minutes=1)
"""Until then, the instance that made the event may still be sending it."""
_KEPT = timedelta(days=1)
"""A subscriber has noticed by other means by then, and the event may be true no more."""


class Outbox:
    """Keeps unsent events in the alert state, so that any instance sends what another could not."""

    def __init__(self, alert_state: AlertState, publisher: Publisher, now: Callable[[], datetime]) -> None:
        self._alert_state = alert_state
        self._publisher = publisher
        self._now = now

    def add(self, events: Sequence[OutcomeEvent]) -> list[OutcomeEvent]:
        """Adds them with the time, and returns them so. The alert state is to be saved before they are sent."""
        now = self._now()
        added = [replace(event, time=now) for event in events]
        for event in added:
            self._alert_state.add_unsent(event)
        return added

    def waiting(self) -> list[OutcomeEvent]:
        """The events that earlier runs could not send. Those that are too many or too old are discarded."""
        now = self._now()
        old = [event for event in self._alert_state.unsent if now - event.time >= _AGAIN_AFTER]
        old.sort(key=lambda event: event.time)
        young_enough = [event for event in old if now - event.time <= _KEPT]
        waiting = young_enough[-MAX_UNSENT:]
        discarded = old[: len(old) - len(waiting)]
        for event in discarded:
            self._alert_state.remove_unsent(event)
        if discarded:
            logger.warning(fact("outcomes given up", count=len(discarded)))
        return waiting

    async def send(
        self, added: Sequence[OutcomeEvent], waiting: Sequence[OutcomeEvent], seconds: float
    ) -> bool:
        """Returns whether anything was sent within `seconds`. An event that fails is logged the first time."""
        events = [*waiting, *added]
        failed = await self._publisher.publish(events, seconds)
        kept, new = {event.id for event, _ in failed}, {event.id for event in added}
        for event in events:
            if event.id not in kept:
                self._alert_state.remove_unsent(event)
        for event, error in failed:
            if event.id in new:
                logger.warning(
                    fact(
                        "outcome not published",
                        type=event.type,
                        vnet=event.network,
                        code=error.code,
                        message=error,
                    )
                )
        return len(failed) < len(events)
