"""Reads from Azure what a decision needs: as little as it takes, and nothing taken for absent that is only unseen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from ..classify.hubs import find_hubs, fits
from ..classify.selection import select
from ..config.document.model import TopologyDocument
from ..config.settings import Settings
from ..model.errors import ErrorKind, NetworkError
from ..model.ids import GroupId, PeeringId, VnetId
from ..model.observed import ObservedNetworks, Vnet
from ..plan.hub_plan import in_the_way, may_be_leftover
from ..plan.observation import Observation
from .backoff import PATIENCE_SECONDS
from .ports import NetworkApi

_FEW_GROUPS = 3
"""Up to as many groups are read one by one rather than as a list."""


class Observer:
    """All methods raise `NetworkError` where Azure cannot be read; of several subscriptions one that cannot be
    listed is left out, and named."""

    def __init__(self, network: NetworkApi, settings: Settings) -> None:
        self._network = network
        self._settings, self._policy = settings, settings.policy
        self._document = settings.document
        """With the IDs of the hubs that were found when everything was last listed."""

    async def observe(
        self, look_at: VnetId | PeeringId | None, written: Collection[VnetId] = (), *, is_patient: bool = True
    ) -> Observation:
        """What an event names, with its hubs, and those among `written`; None is everything.

        Of everything, what Azure cannot show just now is left out where it `is_patient` no longer.
        """
        document = self._document
        ids = _ids(document)
        if look_at is None or len(ids) < len(document.hubs):
            return await self._observe_all(look_at, is_patient=is_patient)
        read: dict[VnetId, Vnet] = {}
        if isinstance(look_at, PeeringId) and look_at.vnet in ids:
            hub = await self._network.get_vnet(look_at.vnet)
            read = {hub.id: hub} if hub else {}
        spoke = _spoke_in_question(look_at, ids, read)
        return await (self._observe_one(spoke, document, read, written) if spoke else self._observe_all(None))

    async def _observe_all(
        self, look_at: VnetId | PeeringId | None, *, is_patient: bool = True
    ) -> Observation:
        """Lists every subscription, and reads each hub by itself: what is decided hinges on it."""
        listed, unlisted = await self._list(self._places(), is_patient)
        places = frozenset(place for place in self._places() if place not in unlisted)
        document = self._document = self._with_ids(listed, places)
        ids = _ids(document)
        hubs, missing, unreadable = await self._read_hubs(ids, {}, is_patient=is_patient)
        scope = _spoke_in_question(look_at, ids, hubs)
        suspects = self._suspects(scope, listed.get(scope) if scope else None, hubs.values())
        hidden = {
            vnet: unlisted[vnet.group_id.subscription]
            for vnet in suspects
            if vnet.group_id.subscription in unlisted
        }
        gone, unseen = await self._proven_gone(
            [vnet for vnet in suspects if vnet not in hidden], listed.keys()
        )
        seen = {vnet.id: vnet for vnet in {**listed, **hubs}.values() if vnet.id not in missing}
        return Observation(
            document=document,
            observed=ObservedNetworks(vnets=seen, gone=frozenset((*gone, *missing))),
            scope=scope,
            listed=places,
            unlisted=unlisted,
            unreadable={**unreadable, **unseen, **hidden},
        )

    async def _list(
        self, places: Collection[str], is_patient: bool
    ) -> tuple[dict[VnetId, Vnet], dict[str, NetworkError]]:
        """The networks, and the subscriptions that Azure would not list beside others that it did."""
        listed: dict[VnetId, Vnet] = {}
        unlisted: dict[str, NetworkError] = {}
        for place in places:
            try:
                listed |= {vnet.id: vnet for vnet in await self._network.list_vnets(place)}
            except NetworkError as error:
                if _may_pass(error, is_patient):
                    raise
                unlisted[place] = error
        if unlisted and len(unlisted) == len(places):
            raise next(iter(unlisted.values()))
        return listed, unlisted

    async def _observe_one(
        self,
        spoke: VnetId,
        document: TopologyDocument,
        read: Mapping[VnetId, Vnet],
        written: Collection[VnetId],
    ) -> Observation:
        if not self._policy.covers(spoke):
            return Observation(document=document, observed=ObservedNetworks.of([]), scope=spoke)
        seen = await self._network.get_vnet(spoke)
        if seen is not None and self._is_rival(seen, document):
            return await self._observe_all(spoke)
        wanted = self._hubs_of(seen, document, written) if seen else _ids(document)
        hubs, missing, unreadable = await self._read_hubs(wanted, read)
        if missing:
            return await self._observe_all(spoke)
        suspects = self._suspects(spoke, seen, hubs.values())
        gone, unseen = await self._proven_gone(suspects, None)
        return Observation(
            document=document,
            observed=ObservedNetworks.of([*hubs.values(), *([seen] if seen else [])], gone),
            scope=spoke,
            unreadable={**unreadable, **unseen},
        )

    def _suspects(self, scope: VnetId | None, seen: Vnet | None, hubs: Iterable[Vnet]) -> list[VnetId]:
        """Networks that may be gone, as far as the one in question needs it known; `seen` is that one."""
        if scope is not None and seen is None:
            return [scope]
        return [
            half.remote
            for hub in hubs
            for half in (in_the_way(hub, seen, self._policy) if seen else hub.peerings)
            if may_be_leftover(half, self._policy)
        ]

    def _places(self) -> tuple[str, ...]:
        """The subscriptions to list: those looked after, and those in which hubs are searched."""
        searched = [hub.subscription for hub in self._settings.document.hubs if hub.subscription]
        return tuple(dict.fromkeys((*self._settings.subscriptions, *searched)))

    def _with_ids(self, listed: Mapping[VnetId, Vnet], places: Collection[str]) -> TopologyDocument:
        """The document with the IDs of the hubs that are found."""
        document = self._settings.document
        found = find_hubs(document, ObservedNetworks(vnets=listed), self._settings.subscriptions, places)
        hubs = [replace(hub, id=hub.id or found[hub.name].vnet) for hub in document.hubs]
        return replace(document, hubs=tuple(hubs))

    def _hubs_of(self, seen: Vnet, document: TopologyDocument, written: Collection[VnetId]) -> list[VnetId]:
        """The hub that the network belongs to, those that it is peered to, and those that may still be to it."""
        own = self._settings.subscription_id
        choice = select(document, ObservedNetworks.of([seen]), own=own, listed=()).of(seen.id)
        return [
            hub.id
            for hub in document.hubs
            if hub.id and (hub.name == choice.hub or hub.id in written or seen.peering_to(hub.id))
        ]

    def _is_rival(self, seen: Vnet, document: TopologyDocument) -> bool:
        """Whether another network than the known hub fits what the document says of that hub."""
        return any(
            said.id is None and found.id != seen.id and fits(said, seen, self._settings.subscriptions)
            for said, found in zip(self._settings.document.hubs, document.hubs, strict=True)
        )

    async def _read_hubs(
        self, wanted: Iterable[VnetId], read: Mapping[VnetId, Vnet], *, is_patient: bool = True
    ) -> tuple[dict[VnetId, Vnet], list[VnetId], dict[VnetId, NetworkError]]:
        """Those read, those that do not exist, and those that Azure would not show beside others that it did."""
        hubs, missing = dict(read), list[VnetId]()
        unreadable: dict[VnetId, NetworkError] = {}
        for wanted_hub in dict.fromkeys(wanted):
            if wanted_hub in hubs:
                continue
            try:
                hub = await self._network.get_vnet(wanted_hub)
            except NetworkError as error:
                if _may_pass(error, is_patient):
                    raise
                unreadable[wanted_hub] = error
                continue
            if hub is None:
                missing.append(wanted_hub)
            else:
                hubs[wanted_hub] = hub
        if unreadable and not hubs:
            raise next(iter(unreadable.values()))
        return hubs, missing, unreadable

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
            if not self._policy.covers(vnet) or _is_listed(vnet, listed or ()):
                continue
            try:
                if await self._network.get_vnet(vnet) is None:
                    missing.append(vnet)
            except NetworkError as error:
                if error.kind is not ErrorKind.NEEDS_A_PERSON:
                    raise
                unreadable[vnet] = error
        if missing and listed is None:
            places = dict.fromkeys(vnet.group_id.subscription for vnet in missing)
            listed = {vnet.id for place in places for vnet in await self._network.list_vnets(place)}
        return [vnet for vnet in missing if not _is_listed(vnet, listed or ())], unreadable

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
                match error.kind:
                    case ErrorKind.STALE:
                        pass
                    case ErrorKind.NEEDS_A_PERSON:
                        errors[group] = error
                    case _:
                        raise
        return managers, errors


def _is_listed(vnet: VnetId, listed: Collection[VnetId]) -> bool:
    """Or may be what is listed with an ID that cannot be parsed."""
    return vnet in listed or any(other.may_be(vnet) for other in listed)


def _may_pass(error: NetworkError, is_patient: bool) -> bool:
    """Whether to look at everything again rather than to leave something out."""
    is_soon = (error.retry_after_seconds or 0) <= PATIENCE_SECONDS
    return error.kind is not ErrorKind.NEEDS_A_PERSON and is_patient and is_soon


def _ids(document: TopologyDocument) -> list[VnetId]:
    return [hub.id for hub in document.hubs if hub.id]


def _spoke_in_question(
    look_at: VnetId | PeeringId | None, hubs: Collection[VnetId], read: Mapping[VnetId, Vnet]
) -> VnetId | None:
    """Which network an event is about, or None for all: an event about a hub itself can concern any."""
    match look_at:
        case None:
            return None
        case PeeringId(vnet=vnet) if vnet in hubs:
            halves = read[vnet].peerings if vnet in read else ()
            named = next((half.remote for half in halves if half.id == look_at), None)
        case PeeringId(vnet=vnet):
            named = vnet
        case VnetId():
            named = look_at
    return None if named in hubs else named
