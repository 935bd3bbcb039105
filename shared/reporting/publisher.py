"""Publishes outcome events within the time that a run has left."""

import asyncio
from collections.abc import Sequence
from itertools import batched

from .outcome_events import NotPublishedError, OutcomeEvent, Sink

BATCH = 50
"""Events in one request: well below the 1 MB that Event Grid takes."""


class Publisher:
    """Sends events to a sink in batches, and none of them twice."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    async def publish(
        self, events: Sequence[OutcomeEvent], seconds: float
    ) -> list[tuple[OutcomeEvent, NotPublishedError]]:
        """Returns the events that were not published after `seconds`, each with the reason. Raises nothing."""
        failed: list[tuple[OutcomeEvent, NotPublishedError]] = []
        left = [*batched(events, BATCH, strict=False)]
        try:
            async with asyncio.timeout(seconds):
                while left:
                    try:
                        await self._sink.publish(left[0])
                    except NotPublishedError as error:
                        failed += [(event, error) for event in left[0]]
                    left.pop(0)
        except TimeoutError:
            late = NotPublishedError("Timeout", f"no answer in {max(seconds, 0):.1f} s")
            failed += [(event, late) for batch in left for event in batch]
        return failed
