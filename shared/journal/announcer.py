"""Publishes changes of state within the time a run has left. What cannot be published is a line in the log."""

import asyncio
import logging
from collections.abc import Sequence
from itertools import batched

from shared.journal.outcomes import NotPublishedError, OutcomeEvent, Outlet
from shared.telemetry import fact

logger = logging.getLogger("interlinked")

BATCH = 50
"""Events in one request: well below the 1 MB that Event Grid takes."""


class Announcer:
    """Never fails, and tries nothing twice: the log has the same facts."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet

    async def tell(self, events: Sequence[OutcomeEvent], seconds: float) -> None:
        left = [*batched(events, BATCH, strict=False)]
        try:
            async with asyncio.timeout(seconds):
                while left:
                    await self._publish(left[0])
                    left.pop(0)
        except TimeoutError:
            late = NotPublishedError("Timeout", f"no answer in {max(seconds, 0):.1f} s")
            for batch in left:
                _not_published(batch, late)

    async def _publish(self, batch: Sequence[OutcomeEvent]) -> None:
        try:
            await self._outlet.publish(batch)
        except NotPublishedError as error:
            _not_published(batch, error)


def _not_published(batch: Sequence[OutcomeEvent], error: NotPublishedError) -> None:
    for event in batch:
        logger.warning(
            fact("outcome not published", type=event.type, vnet=event.network, code=error.code, message=error)
        )
