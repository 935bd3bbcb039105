"""Which pairs a run of this process is working on, so that no other run writes the same from an older look."""

import asyncio

from shared.resource_ids import VnetId


class Claims:
    """One run at a time writes a pair, and only from an observation younger than the last one's writes."""

    def __init__(self) -> None:
        self._held: set[VnetId] = set()
        self._released: dict[VnetId, int] = {}
        self._count = 0
        self._waiting: list[asyncio.Future[None]] = []

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
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def any_release(self) -> None:
        """Waits until the next pair is let go."""
        released = asyncio.get_running_loop().create_future()
        self._waiting.append(released)
        await released
