"""Which pairs a run of this process is working on, so that no other run writes the same from an older look."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.resource_ids import VnetId


class Claims:
    """One run at a time writes a pair, and only from an observation younger than the last one's writes."""

    def __init__(self) -> None:
        self._held: set[VnetId] = set()
        self._released: dict[VnetId, int] = {}
        self._count = 0

    def now(self) -> int:
        """A mark to take before observing."""
        return self._count

    def is_free(self, spoke: VnetId, observed: int) -> bool:
        return spoke not in self._held and self._released.get(spoke, 0) <= observed

    @contextmanager
    def hold(self, spoke: VnetId) -> Iterator[None]:
        self._held.add(spoke)
        try:
            yield
        finally:
            self._held.discard(spoke)
            self._count += 1
            self._released[spoke] = self._count
