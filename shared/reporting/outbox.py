"""Messages that are to be published: kept with what was told until the topic has taken them, and then no longer."""

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
"""Before, whoever made the message may be sending it."""
_KEPT = timedelta(days=1)
"""Whoever subscribed has long noticed by other means, and would be misled by what is no more."""


class Outbox:
    """What it knows lies in `ledger`, so that any instance sends what another could not."""

    def __init__(self, ledger: AlertState, announcer: Publisher, now: Callable[[], datetime]) -> None:
        self._alert_state = ledger
        self._publisher = announcer
        self._now = now

    def post(self, events: Sequence[OutcomeEvent]) -> list[OutcomeEvent]:
        """Notes them with the time; they are to be saved before they are sent."""
        now = self._now()
        posted = [replace(event, time=now) for event in events]
        for event in posted:
            self._alert_state.keep(event)
        return posted

    def waiting(self) -> list[OutcomeEvent]:
        """What earlier runs could not send. Too many and too old ones are given up."""
        now = self._now()
        old = [event for event in self._alert_state.unsent if now - event.time >= _AGAIN_AFTER]
        old.sort(key=lambda event: event.time)
        young_enough = [event for event in old if now - event.time <= _KEPT]
        waiting = young_enough[-MAX_UNSENT:]
        retiring = old[: len(old) - len(waiting)]
        for event in retiring:
            self._alert_state.drop(event)
        if retiring:
            logger.warning(fact("outcomes given up", count=len(retiring)))
        return waiting

    async def send(
        self, posted: Sequence[OutcomeEvent], waiting: Sequence[OutcomeEvent], seconds: float
    ) -> bool:
        """Returns whether anything was sent. What fails is a line in the log the first time."""
        events = [*waiting, *posted]
        failed = await self._publisher.tell(events, seconds)
        kept, new = {event.id for event, _ in failed}, {event.id for event in posted}
        for event in events:
            if event.id not in kept:
                self._alert_state.drop(event)
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
