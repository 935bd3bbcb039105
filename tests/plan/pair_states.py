"""Every state that a hub and one spoke can get into, by the simulated network provider's own rules.

A state is an `Estate` without time: nothing is under way in it. Histories are all that people and Azure do to the
pair: networks deleted and created anew, halves made, changed and deleted under our names and others, address spaces
and gateways changed, writes that fail. What our own writes can do is a part of that.
"""

from collections import deque
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, partial
from random import Random
from uuid import UUID

from simulator.errors import ArmError
from simulator.network.estate import Estate
from simulator.network.resources import (
    Peering,
    PeeringFlags,
    PeeringState,
    Provisioning,
    Subnet,
    Vnet,
    VnetKey,
)
from simulator.network.unsettled import Answers

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
HUB, SPOKE, THEIRS = "hub", "spoke", "theirs"
GATEWAY = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network"
    "/virtualNetworkGateways/vpn/ipConfigurations/default"
)
SPACES = {
    HUB: (("10.0.0.0/24",), ("10.0.0.0/24", "10.0.1.0/24")),
    SPOKE: (("10.1.0.0/24",), ("10.1.0.0/24", "10.1.1.0/24")),
    THEIRS: (("10.2.0.0/24",),),
}
RIGHT = PeeringFlags(allow_forwarded_traffic=True)
WRONG = PeeringFlags(allow_forwarded_traffic=False)

type Key = tuple[object, ...]
type Action = Callable[[Estate], object]


@cache
def key_of(name: str) -> VnetKey:
    return VnetKey.of(SUBSCRIPTION, "rg", name)


def id_of(name: str) -> str:
    return (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/{name}"
    )


def our_name(local: str) -> str:
    return f"peer-{local}-{other(local)}"


def other(local: str) -> str:
    return SPOKE if local == HUB else HUB


def vnet(estate: Estate, name: str) -> Vnet | None:
    return estate.vnets.get(key_of(name))


def half(estate: Estate, local: str) -> Peering | None:
    found = vnet(estate, local)
    return found.peering_to(key_of(other(local))) if found else None


def describe(estate: Estate) -> Key:
    """What tells two states apart: guids only as far as a half is bound to the network of now."""
    parts: list[object] = []
    for name in (HUB, SPOKE):
        found = vnet(estate, name)
        if found is None:
            parts.append(None)
            continue
        mine = half(estate, name)
        remote = vnet(estate, other(name))
        parts.append((found.space, bool(found.gateway_ids()), len(found.peerings) - (mine is not None)))
        parts.append(
            mine
            and (
                mine.name,
                mine.state,
                mine.provisioning,
                remote is not None and mine.remote_guid == remote.guid,
                mine.remote_space,
                mine.flags.allow_forwarded_traffic,
                mine.flags.allow_gateway_transit,
                mine.flags.use_remote_gateways,
            )
        )
    return tuple(parts)


def clone(estate: Estate) -> Estate:
    """Networks and peerings are copied; what no action changes in place is shared."""
    new = copy(estate)
    new.vnets = {}
    for key, old in estate.vnets.items():
        one = new.vnets[key] = _copy(old)
        one.peerings = {name: _copy(half) for name, half in old.peerings.items()}
    return new


def _copy[AlertContent: (Vnet, Peering)](old: AlertContent) -> AlertContent:
    """What `copy.copy` does, in a tenth of its time: it is called some million times."""
    new = object.__new__(type(old))
    for name in old.__slots__:
        setattr(new, name, getattr(old, name))
    return new


def make(estate: Estate, name: str, space: tuple[str, ...]) -> None:
    found = vnet(estate, name)
    estate.put_vnet(
        key_of(name),
        vnet_id=id_of(name),
        name=name,
        location="westeurope",
        space=space,
        tags=None,
        properties={},
        subnets=None
        if found
        else {
            "gatewaysubnet": Subnet(name="GatewaySubnet", properties={"addressPrefix": space[0][:-2] + "27"})
        },
        api_version="2024-05-01",
    )
    estate.vnets[key_of(name)].provisioning = Provisioning.SUCCEEDED


def put(estate: Estate, local: str, flags: PeeringFlags, *, name: str = "", sync: bool = True) -> None:
    """Writes a half, under the name it has already unless another one is given, and waits for the end."""
    mine, found = half(estate, local), vnet(estate, local)
    if found is None:
        return
    name = name or (mine.name if mine else our_name(local))
    estate.put_peering(found, name, id_of(other(local)), flags, sync=sync)
    for local_vnet in estate.vnets.values():
        for written in local_vnet.peerings.values():
            if written.provisioning is Provisioning.UPDATING:
                written.provisioning = Provisioning.SUCCEEDED
    if (mine := half(estate, local)) is not None:
        mine.provisioning = Provisioning.SUCCEEDED


