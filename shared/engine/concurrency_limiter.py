"""How many of our writes may be under way on one virtual network, learnt from what Azure makes of them.

Whether Azure lets writes of different peerings run beside each other on one network differs from place to place and
is documented nowhere. So a few are tried: once one that had company is seen to live, there is no limit any more; once
one is refused, or fails, because of another, they take turns, until it is time to try again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..model.ids import VnetId

_FEW = 4
SURVIVES_AFTER_SECONDS = 2.5
"""A write that Azure accepts beside another only to let it fail does so within some 2 s."""
_TICK_SECONDS = 0.001
"""Clocks round: what is left of a wait may be too short to ever pass."""
_TRIES_AGAIN_AFTER = 16
"""Writes that have taken turns before a few are tried side by side again; doubles with each time it was in vain."""


@dataclass(slots=True)
class _Room:
    """What is known of one network. `places` is None for no limit."""

    places: int | None = _FEW
    under_way: int = 0
    accepted_alone: int = 0
    tries_again_after: int = _TRIES_AGAIN_AFTER
    refused_by_others: int = 0
    """In a row: how often somebody else's write kept ours from being taken."""
    closed_until: float = 0.0

    def is_free(self) -> bool:
        return self.places is None or self.under_way < self.places

    def close(self) -> None:
        if self.places == 1:
            return
        self.places, self.accepted_alone = 1, 0

    def try_again(self) -> None:
        self.places = _FEW
        self.tries_again_after *= 2


class ConcurrencyLimiter:
    """A write takes a place on every network it touches until it has settled."""

    def __init__(self) -> None:
        self._rooms: dict[VnetId, _Room] = {}
        self._waiting: list[asyncio.Future[None]] = []

    def _room(self, vnet: VnetId) -> _Room:
        return self._rooms.setdefault(vnet, _Room())

    async def take(self, vnets: Sequence[VnetId]) -> None:
        """Waits until there is room on all of `vnets`, and takes a place on each."""
        loop = asyncio.get_running_loop()
        while True:
            if (closed := max(self._room(vnet).closed_until for vnet in vnets) - loop.time()) > 0:
                await asyncio.sleep(max(closed, _TICK_SECONDS))
            elif all(self._room(vnet).is_free() for vnet in vnets):
                break
            else:
                turn = loop.create_future()
                self._waiting.append(turn)
                await turn
        for vnet in vnets:
            self._room(vnet).under_way += 1

    def give_back(self, vnets: Sequence[VnetId]) -> None:
        for vnet in vnets:
            self._room(vnet).under_way -= 1
        self._wake()

    def accepted(self, vnets: Sequence[VnetId]) -> None:
        """A write was accepted while it held its places."""
        for room in map(self._room, vnets):
            room.refused_by_others = 0
            if room.places == 1:
                room.accepted_alone += 1
                if room.accepted_alone >= room.tries_again_after:
                    room.try_again()
        self._wake()

    def survived(self, vnets: Sequence[VnetId]) -> None:
        """A write that was accepted has lived for `SURVIVES_AFTER_SECONDS`: with company, that settles it."""
        for room in map(self._room, vnets):
            if room.places == _FEW and room.under_way > 1:
                room.places = None
        self._wake()

    def is_learning(self, vnets: Sequence[VnetId]) -> bool:
        """Whether what happens next to a write tells how many run side by side: it has company, and of neither network
        is that known."""
        return all(room.places == _FEW and room.under_way > 1 for room in map(self._room, vnets))

    def refused(self, vnets: Sequence[VnetId]) -> bool:
        """A write was refused as busy and gave its places back; returns whether one of our own was beside it."""
        rooms = [self._room(vnet) for vnet in vnets]
        beside = [room for room in rooms if room.under_way]
        for room in beside:
            room.close()
        return bool(beside)

    def busy_with_others(self, vnets: Sequence[VnetId]) -> int:
        """A write was refused as busy with none of ours beside it: one of ours is enough to find out when that is
        over. Returns how often that has been so in a row."""
        rooms = [self._room(vnet) for vnet in vnets]
        for room in rooms:
            room.close()
            room.refused_by_others += 1
        return max(room.refused_by_others for room in rooms)

    def close_until(self, vnets: Sequence[VnetId], time: float) -> None:
        """Nothing is written to `vnets` before `time`, in seconds of the loop's clock."""
        for room in map(self._room, vnets):
            room.closed_until = max(room.closed_until, time)

    def failed_late(self, vnets: Sequence[VnetId]) -> None:
        """An accepted write failed because of another one, which may have ended since."""
        for room in map(self._room, vnets):
            room.close()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for turn in waiting:
            if not turn.done():
                turn.set_result(None)
