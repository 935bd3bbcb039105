"""What people do to networks, at any moment and without a word to anybody."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from simulator.errors import ArmError
from simulator.network.resources import PeeringFlags, Provisioning, Vnet, VnetKey
from tests.clouds import ELSEWHERE, SUBSCRIPTION, Cloud

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
    random: Random
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

    async def go_about(self, seconds_between_deeds: float) -> None:
        deeds = {
            self._make_or_resize: 6,
            self._delete_network: 3,
            self._delete_half: 4,
            self._edit_half: 3,
            self._write_half: 2,
            self._make_rival: 1,
            self._delete_group: 1,
            self._rebuild_hub: 1,
            self._tag: 1,
        }
        while True:
            await asyncio.sleep(self.random.expovariate(1 / seconds_between_deeds))
            deed = self.random.choices(list(deeds), list(deeds.values()))[0]
            try:
                deed()
            except ArmError:
                self.counts["refused"] += 1
            else:
                self.counts[deed.__name__.strip("_").replace("_", " ")] += 1

    def make_peace(self) -> None:
        """What must be there for everything to come right: the hub, and networks that are not in error."""
        if self._find(HUB) is None:
            self._make(HUB)
        for vnet in list(self.cloud.world.estate.vnets.values()):
            vnet.provisioning = Provisioning.SUCCEEDED

    # --- deeds ------------------------------------------------------------------------------------

    def _find(self, name: str) -> Vnet | None:
        return self.cloud.world.estate.vnets.get(VnetKey.of(SUBSCRIPTION, f"rg-{name}", name))

    def _make(self, name: str, space: tuple[str, ...] | None = None) -> None:
        key = VnetKey.of(SUBSCRIPTION, f"rg-{name}", name)
        if key not in self.cloud.world.estate.vnets:
            self.created[key] = self.cloud.world.clock.now()
        self.cloud.vnet(name, "westeurope", *(space or spaces(name)[0]))

    def _any(self) -> str:
        return self.random.choice(self.names())

    def _make_or_resize(self) -> None:
        name = self.random.choice([HUB, *self.names()])
        if name == HUB and self._find(HUB) is None:
            return
        self._make(name, self.random.choice(spaces(name)))

    def _delete_network(self) -> None:
        if vnet := self._find(self._any()):
            self.cloud.world.delete_vnet(vnet)

    def _delete_half(self) -> None:
        name, hub = self._any(), self._find(HUB)
        spoke = self._find(name)
        local, remote = self.random.choice([(hub, spoke), (spoke, hub)])
        if local and remote and (half := local.peering_to(remote.key)):
            self.cloud.world.delete_peering(local, half)

    def _edit_half(self) -> None:
        name, hub = self._any(), self._find(HUB)
        spoke = self._find(name)
        local, remote = self.random.choice([(hub, spoke), (spoke, hub)])
        if local and remote and (half := local.peering_to(remote.key)):
            flags = PeeringFlags(
                allow_forwarded_traffic=self.random.random() < 0.5,
                allow_gateway_transit=local is hub and self.random.random() < 0.5,
            )
            self.cloud.world.put_peering(local, half.name, remote.id, flags, sync=False)

    def _write_half(self) -> None:
        """By hand, under a name of one's own."""
        name, hub = self._any(), self._find(HUB)
        spoke = self._find(name)
        local, remote = self.random.choice([(hub, spoke), (spoke, hub)])
        if local and remote and local.peering_to(remote.key) is None:
            flags = PeeringFlags(allow_forwarded_traffic=True)
            self.cloud.world.put_peering(local, f"by-hand-{name}", remote.id, flags, sync=False)

    def _make_rival(self) -> None:
        """A spoke whose addresses another one has, if that one has grown."""
        self.cloud.vnet("rival", "westeurope", "10.1.1.0/25")

    def _delete_group(self) -> None:
        name = self._any()
        if self._find(name):
            self.cloud.world.delete_group(self.cloud.world.group(SUBSCRIPTION, f"rg-{name}"))

    def _rebuild_hub(self) -> None:
        if hub := self._find(HUB):
            self.cloud.world.delete_vnet(hub)
        else:
            self._make(HUB)

    def _tag(self) -> None:
        name = self._any()
        if vnet := self._find(name):
            self.cloud.vnet(name, "westeurope", *vnet.space, tags={"team": str(self.random.random())})
