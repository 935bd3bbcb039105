"""Named estates to start from: what is there before anybody does anything."""

from collections.abc import Callable, Mapping

from simulator.network.resources import Provisioning, VnetKey
from simulator.world import World

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
LANDING_ZONES = (
    SUBSCRIPTION,
    "00000000-0000-0000-0000-000000000002",
    "00000000-0000-0000-0000-000000000003",
)
CONNECTIVITY = "00000000-0000-0000-0000-00000000000c"


def _standing_vnet(
    world: World,
    name: str,
    location: str,
    prefix: str,
    *,
    subscription: str = SUBSCRIPTION,
    tags: dict[str, str] | None = None,
) -> None:
    """A network that was created long ago, in a group of its own."""
    group, _ = world.put_group(subscription, f"rg-{name.removeprefix('vnet-')}", location, None, None)
    vnet, _ = world.estate.put_vnet(
        VnetKey.of(subscription, group.name, name),
        vnet_id=f"{group.id}/providers/Microsoft.Network/virtualNetworks/{name}",
        name=name,
        location=location,
        space=(prefix,),
        tags=tags,
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


def two_regions(world: World) -> None:
    """Two hubs, which are to be meshed, and two spokes beside each."""
    for region, location, block in (("weu", "westeurope", 0), ("eus2", "eastus2", 1)):
        _standing_vnet(
            world, f"vnet-hub-{region}", location, f"10.{block}.0.0/22", tags={"network-role": "hub"}
        )
        _standing_vnet(world, f"vnet-web-{region}", location, f"10.{block}.4.0/22")
        _standing_vnet(world, f"vnet-data-{region}", location, f"10.{block}.8.0/22")


def landing_zone(world: World) -> None:
    """Two hubs in a connectivity subscription, and landing zones for teams in three others."""
    for region, location, block in (("swc", "swedencentral", 0), ("weu", "westeurope", 1)):
        _standing_vnet(world, f"vnet-hub-{region}", location, f"10.{block}.0.0/22", subscription=CONNECTIVITY)
        for number, (team, subscription) in enumerate(
            zip(("shop", "bank", "lab"), LANDING_ZONES, strict=True), 1
        ):
            _standing_vnet(
                world,
                f"vnet-{team}-{region}",
                location,
                f"10.{block}.{number * 4}.0/22",
                subscription=subscription,
            )


SCENARIOS: Mapping[str, Callable[[World], None]] = {
    "empty": empty,
    "workshop": workshop,
    "workshop-spokes": workshop_spokes,
    "two-regions": two_regions,
    "landing-zone": landing_zone,
}
