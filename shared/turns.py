"""How many of our writes may be under way on one virtual network, learnt from what Azure accepts.

Whether Azure lets writes of different peerings run beside each other on one network differs from place to
place and is documented nowhere. So a network starts with room for the two writes of a pair, the room doubles
as long as writes beside others are accepted, and one refusal makes writes take turns from then on.
"""

import asyncio
from collections.abc import Sequence

from shared.resource_ids import VnetId

_ROOM_AT_FIRST = 2
_ROOM_AT_MOST = 64
"""Keeps a burst within the network provider's 1,000 writes in 5 minutes at some 12 s each."""


class Turns:
    """The room on each network; a write takes a place on every network it touches until it has settled."""

    def __init__(self) -> None:
        self._room: dict[VnetId, int] = {}
        self._under_way: dict[VnetId, int] = {}
        self._waiting: list[asyncio.Future[None]] = []

    async def take(self, vnets: Sequence[VnetId]) -> None:
        """Waits until there is room on all of `vnets`, and takes a place on each."""
        while not all(self._has_room(vnet) for vnet in vnets):
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            await turn
        for vnet in vnets:
            self._under_way[vnet] = self._under_way.get(vnet, 0) + 1

    def give_back(self, vnets: Sequence[VnetId]) -> None:
        for vnet in vnets:
            self._under_way[vnet] -= 1
            if not self._under_way[vnet]:
                del self._under_way[vnet]
        waiting, self._waiting = self._waiting, []
        for turn in waiting:
            if not turn.done():
                turn.set_result(None)

    def accepted(self, vnets: Sequence[VnetId]) -> None:
        """A write was accepted while it held its places: beside others, that means there is more room."""
        for vnet in vnets:
            room = self._room.get(vnet, _ROOM_AT_FIRST)
            if 1 < room <= self._under_way.get(vnet, 0):
                self._room[vnet] = min(2 * room, _ROOM_AT_MOST)

    def refused(self, vnets: Sequence[VnetId]) -> bool:
        """A write was refused as busy; returns whether that was because of a write of our own."""
        beside = [vnet for vnet in vnets if self._under_way.get(vnet, 0) > 1]
        for vnet in beside:
            self._room[vnet] = 1
        return bool(beside)

    def failed_late(self, vnets: Sequence[VnetId]) -> None:
        """An accepted write failed because of another one, which may have ended since."""
        for vnet in vnets:
            self._room[vnet] = 1

    def _has_room(self, vnet: VnetId) -> bool:
        return self._under_way.get(vnet, 0) < self._room.get(vnet, _ROOM_AT_FIRST)
