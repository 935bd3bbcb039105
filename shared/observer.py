"""Reads from Azure what a decision needs: as little as it takes, and nothing taken for absent that is only unseen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from shared.desired import HubError, PeeringPolicy, hub_at
from shared.network import Network, NetworkError, Trouble
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
    unreadable: Mapping[VnetId, NetworkError] = field(default_factory=dict)
    """Networks of which Azure would not say whether they exist."""

    def knowing(self, managers: Mapping[GroupId, str | None]) -> "Observation":
        known = {**self.topology.managers, **managers}
        return replace(self, topology=replace(self.topology, managers=known))


class Observer:
    """All methods raise `NetworkError` where Azure cannot be read."""

    def __init__(self, network: Network, settings: Settings) -> None:
        self._network = network
        self._settings = settings
        self._hub: VnetId | None = None
        """The hub that the hub's location told when everything was last listed."""

    @property
    def _policy(self) -> PeeringPolicy:
        return self._settings.policy

    async def observe(self, look_at: VnetId | PeeringId | None) -> Observation:
        """What an event names, with its hub; None is the whole subscription.

        Raises `HubError` where the hub cannot be told.
        """
        listed: tuple[Vnet, ...] | None = None
        if look_at is None or (self._settings.hub_vnet_id or self._hub) is None:
            listed = await self._list()
        hub_id = self._settings.hub_vnet_id or self._hub
        hub = await self._network.get_vnet(hub_id) if hub_id else None
        if hub is None:
            self._hub = None
            raise HubError(
                f"HUB_VNET_ID: {hub_id} does not exist; create the hub, or set HUB_VNET_ID to another one"
            )
        spoke = _spoke_in_question(look_at, hub)
        if spoke is not None:
            return await self._observe_one(hub, spoke)
        listed = await self._list() if listed is None else listed
        seen = {vnet.id for vnet in listed}
        leftovers = [half.remote for half in hub.peerings if may_be_leftover(half, self._policy)]
        gone, unreadable = await self._proven_gone(leftovers, seen)
        spokes = tuple(vnet.id for vnet in listed if vnet.id != hub.id)
        return Observation(hub=hub, spokes=spokes, topology=Topology.of(listed, gone), unreadable=unreadable)

    async def _list(self) -> tuple[Vnet, ...]:
        """All networks of the subscription; where a location tells the hub, so does this."""
        listed = await self._network.list_vnets(self._settings.subscription_id)
        if self._settings.hub_location is not None:
            self._hub = None
            self._hub = hub_at(self._settings.hub_location, listed)
        return listed

    async def _observe_one(self, hub: Vnet, spoke: VnetId) -> Observation:
        if not self._policy.covers(spoke):
            return Observation(hub=hub, spokes=(), topology=Topology.of([]))
        seen = await self._network.get_vnet(spoke)
        if seen is not None and self._is_rival(seen, hub):
            await self._list()
            if self._hub != hub.id:
                return await self.observe(spoke)
        if seen is None:
            suspects = [spoke]
        else:
            halves = in_the_way(hub, seen, self._policy)
            suspects = [half.remote for half in halves if may_be_leftover(half, self._policy)]
        gone, unreadable = await self._proven_gone(suspects, None)
        topology = Topology.of([seen] if seen else [], gone)
        return Observation(hub=hub, spokes=(spoke,), topology=topology, unreadable=unreadable)

    def _is_rival(self, seen: Vnet, hub: Vnet) -> bool:
        """Whether a network makes it doubtful which one is the hub: it lies where only the hub should."""
        return self._settings.hub_location == seen.location and seen.id != hub.id

    async def _proven_gone(
        self, suspects: Iterable[VnetId], listed: Collection[VnetId] | None
    ) -> tuple[list[VnetId], dict[VnetId, NetworkError]]:
        """Those that Azure says do not exist, in a subscription that the app's rights are shown to reach, and
        those of which it would not say.

        Missing in a list proves nothing, and a single answer little: both have to agree.
        """
        missing: list[VnetId] = []
        unreadable: dict[VnetId, NetworkError] = {}
        for vnet in dict.fromkeys(suspects):
            if not self._policy.covers(vnet) or vnet in (listed or ()):
                continue
            try:
                if await self._network.get_vnet(vnet) is None:
                    missing.append(vnet)
            except NetworkError as error:
                if error.trouble is not Trouble.NEEDS_A_PERSON:
                    raise
                unreadable[vnet] = error
        if missing and listed is None:
            listed = {vnet.id for vnet in await self._network.list_vnets(self._settings.subscription_id)}
        return [vnet for vnet in missing if vnet not in (listed or ())], unreadable

    async def read_managers(
        self, groups: Collection[GroupId]
    ) -> tuple[dict[GroupId, str | None], dict[GroupId, NetworkError]]:
        """Who manages these resource groups, and why some could not be read; one that is gone is in neither."""
        managers: dict[GroupId, str | None] = {}
        errors: dict[GroupId, NetworkError] = {}
        if len(groups) > _FEW_GROUPS:
            for subscription in dict.fromkeys(group.subscription for group in groups):
                managers |= await self._network.list_managers(subscription)
            return managers, errors
        for group in groups:
            try:
                managers[group] = await self._network.get_manager(group)
            except NetworkError as error:
                match error.trouble:
                    case Trouble.STALE:
                        pass
                    case Trouble.NEEDS_A_PERSON:
                        errors[group] = error
                    case _:
                        raise
        return managers, errors


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