def delete(estate: Estate, local: str) -> None:
    mine, found = half(estate, local), vnet(estate, local)
    if mine is not None and found is not None:
        estate.delete_peering(found, mine)


@dataclass(frozen=True, kw_only=True)
class Graph:
    """The states one can get into, and how."""

    answers: Answers
    histories: tuple[Action, ...]
    writes: tuple[Action, ...]
    """Those of `histories` that we could make ourselves."""

    def start(self) -> Estate:
        random = Random(1)
        estate = Estate(lambda: UUID(int=random.getrandbits(128), version=4), self.answers)
        for name, spaces in SPACES.items():
            make(estate, name, spaces[0])
        hub, theirs = estate.vnets[key_of(HUB)], estate.vnets[key_of(THEIRS)]
        for local, remote in ((hub, theirs), (theirs, hub)):
            estate.put_peering(local, "made-by-hand", remote.id, WRONG, sync=True)
        for local in (hub, theirs):
            local.peerings["made-by-hand"].provisioning = Provisioning.SUCCEEDED
        return estate

    def explore(self) -> tuple[dict[Key, Estate], dict[Key, set[Key]]]:
        """Every reachable state, and to which others a single write of ours leads."""
        start = self.start()
        states = {describe(start): start}
        by_writes: dict[Key, set[Key]] = {}
        queue = deque(states)
        while queue:
            key = queue.popleft()
            for action in self.histories:
                after = self.after(states[key], action)
                if after is None:
                    continue
                reached = describe(after)
                if action in self.writes:
                    by_writes.setdefault(key, set()).add(reached)
                if reached not in states:
                    states[reached] = after
                    queue.append(reached)
        return states, by_writes

    @staticmethod
    def after(estate: Estate, action: Action) -> Estate | None:
        """The state after an action, or None where Azure refuses it."""
        new = clone(estate)
        try:
            action(new)
        except ArmError:
            return None
        return new


class Aspect(StrEnum):
    """What histories are made of beyond networks and halves coming, changing and going."""

    SPACES = "address spaces"
    NAMES = "names of others"
    FAILURES = "failed writes"
    GATEWAYS = "gateways"


def actions(*aspects: Aspect) -> tuple[tuple[Action, ...], tuple[Action, ...]]:
    """(everything that may happen, our own writes among it)."""
    everything: list[Action] = [_lose_both]
    ours: list[Action] = []
    for local in (HUB, SPOKE):
        ours += [partial(put, local=local, flags=flags) for flags in _flags(local, RIGHT, *aspects)]
        ours.append(partial(delete, local=local))
        everything += [partial(put, local=local, flags=flags) for flags in _flags(local, WRONG, *aspects)]
        everything.append(partial(_drop, name=local))
        spaces = SPACES[local] if Aspect.SPACES in aspects else SPACES[local][:1]
        everything += [partial(make, name=local, space=space) for space in spaces]
        if Aspect.SPACES in aspects:
            everything.append(partial(put, local=local, flags=RIGHT, sync=False))
        if Aspect.NAMES in aspects:
            everything.append(partial(put, local=local, flags=WRONG, name="another-name"))
        if Aspect.FAILURES in aspects:
            everything.append(partial(_fail, local=local))
    if Aspect.GATEWAYS in aspects:
        everything += [partial(_gateway, used_by=[GATEWAY]), partial(_gateway, used_by=[])]
    return (*everything, *ours), tuple(ours)


def _flags(local: str, flags: PeeringFlags, *aspects: Aspect) -> Iterator[PeeringFlags]:
    yield flags
    if Aspect.GATEWAYS in aspects:
        yield (
            replace(flags, allow_gateway_transit=True)
            if local == HUB
            else replace(flags, use_remote_gateways=True)
        )


def _drop(estate: Estate, name: str) -> None:
    if (found := vnet(estate, name)) is not None:
        estate.drop_vnet(found)


def _fail(estate: Estate, local: str) -> None:
    if (mine := half(estate, local)) is not None:
        mine.provisioning = Provisioning.FAILED


def _lose_both(estate: Estate) -> None:
    """Nobody has recorded how it comes to this, but it is reported."""
    for mine in (half(estate, HUB), half(estate, SPOKE)):
        if mine is not None and half(estate, HUB) and half(estate, SPOKE):
            mine.state = PeeringState.DISCONNECTED


def _gateway(estate: Estate, used_by: list[str]) -> None:
    if (hub := vnet(estate, HUB)) is not None:
        subnet = hub.subnets["gatewaysubnet"]
        hub.subnets = {"gatewaysubnet": replace(subnet, ip_configurations=used_by)}
