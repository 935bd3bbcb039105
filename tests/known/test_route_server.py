"""A hub whose gateway is an Azure Route Server."""

import pytest

from simulator.network.resources import Provisioning, Subnet
from tests.clouds import HUB
from tests.known.harness import settled


def route_server_in(cloud):
    hub = cloud.find(HUB)
    server = hub.id.replace(f"virtualNetworks/{HUB}", "virtualHubs/route-server")
    hub.subnets["routeserversubnet"] = Subnet(
        name="RouteServerSubnet",
        properties={"addressPrefix": "10.0.0.0/27"},
        provisioning=Provisioning.SUCCEEDED,
        ip_configurations=[f"{server}/ipConfigurations/main"],
    )


@pytest.mark.parametrize("mode", ["never", "when-available"])
@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="a Route Server is not taken for a gateway, so the use of it is turned off and all learned routes are lost",
)
async def test_the_use_of_a_route_server_is_not_turned_off(mode):
    wire, (spoke, *_) = await settled(1)
    route_server_in(wire.cloud)
    wire.cloud.half(HUB, spoke).flags.allow_gateway_transit = True
    wire.cloud.half(spoke, HUB).flags.use_remote_gateways = True

    await wire.run(GATEWAY_TRANSIT=mode)

    assert wire.cloud.half(spoke, HUB).flags.use_remote_gateways
    assert wire.cloud.half(HUB, spoke).flags.allow_gateway_transit
