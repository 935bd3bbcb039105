"""Reads from Azure what a decision needs: as little as it takes, and nothing taken for absent that is only unseen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from shared.desired import HubError, PeeringPolicy, hub_at
from shared.network import Network
from shared.plan import in_the_way, may_be_leftover
from shared.resource_ids import GroupId, PeeringId, VnetId
from shared.settings import Settings
from shared.topology import Topology, Vnet

_FEW_GROUPS = 3
"""Up to as many groups are read one by one rather than as a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    hub: Vnet
    spokes: tuple[VnetId, ...]
    """The networks in question."""
    topology: Topology

    def knowing(self, managers: Mapping[GroupId, str | None]) -> "Observation":
        known = {**self.topology.managers, **managers}
        return replace(self, topology=replace(self.topology, managers=known))


class Observer:
    """All methods raise `NetworkError` where Azure cannot be read."""

    def __init__(self, network: Network, settings: Settings) -> None:
        self._network = network
        self._settings = settings

    @property
    def _policy(self) -> PeeringPolicy:
        return self._settings.policy

    async def observe(self, look_at: VnetId | PeeringId | None) -> Observation:
        """What an event names, with its hub; None is the whole subscription.

        Raises `HubError` where the hub cannot be told.
        """
        own = self._settings.subscription_id
        listed: tuple[Vnet, ...] | None = None
        hub_id = self._settings.hub_vnet_id
        if hub_id is None or look_at is None:
            listed = await self._network.list_vnets(own)
        if hub_id is None:
            hub_id = hub_at(self._settings.hub_location or "", listed or ())
        hub = await self._network.get_vnet(hub_id)
        if hub is None:
            raise HubError(
                f"HUB_VNET_ID: {hub_id} does not exist; create the hub, or set HUB_VNET_ID to another one"
            )
        spoke = _spoke_in_question(look_at, hub)
        if spoke is not None:
            return await self._observe_one(hub, spoke)
        if listed is None:
            listed = await self._network.list_vnets(own)
        seen = {vnet.id for vnet in listed}
        leftovers = [half.remote for half in hub.peerings if may_be_leftover(half, self._policy)]
        gone = await self._proven_gone(leftovers, seen)
        spokes = tuple(vnet.id for vnet in listed if vnet.id != hub.id)
        return Observation(hub=hub, spokes=spokes, topology=Topology.of(listed, gone))

    async def _observe_one(self, hub: Vnet, spoke: VnetId) -> Observation:
        seen = await self._network.get_vnet(spoke)
        if seen is None:
            suspects = [spoke]
        else:
            halves = in_the_way(hub, seen, self._policy)
            suspects = [half.remote for half in halves if may_be_leftover(half, self._policy)]
        gone = await self._proven_gone(suspects, None)
        return Observation(hub=hub, spokes=(spoke,), topology=Topology.of([seen] if seen else [], gone))

    async def _proven_gone(
        self, suspects: Iterable[VnetId], listed: Collection[VnetId] | None
    ) -> list[VnetId]:
        """Those that Azure says do not exist, in a subscription that the app's rights are shown to reach.

        Missing in a list proves nothing, and a single answer little: both have to agree.
        """
        missing = [
            vnet
            for vnet in suspects
            if self._policy.covers(vnet)
            and (listed is None or vnet not in listed)
            and await self._network.get_vnet(vnet) is None
        ]
        if missing and listed is None:
            listed = {vnet.id for vnet in await self._network.list_vnets(self._settings.subscription_id)}
        return [vnet for vnet in missing if vnet not in (listed or ())]

    async def read_managers(self, groups: Collection[GroupId]) -> dict[GroupId, str | None]:
        """Who manages these resource groups; one that went away meanwhile is left out."""
        if len(groups) <= _FEW_GROUPS:
            return {group: await self._network.get_manager(group) for group in groups}
        managers: dict[GroupId, str | None] = {}
        for subscription in {group.subscription for group in groups}:
            managers |= await self._network.list_managers(subscription)
        return managers


def _spoke_in_question(look_at: VnetId | PeeringId | None, hub: Vnet) -> VnetId | None:
    """Which network an event is about, or None for all: an event about the hub itself can concern any."""
    match look_at:
        case None:
            return None
        case PeeringId(vnet=vnet) if vnet == hub.id:
            return next((half.remote for half in hub.peerings if half.id == look_at), None)
        case PeeringId(vnet=vnet):
            return vnet
        case VnetId():
            return None if look_at == hub.id else look_at
