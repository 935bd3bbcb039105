"""The rules of virtual networks and their peerings: timeless, without I/O, raising what Azure would answer.

Every method either applies one accepted request in full or raises `ArmError` and changes nothing. How long
Azure takes for it, and what else is going on meanwhile, is the business of `world`.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any
from uuid import UUID

from simulator.network import refusals
from simulator.network.resources import (
    Peering,
    PeeringFlags,
    PeeringState,
    Prefixes,
    Subnet,
    SyncLevel,
    Vnet,
    VnetKey,
)
from simulator.network.unsettled import Answers, DisconnectedPair, EarlierHalf, Matching

# https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits
MAX_PEERINGS_PER_VNET = 500
_PEERING_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?")
# A subnet peering's guid was recorded to differ from the exclusive or of both networks' guids in these bits.
_SUBNET_PEERING_BITS = 0x0000000A << 96


class Estate:
    """All virtual networks of all subscriptions."""

    def __init__(self, new_guid: Callable[[], UUID], answers: Answers | None = None) -> None:
        self.vnets: dict[VnetKey, Vnet] = {}
        self.answers = answers or Answers()
        self._new_guid = new_guid

    # --- reading ----------------------------------------------------------------------------------

    def other_half(self, vnet: Vnet, half: Peering) -> Peering | None:
        """The half on the remote network that belongs to this one."""
        remote = self.vnets.get(half.remote)
        if remote is None or not self._is_bound(half, remote):
            return None
        other = remote.peering_to(vnet.key)
        return other if other is not None and self._is_bound(other, vnet) else None

    def _is_bound(self, half: Peering, remote: Vnet) -> bool:
        return self.answers.matching is Matching.BY_ID or half.remote_guid == remote.guid

    def remote_space_now(self, half: Peering) -> Prefixes:
        """The address space the remote has at this moment, or its last known one."""
        remote = self.vnets.get(half.remote)
        return half.remote_space if remote is None else _offered(remote, half.flags.remote_subnet_names)

    def local_space_now(self, vnet: Vnet, half: Peering) -> Prefixes:
        return _offered(vnet, half.flags.local_subnet_names)

    def sync_level(self, vnet: Vnet, half: Peering) -> SyncLevel:
        """Local: this half has an old address space of the remote. Remote: the other half has an old one of
        ours, or does not exist."""
        other = self.other_half(vnet, half)
        local = half.remote_space == self.remote_space_now(half)
        remote = other is not None and other.remote_space == self.local_space_now(vnet, half)
        match local, remote:
            case True, True:
                return SyncLevel.FULLY
            case False, True:
                return SyncLevel.LOCAL_NOT
            case True, False:
                return SyncLevel.REMOTE_NOT
            case _:
                return SyncLevel.NEITHER

    def halves_pointing_at(self, key: VnetKey) -> Iterator[tuple[Vnet, Peering]]:
        for vnet in self.vnets.values():
            half = vnet.peering_to(key)
            if half is not None:
                yield vnet, half

    # --- virtual networks -------------------------------------------------------------------------

    def put_vnet(
        self,
        key: VnetKey,
        *,
        vnet_id: str,
        name: str,
        location: str,
        space: Prefixes,
        tags: dict[str, str] | None,
        properties: dict[str, Any],
        subnets: dict[str, Subnet] | None,
        api_version: str,
    ) -> tuple[Vnet, bool]:
        """Creates or replaces a network; returns it and whether it is new.

        Peerings in a body are ignored: leaving them out, or sending an empty list, keeps those there are.
        A body without subnets keeps those there are, too.
        """
        vnet = self.vnets.get(key)
        wanted = (vnet.subnets if vnet else {}) if subnets is None else subnets
        for prefix in space:
            _check_prefix(prefix, vnet_id)
        for subnet in vnet.subnets.values() if vnet else ():
            if subnet.name.lower() in wanted and not _lies_in(subnet, space):
                raise refusals.prefix_in_use(vnet_id, subnet.name)
        _check_subnets(wanted, space, vnet_id)
        if vnet is None:
            vnet = Vnet(
                key=key,
                id=vnet_id,
                name=name,
                location=location,
                guid=self._new_guid(),
                etag=self._new_guid(),
                space=space,
                tags=tags,
                properties=properties,
                subnets=wanted,
            )
            self.vnets[key] = vnet
            return vnet, True
        if subnets is not None:
            for folded, subnet in vnet.subnets.items():
                if subnet.ip_configurations and folded not in subnets:
                    raise refusals.subnet_in_use(vnet.subnet_id(subnet.name), subnet.ip_configurations[0])
        self._check_new_space(vnet, space, api_version)
        for folded, subnet in wanted.items():
            if folded in vnet.subnets:
                subnet.ip_configurations = vnet.subnets[folded].ip_configurations
        vnet.space, vnet.tags, vnet.properties, vnet.subnets = space, tags, properties, wanted
        return vnet, False

    def _check_new_space(self, vnet: Vnet, space: Prefixes, api_version: str) -> None:
        if set(space) == set(vnet.space) or not vnet.peerings:
            return
        if api_version < "2021-01-01":
            raise refusals.space_change_needs_newer_version(vnet.id)
        added = tuple(prefix for prefix in space if prefix not in vnet.space)
        for half in vnet.peerings.values():
            remote = self.vnets.get(half.remote)
            if remote is None:
                continue
            if clash := overlaps(added, remote.space):
                raise refusals.spaces_overlap(vnet.peering_id(half.name), vnet.id, remote.id, clash)
            self._check_against_peers(vnet.id, vnet, added, remote)

    def delete_vnet(self, vnet: Vnet) -> None:
        """Removes a network; halves elsewhere that were connected to it are left behind as Disconnected."""
        for subnet in vnet.subnets.values():
            if subnet.ip_configurations:
                raise refusals.subnet_in_use(vnet.subnet_id(subnet.name), subnet.ip_configurations[0])
        self.drop_vnet(vnet)

    def drop_vnet(self, vnet: Vnet) -> None:
        """Removes a network whatever still uses it, as the deletion of its resource group does."""
        for half in list(vnet.peerings.values()):
            self.delete_peering(vnet, half)
        del self.vnets[vnet.key]

    def put_subnet(self, vnet: Vnet, subnet: Subnet) -> bool:
        """Creates or replaces one subnet; returns whether it is new."""
        folded = subnet.name.lower()
        _check_subnets(vnet.subnets | {folded: subnet}, vnet.space, vnet.id)
        earlier = vnet.subnets.get(folded)
        if earlier:
            subnet.ip_configurations = earlier.ip_configurations
        vnet.subnets[folded] = subnet
        return earlier is None

    def delete_subnet(self, vnet: Vnet, subnet: Subnet) -> None:
        if subnet.ip_configurations:
            raise refusals.subnet_in_use(vnet.subnet_id(subnet.name), subnet.ip_configurations[0])
        del vnet.subnets[subnet.name.lower()]

    # --- peerings ---------------------------------------------------------------------------------

    def put_peering(
        self, vnet: Vnet, name: str, remote_id: str, flags: PeeringFlags, *, sync: bool
    ) -> tuple[Peering, bool]:
        """Creates or updates one half; returns it and whether it is new.

        The half becomes Connected where the other half waits for it, together with that other half, and
        Initiated where there is none. An update takes over the remote's address space only with `sync`.
        """
        peering_id = vnet.peering_id(name)
        if not _PEERING_NAME.fullmatch(name):
            raise refusals.invalid_name(name)
        remote_key = VnetKey.parse(remote_id)
        if remote_key is None:
            raise refusals.invalid_body(f"remoteVirtualNetwork.id of {peering_id} is not a virtual network.")
        if remote_key == vnet.key:
            raise refusals.peering_with_itself(peering_id, vnet.id)
        half = vnet.peerings.get(name.lower())
        if half is not None and half.remote != remote_key:
            raise refusals.remote_is_fixed(peering_id)
        remote = self.vnets.get(remote_key)
        answer = self._on_earlier_half(half, remote)
        if answer is EarlierHalf.REFUSED:
            raise refusals.remote_is_fixed(peering_id)
        if remote is None:
            raise refusals.reference_not_found(
                peering_id, remote_id, elsewhere=remote_key.subscription != vnet.key.subscription
            )
        namesake = vnet.peering_to(remote_key)
        if namesake is not None and namesake is not half:
            raise refusals.remote_already_referenced(vnet.id, remote.id, vnet.peering_id(namesake.name))
        other = remote.peering_to(vnet.key)
        if other is not None and other.state is PeeringState.DISCONNECTED and not self._may_leave(half):
            raise refusals.remote_is_disconnected(peering_id, remote.peering_id(other.name))
        self._check_overlap(peering_id, vnet, remote)
        self._check_gateways(vnet, peering_id, half, flags, remote, other)
        if half is None and len(vnet.peerings) >= MAX_PEERINGS_PER_VNET:
            raise refusals.too_many_peerings(vnet.id, MAX_PEERINGS_PER_VNET)

        if half is not None and answer is EarlierHalf.KEPT:
            half.flags = flags
            return half, False
        waits = other is not None and other.state is not PeeringState.DISCONNECTED
        waiting = other if other is not None and waits and self._is_bound(other, vnet) else None
        state = PeeringState.CONNECTED if waiting else PeeringState.INITIATED
        guid = UUID(int=vnet.guid.int ^ remote.guid.int)
        if not flags.peer_complete_vnets:
            guid = UUID(int=guid.int ^ _SUBNET_PEERING_BITS)
        created = half is None
        if half is None:
            half = Peering(
                name=name,
                remote=remote_key,
                remote_id=remote_id,
                remote_guid=remote.guid,
                guid=guid,
                state=state,
                flags=flags,
                remote_space=_offered(remote, flags.remote_subnet_names),
            )
            vnet.peerings[name.lower()] = half
        else:
            if sync or half.state is PeeringState.DISCONNECTED or half.remote_guid != remote.guid:
                half.remote_space = _offered(remote, flags.remote_subnet_names)
            half.state, half.flags, half.remote_guid, half.guid = state, flags, remote.guid, guid
        if waiting:
            waiting.state = PeeringState.CONNECTED
        return half, created

    def _may_leave(self, half: Peering | None) -> bool:
        """Whether a half that says Disconnected may be written although the other one says so, too."""
        return (
            self.answers.disconnected_pair is DisconnectedPair.ACCEPTED
            and half is not None
            and half.state is PeeringState.DISCONNECTED
        )

    def _on_earlier_half(self, half: Peering | None, remote: Vnet | None) -> EarlierHalf:
        """What becomes of a write of this half, if it waits for a network that was created anew since."""
        if half is None or remote is None or half.state is not PeeringState.INITIATED:
            return EarlierHalf.REBOUND
        return EarlierHalf.REBOUND if self._is_bound(half, remote) else self.answers.earlier_half

    def delete_peering(self, vnet: Vnet, half: Peering) -> None:
        """Removes one half; the other, where it was connected, stays as Disconnected."""
        other = self.other_half(vnet, half)
        if other is not None and other.state is PeeringState.CONNECTED:
            other.state = PeeringState.DISCONNECTED
        del vnet.peerings[half.name.lower()]

    def _check_overlap(self, peering_id: str, vnet: Vnet, remote: Vnet) -> None:
        if clash := overlaps(vnet.space, remote.space):
            raise refusals.spaces_overlap(peering_id, vnet.id, remote.id, clash)
        self._check_against_peers(peering_id, vnet, vnet.space, remote)
        self._check_against_peers(peering_id, remote, remote.space, vnet)

    def _check_against_peers(self, what: str, one: Vnet, space: Prefixes, hub: Vnet) -> None:
        """Refuses where `space` of `one` overlaps with anything already peered to `hub`, stale halves
        included (microsoft/AzureTRE#4641)."""
        for half in hub.peerings.values():
            if half.remote != one.key and (clash := overlaps(space, half.remote_space)):
                raise refusals.overlaps_with_peered(what, one.id, half.remote_id, hub.id, clash)

    def _check_gateways(
        self,
        vnet: Vnet,
        peering_id: str,
        half: Peering | None,
        flags: PeeringFlags,
        remote: Vnet,
        other: Peering | None,
    ) -> None:
        if not flags.use_remote_gateways:
            return
        for rival in vnet.peerings.values():
            if rival is not half and rival.flags.use_remote_gateways:
                raise refusals.second_remote_gateway(peering_id, vnet.peering_id(rival.name))
        if vnet.gateway_ids():
            raise refusals.own_gateway_present(peering_id, vnet.id)
        if flags.do_not_verify_remote_gateways:
            return
        if not remote.gateway_ids():
            raise refusals.remote_has_no_gateways(peering_id, remote.id)
        if other is None or not other.flags.allow_gateway_transit:
            raise refusals.remote_denies_transit(peering_id)

    # --- etags ------------------------------------------------------------------------------------

    def touch(self, *vnets: Vnet | None) -> None:
        """Gives networks a new etag; their subnets and peerings carry the same one."""
        for vnet in vnets:
            if vnet is not None:
                vnet.etag = self._new_guid()


def _offered(vnet: Vnet, subnet_names: Prefixes) -> Prefixes:
    """What a peering sees of `vnet`: everything, or the prefixes of the subnets it names."""
    if not subnet_names:
        return vnet.space
    named = {name.lower() for name in subnet_names}
    return tuple(
        prefix for folded, subnet in vnet.subnets.items() if folded in named for prefix in subnet.prefixes()
    )


@lru_cache(maxsize=4096)
def _network(prefix: str) -> IPv4Network | IPv6Network:
    return ip_network(prefix)


def overlaps(one: Prefixes, two: Prefixes) -> list[str]:
    """The prefixes of both that share addresses."""
    clash: list[str] = []
    for a in one:
        for b in two:
            first, second = _network(a), _network(b)
            if first.version == second.version and first.overlaps(second):
                clash += [prefix for prefix in (a, b) if prefix not in clash]
    return clash


def _check_prefix(prefix: object, of: str) -> None:
    if not isinstance(prefix, str) or "/" not in prefix:
        raise refusals.invalid_prefix(prefix, of)
    try:
        _network(prefix)
    except ValueError as error:
        raise refusals.invalid_prefix(prefix, of) from error


def _check_subnets(subnets: dict[str, Subnet], space: Prefixes, vnet_id: str) -> None:
    taken: list[str] = []
    for subnet in subnets.values():
        for prefix in subnet.prefixes():
            _check_prefix(prefix, f"{vnet_id}/subnets/{subnet.name}")
        if not _lies_in(subnet, space):
            raise refusals.subnet_outside(subnet.name, vnet_id)
        if overlaps(subnet.prefixes(), tuple(taken)):
            raise refusals.subnets_overlap(subnet.name, vnet_id)
        taken += subnet.prefixes()


def _lies_in(subnet: Subnet, space: Prefixes) -> bool:
    """Whether each prefix of the subnet is part of one of the network's."""
    return all(
        any(
            overlaps((outer,), (inner,)) and _network(outer).prefixlen <= _network(inner).prefixlen
            for outer in space
        )
        for inner in subnet.prefixes()
    )
