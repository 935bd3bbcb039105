"""Reads Azure for all runs of one process: those that look at the same time look together.

Two hundred events at once would otherwise read each its spoke, the hub and a resource group, and Resource Manager
has 250 reads ready: docs/decisions/0008-look-together.md.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from functools import partial

from ..model.changes import Change
from ..model.errors import ErrorKind, NetworkError
from ..model.ids import GroupId, PeeringId, VnetId
from ..model.observed import ObservedPeering, Vnet
from .batcher import Batcher, ReadRateLimiter
from .ports import Accepted, NetworkApi, Progress

FEW = 3
"""Up to as many are read one by one rather than from a list."""
_PAGE = 100
"""Networks that Azure shows on one page of a list, as far as was seen."""
_READS_PER_SECOND, _READS_AT_ONCE = 10, 10
"""Of the 25 a second and 250 at once that Resource Manager hands out, for networks and groups, and as many again for
operations; others read as well.
https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling"""


class CoalescingReader:
    """A `NetworkApi`. What is asked while a read goes on is answered by the next one."""

    def __init__(self, network: NetworkApi) -> None:
        self._network = network
        self._readers: dict[str, _SubscriptionReader] = {}

    def _reader(self, subscription: str) -> "_SubscriptionReader":
        folded = subscription.lower()
        if folded not in self._readers:
            self._readers[folded] = _SubscriptionReader(self._network, subscription)
        return self._readers[folded]

    async def list_vnets(self, subscription: str) -> tuple[Vnet, ...]:
        return tuple((await self._reader(subscription).every_vnet()).values())

    async def get_vnet(self, vnet: VnetId) -> Vnet | None:
        return await self._reader(vnet.subscription).vnets.ask(vnet)

    async def get_peering(self, peering: PeeringId) -> ObservedPeering | None:
        await self._reader(peering.vnet.subscription).admit_poll()
        return await self._network.get_peering(peering)

    async def list_managers(self, subscription: str) -> Mapping[GroupId, str | None]:
        return await self._reader(subscription).every_manager()

    async def get_manager(self, group: GroupId) -> str | None:
        return await self._reader(group.subscription).managers.ask(group)

    async def apply(self, change: Change) -> Accepted:
        return await self._network.apply(change)

    async def progress(self, accepted: Accepted) -> Progress:
        await self._reader(accepted.change.peering.vnet.subscription).admit_poll()
        return await self._network.progress(accepted)


class _SubscriptionReader:
    """One subscription: Azure counts reads for each."""

    def __init__(self, network: NetworkApi, subscription: str) -> None:
        self._network = network
        self._subscription = subscription
        self._rate = ReadRateLimiter(_READS_PER_SECOND, _READS_AT_ONCE)
        self._poll_rate = ReadRateLimiter(_READS_PER_SECOND, _READS_AT_ONCE)
        self._pages = 1.0
        self._vnet_lists = Batcher(self._list_vnets, self._rate)
        self._manager_lists = Batcher(self._list_managers, self._rate)
        self.every_vnet = partial(self._vnet_lists.ask, subscription)
        self.every_manager = partial(self._manager_lists.ask, subscription)
        self.vnets = Batcher(self._read_vnets, self._rate)
        self.managers = Batcher(self._read_managers, self._rate)

    async def admit_poll(self) -> None:
        """Waits for room to ask how one write goes on."""
        await self._poll_rate.admit()
        self._poll_rate.spend(1)

    async def _list_vnets(self, asked: Mapping[str, int]) -> AsyncIterator[tuple[str, Mapping[VnetId, Vnet]]]:
        listed = {vnet.id: vnet for vnet in await self._network.list_vnets(self._subscription)}
        self._pages = 1 + len(listed) / _PAGE
        self._rate.spend(self._pages)
        for key in asked:
            yield key, listed

    async def _list_managers(
        self, asked: Mapping[str, int]
    ) -> AsyncIterator[tuple[str, Mapping[GroupId, str | None]]]:
        listed = await self._network.list_managers(self._subscription)
        self._rate.spend(self._pages)
        for key in asked:
            yield key, listed

    async def _read_vnets(
        self, asked: Mapping[VnetId, int]
    ) -> AsyncIterator[tuple[VnetId, Vnet | NetworkError | None]]:
        """What several ask for, as a hub, is read by itself, and so is what a list does not show: that proves
        nothing."""
        by_list = [vnet for vnet, askers in asked.items() if askers == 1]
        listed = await self._found(by_list, self.every_vnet)
        for vnet in listed:
            yield vnet, listed[vnet]
        rest = [vnet for vnet in asked if vnet not in listed]
        async for answer in self._one_by_one(rest, self._network.get_vnet):
            yield answer

    async def _read_managers(
        self, asked: Mapping[GroupId, int]
    ) -> AsyncIterator[tuple[GroupId, str | NetworkError | None]]:
        listed = await self._found(list(asked), self.every_manager)
        for group in listed:
            yield group, listed[group]
        rest = [group for group in asked if group not in listed]
        async for answer in self._one_by_one(rest, self._network.get_manager):
            yield answer

    async def _found[Key, Value](
        self, wanted: Collection[Key], every: Callable[[], Awaitable[Mapping[Key, Value]]]
    ) -> dict[Key, Value]:
        """What a list shows of the wanted ones, where it is cheaper than reading each."""
        if len(wanted) <= max(FEW, self._pages):
            return {}
        try:
            listed = await every()
        except NetworkError as error:
            if error.kind is not ErrorKind.NEEDS_A_PERSON:
                raise
            return {}  # some may read single networks and not the list
        return {key: listed[key] for key in wanted if key in listed}

    async def _one_by_one[Key, Value](
        self, keys: Collection[Key], read: Callable[[Key], Awaitable[Value]]
    ) -> AsyncIterator[tuple[Key, Value | NetworkError]]:
        async def one(key: Key) -> tuple[Key, Value | NetworkError]:
            try:
                return key, await read(key)
            except NetworkError as error:
                return key, error

        reading = []
        for key in keys:
            await self._rate.admit()
            self._rate.spend(1)
            reading.append(asyncio.create_task(one(key)))
        for done in asyncio.as_completed(reading):
            yield await done
