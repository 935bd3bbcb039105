"""How many of our writes may be under way on one virtual network, learned from Azure's answers.

Whether Azure lets writes of different peerings run beside each other on one network differs from place to place and
is documented nowhere. So a few are sent at once. If one of them lasts, there is no limit any more. If one is refused,
or fails, because of another, writes take turns until it is time to probe again.
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
_PROBES_AGAIN_AFTER = 16
"""Writes that have taken turns before a few are tried side by side again; doubles with each time it was in vain."""


@dataclass(slots=True)
class _Limit:
    """How many writes one network takes at once, as far as is known. `most` is None for no limit."""

    most: int | None = _FEW
    under_way: int = 0
    accepted_in_turn: int = 0
    probes_again_after: int = _PROBES_AGAIN_AFTER
    refused_by_others: int = 0
    """In a row: how often somebody else's write kept ours from being taken."""
    paused_until: float = 0.0

    def is_free(self) -> bool:
        return self.most is None or self.under_way < self.most

    def take_turns(self) -> None:
        if self.most == 1:
            return
        self.most, self.accepted_in_turn = 1, 0

    def probe_again(self) -> None:
        self.most = _FEW
        self.probes_again_after *= 2


class ConcurrencyLimiter:
    """A write counts on every network it touches until it has settled."""

    def __init__(self) -> None:
        self._limits: dict[VnetId, _Limit] = {}
        self._waiting: list[asyncio.Future[None]] = []

    def _of(self, vnet: VnetId) -> _Limit:
        return self._limits.setdefault(vnet, _Limit())

    async def acquire(self, vnets: Sequence[VnetId]) -> None:
        """Waits until all of `vnets` take another write, and counts it on each."""
        loop = asyncio.get_running_loop()
        while True:
            if (paused := max(self._of(vnet).paused_until for vnet in vnets) - loop.time()) > 0:
                await asyncio.sleep(max(paused, _TICK_SECONDS))
            elif all(self._of(vnet).is_free() for vnet in vnets):
                break
            else:
                free = loop.create_future()
                self._waiting.append(free)
                await free
        for vnet in vnets:
            self._of(vnet).under_way += 1

    def release(self, vnets: Sequence[VnetId]) -> None:
        for vnet in vnets:
            self._of(vnet).under_way -= 1
        self._wake()

    def accepted(self, vnets: Sequence[VnetId]) -> None:
        """A write was accepted; it goes on being counted."""
        for each in map(self._of, vnets):
            each.refused_by_others = 0
            if each.most == 1:
                each.accepted_in_turn += 1
                if each.accepted_in_turn >= each.probes_again_after:
                    each.probe_again()
        self._wake()

    def survived(self, vnets: Sequence[VnetId]) -> None:
        """A write has lasted for `SURVIVES_AFTER_SECONDS`: if it was not alone, there is no limit."""
        for each in map(self._of, vnets):
            if each.most == _FEW and each.under_way > 1:
                each.most = None
        self._wake()

    def is_learning(self, vnets: Sequence[VnetId]) -> bool:
        """Whether the next answer shows how many writes run side by side: another one is under way on each network, and
        the limit of neither is known yet."""
        return all(each.most == _FEW and each.under_way > 1 for each in map(self._of, vnets))

    def refused(self, vnets: Sequence[VnetId]) -> bool:
        """A write was refused as busy and is not counted any more; returns whether one of our own was beside it."""
        limits = [self._of(vnet) for vnet in vnets]
        beside = [each for each in limits if each.under_way]
        for each in beside:
            each.take_turns()
        return bool(beside)

    def busy_with_others(self, vnets: Sequence[VnetId]) -> int:
        """A write was refused as busy with none of ours beside it: one of ours is enough to find out when that is
        over. Returns how often that has been so in a row."""
        limits = [self._of(vnet) for vnet in vnets]
        for each in limits:
            each.take_turns()
            each.refused_by_others += 1
        return max(each.refused_by_others for each in limits)

    def pause_until(self, vnets: Sequence[VnetId], time: float) -> None:
        """Nothing is written to `vnets` before `time`, in seconds of the loop's clock."""
        for each in map(self._of, vnets):
            each.paused_until = max(each.paused_until, time)

    def failed_late(self, vnets: Sequence[VnetId]) -> None:
        """An accepted write failed because of another one, which may have ended since."""
        for each in map(self._of, vnets):
            each.take_turns()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for free in waiting:
            if not free.done():
                free.set_result(None)
