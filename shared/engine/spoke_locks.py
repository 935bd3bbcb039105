"""Which pairs a run of this process is working on, so that no other run writes the same from an older look."""

import asyncio
from collections.abc import Collection

from ..model.ids import VnetId


class SpokeLocks:
    """One run at a time writes a pair, and only from an observation younger than the last one's writes."""

    def __init__(self) -> None:
        self._held: set[VnetId] = set()
        self._released: dict[VnetId, int] = {}
        self._count = 0
        self._waiting: list[tuple[Collection[VnetId], asyncio.Future[None]]] = []

    def now(self) -> int:
        """A mark to take before observing."""
        return self._count

    def is_free(self, spoke: VnetId, observed: int) -> bool:
        return spoke not in self._held and self._released.get(spoke, 0) <= observed

    def is_held(self, spoke: VnetId) -> bool:
        return spoke in self._held

    def take(self, spoke: VnetId) -> None:
        self._held.add(spoke)

    def release(self, spoke: VnetId) -> None:
        self._held.discard(spoke)
        self._count += 1
        self._released[spoke] = self._count
        waiting, self._waiting = self._waiting, []
        for spokes, released in waiting:
            if spoke not in spokes:
                self._waiting.append((spokes, released))
            elif not released.done():
                released.set_result(None)

    async def release_of(self, spokes: Collection[VnetId]) -> None:
        """Waits until the next of these is let go."""
        released = asyncio.get_running_loop().create_future()
        self._waiting.append((spokes, released))
        await released
