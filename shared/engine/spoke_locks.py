"""Which pairs a run of this process is working on, so that no other run writes the same from an older look."""

import asyncio
from collections.abc import Collection

from ..model.ids import VnetId


class SpokeLocks:
    """One run at a time writes a pair, and only from an observation younger than the last one's writes."""

    def __init__(self) -> None:
        self._held: set[VnetId] = set()
        self._released_at: dict[VnetId, int] = {}
        self._count = 0
        self._waiting: list[tuple[Collection[VnetId], asyncio.Future[None]]] = []

    def mark(self) -> int:
        """A mark to take before observing."""
        return self._count

    def is_free(self, spoke: VnetId, since: int) -> bool:
        return spoke not in self._held and self._released_at.get(spoke, 0) <= since

    def is_held(self, spoke: VnetId) -> bool:
        return spoke in self._held

    def acquire(self, spoke: VnetId) -> None:
        self._held.add(spoke)

    def release(self, spoke: VnetId, _: object = None) -> None:
        self._held.discard(spoke)
        self._count += 1
        self._released_at[spoke] = self._count
        waiting, self._waiting = self._waiting, []
        for spokes, free in waiting:
            if spoke not in spokes:
                self._waiting.append((spokes, free))
            elif not free.done():
                free.set_result(None)

    async def wait_for_release(self, spokes: Collection[VnetId]) -> None:
        """Waits until the next of these is let go."""
        free = asyncio.get_running_loop().create_future()
        self._waiting.append((spokes, free))
        await free
