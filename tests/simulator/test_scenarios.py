"""What is there at first, as Microsoft's SDK lists it."""

import pytest
from azure.mgmt.network.aio import NetworkManagementClient

from simulator.azure import Azure
from simulator.scenarios import SCENARIOS, SUBSCRIPTION
from simulator.transport import SimulatedTransport
from tests.clouds import AnyToken

HUB = ("vnet-myteam-dev-hub", "swedencentral", "10.0.0.0/22")
EU = ("vnet-myteam-dev-eu", "westeurope", "10.0.4.0/22")
US = ("vnet-myteam-dev-us", "eastus2", "10.0.8.0/22")
CONTENT = {"empty": set(), "workshop": {HUB}, "workshop-spokes": {HUB, EU, US}}


@pytest.mark.parametrize("name", CONTENT)
async def test_a_scenario_holds_these_networks_unpeered_and_told_nobody(name):
    azure = Azure(post=None)
    SCENARIOS[name](azure.world)
    async with NetworkManagementClient(
        AnyToken(), SUBSCRIPTION, transport=SimulatedTransport(azure.handle)
    ) as client:
        listed = [vnet async for vnet in client.virtual_networks.list_all()]
        for vnet in listed:
            group = vnet.name.replace("vnet-", "rg-")
            assert (await client.virtual_networks.get(group, vnet.name)).id == vnet.id

    content = {(vnet.name, vnet.location, *vnet.address_space.address_prefixes) for vnet in listed}
    assert content == CONTENT[name]
    for vnet in listed:
        assert (vnet.provisioning_state, vnet.virtual_network_peerings) == ("Succeeded", [])
    assert azure.eventgrid.counters.published == 0
