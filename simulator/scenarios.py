"""Named estates to start from: what is there before anybody does anything."""

from collections.abc import Callable, Mapping

from simulator.network.resources import Provisioning, VnetKey
from simulator.world import World

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"


def _standing_vnet(world: World, name: str, location: str, prefix: str) -> None:
    """A network that was created long ago, in a group of its own."""
    group, _ = world.put_group(SUBSCRIPTION, f"rg-{name.removeprefix('vnet-')}", location, None, None)
    vnet, _ = world.estate.put_vnet(
        VnetKey.of(SUBSCRIPTION, group.name, name),
        vnet_id=f"{group.id}/providers/Microsoft.Network/virtualNetworks/{name}",
        name=name,
        location=location,
        space=(prefix,),
        tags=None,
        properties={},
        subnets=None,
        api_version="2024-05-01",
    )
    vnet.provisioning = Provisioning.SUCCEEDED


def empty(world: World) -> None:
    """Nothing at all."""


def workshop(world: World) -> None:
    """The workshop's hub, and no spoke yet."""
    _standing_vnet(world, "vnet-myteam-dev-hub", "swedencentral", "10.0.0.0/22")


def workshop_spokes(world: World) -> None:
    """The workshop's hub with its two spokes, not peered."""
    workshop(world)
    _standing_vnet(world, "vnet-myteam-dev-eu", "westeurope", "10.0.4.0/22")
    _standing_vnet(world, "vnet-myteam-dev-us", "eastus2", "10.0.8.0/22")


SCENARIOS: Mapping[str, Callable[[World], None]] = {
    "empty": empty,
    "workshop": workshop,
    "workshop-spokes": workshop_spokes,
}
