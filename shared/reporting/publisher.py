"""Publishes changes of state within the time a run has left."""

import asyncio
from collections.abc import Sequence
from itertools import batched

from .outcome_events import NotPublishedError, OutcomeEvent, Sink

BATCH = 50
"""Events in one request: well below the 1 MB that Event Grid takes."""


class Publisher:
    """Never fails, and tries nothing twice."""

    def __init__(self, outlet: Sink) -> None:
        self._sink = outlet

    async def tell(
        self, events: Sequence[OutcomeEvent], seconds: float
    ) -> list[tuple[OutcomeEvent, NotPublishedError]]:
        """Returns what the topic did not take, and why."""
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
