"""What people do to networks, at any moment and without a word to anybody."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from simulator.errors import ArmError
from simulator.network.resources import Peering, PeeringFlags, Provisioning, Vnet, VnetKey
from tests.clouds import ELSEWHERE, SUBSCRIPTION, Cloud
from tests.soak.chance import Deed

HUB = "hub"
FOREIGN = frozenset({"anm_mesh", "theirs", "back"})


def spaces(name: str) -> tuple[tuple[str, ...], ...]:
    """The address spaces a network may have, one after the other."""
    if name == HUB:
        return ("10.0.0.0/22",), ("10.0.0.0/22", "10.0.100.0/24")
    number = int(name.removeprefix("spoke-"))
    return (f"10.{number}.0.0/24",), (f"10.{number}.0.0/24", f"10.{number}.1.0/24")


@dataclass
class People:
    cloud: Cloud
    spokes: int
    created: dict[VnetKey, float]
    counts: Counter[str] = field(default_factory=Counter)

    async def settle_in(self) -> None:
        """A hub with neighbours that are none of the app's business, and spokes."""
        self._make(HUB)
        for name, space in (("other-hub", "172.16.0.0/24"), ("managed", "172.17.0.0/24")):
            self.cloud.vnet(name, "northeurope", space, subscription=ELSEWHERE)
        await asyncio.sleep(5)
        hub = self.cloud.find(HUB)
        for name, peering in (("other-hub", "theirs"), ("managed", "ANM_mesh")):
            foreign = self.cloud.find(name, ELSEWHERE)
            for local, remote, called in ((hub, foreign, peering), (foreign, hub, "back")):
                half, _ = self.cloud.world.estate.put_peering(
                    local, called, remote.id, PeeringFlags(), sync=True
                )
                half.provisioning = Provisioning.SUCCEEDED
        for name in self.names():
            self._make(name)

    def names(self) -> list[str]:
        return [f"spoke-{number}" for number in range(1, self.spokes + 1)]

    async def go_about(self, deeds: AsyncIterator[Deed]) -> None:
        async for deed in deeds:
            try:
                self.deeds[deed.name](*deed.arguments)
            except ArmError:
                self.counts["refused"] += 1
            else:
                self.counts[deed.name] += 1

    def make_peace(self) -> None:
        """What must be there for everything to come right: the hub, and networks that are not in error."""
        if self.find(HUB) is None:
            self._make(HUB)
        for vnet in list(self.cloud.world.estate.vnets.values()):
            vnet.provisioning = Provisioning.SUCCEEDED

    def find(self, name: str) -> Vnet | None:
        return self.cloud.world.estate.vnets.get(VnetKey.of(SUBSCRIPTION, f"rg-{name}", name))

    def half(self, local: str, remote: str) -> Peering | None:
        here, there = self.find(local), self.find(remote)
        return here.peering_to(there.key) if here and there else None

    def _make(self, name: str, space: tuple[str, ...] | None = None) -> None:
        key = VnetKey.of(SUBSCRIPTION, f"rg-{name}", name)
        if key not in self.cloud.world.estate.vnets:
            self.created[key] = self.cloud.world.clock.now()
        self.cloud.vnet(name, "westeurope", *(space or spaces(name)[0]))

    # --- deeds: without effect where what they are done to is not there ---------------------------

    @property
    def deeds(self) -> dict[str, Callable[..., None]]:
        return {
            "make or resize": self._make_or_resize,
            "delete network": self._delete_network,
            "delete half": self._delete_half,
            "edit half": self._edit_half,
            "write half": self._write_half,
            "make rival": self._make_rival,
            "delete group": self._delete_group,
            "rebuild hub": self._rebuild_hub,
            "tag": self._tag,
        }

    def _make_or_resize(self, name: str, space: tuple[str, ...]) -> None:
        if name != HUB or self.find(HUB):
            self._make(name, space)

    def _delete_network(self, name: str) -> None:
        if vnet := self.find(name):
            self.cloud.world.delete_vnet(vnet)

    def _delete_half(self, local: str, remote: str) -> None:
        if (vnet := self.find(local)) and (half := self.half(local, remote)):
            self.cloud.world.delete_peering(vnet, half)

    def _edit_half(self, local: str, remote: str, forwarded_traffic: bool, gateway_transit: bool) -> None:
        if half := self.half(local, remote):
            flags = PeeringFlags(
                allow_forwarded_traffic=forwarded_traffic, allow_gateway_transit=gateway_transit
            )
            self._put(local, half.name, remote, flags)

    def _write_half(self, local: str, remote: str) -> None:
        """By hand, under a name of one's own."""
        if self.find(local) and self.find(remote) and self.half(local, remote) is None:
            spoke = remote if local == HUB else local
            self._put(local, f"by-hand-{spoke}", remote, PeeringFlags(allow_forwarded_traffic=True))

    def _put(self, local: str, name: str, remote: str, flags: PeeringFlags) -> None:
        here, there = self.find(local), self.find(remote)
        assert here is not None
        assert there is not None
        self.cloud.world.put_peering(here, name, there.id, flags, sync=False)

    def _make_rival(self) -> None:
        """A spoke whose addresses another one has, if that one has grown."""
        self.cloud.vnet("rival", "westeurope", "10.1.1.0/25")

    def _delete_group(self, name: str) -> None:
        if self.find(name):
            self.cloud.world.delete_group(self.cloud.world.group(SUBSCRIPTION, f"rg-{name}"))

    def _rebuild_hub(self) -> None:
        if hub := self.find(HUB):
            self.cloud.world.delete_vnet(hub)
        else:
            self._make(HUB)

    def _tag(self, name: str, team: str) -> None:
        if vnet := self.find(name):
            self.cloud.vnet(name, "westeurope", *vnet.space, tags={"team": team})
