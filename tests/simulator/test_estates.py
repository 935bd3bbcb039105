"""The estates to start from, as a client lists them: standing, apart in addresses, and not peered."""

import json
from ipaddress import ip_network
from itertools import combinations
from random import Random

import pytest

from simulator.arm import Arm
from simulator.clock import Clock
from simulator.http import Request
from simulator.scenarios import CONNECTIVITY, LANDING_ZONES, SCENARIOS, SUBSCRIPTION
from simulator.world import World

REGIONS = {"swc": "swedencentral", "weu": "westeurope", "eus2": "eastus2"}


async def networks(scenario, subscription):
    world = World(Clock(), Random(1))
    SCENARIOS[scenario](world)
    address = f"/subscriptions/{subscription}/providers/Microsoft.Network/virtualNetworks"
    answer = await Arm(world).handle(
        Request(
            method="GET",
            url=f"https://management.azure.com{address}?api-version=2024-05-01",
            headers={"authorization": f"Bearer {subscription}"},
            body=b"",
        )
    )
    assert answer.status == 200
    return json.loads(answer.body)["value"]


ESTATES = {
    ("workshop-spokes", SUBSCRIPTION): {"vnet-myteam-dev-hub", "vnet-myteam-dev-eu", "vnet-myteam-dev-us"},
    ("two-regions", SUBSCRIPTION): {
        f"vnet-{role}-{region}" for role in ("hub", "web", "data") for region in ("weu", "eus2")
    },
    ("landing-zone", CONNECTIVITY): {"vnet-hub-swc", "vnet-hub-weu"},
    ("landing-zone", LANDING_ZONES[0]): {"vnet-shop-swc", "vnet-shop-weu"},
    ("landing-zone", LANDING_ZONES[1]): {"vnet-bank-swc", "vnet-bank-weu"},
    ("landing-zone", LANDING_ZONES[2]): {"vnet-lab-swc", "vnet-lab-weu"},
}


@pytest.mark.parametrize(("scenario", "subscription"), ESTATES)
async def test_what_is_there_stands_and_is_not_peered(scenario, subscription):
    found = await networks(scenario, subscription)
    assert {one["name"] for one in found} == ESTATES[scenario, subscription]
    for one in found:
        properties = one["properties"]
        assert (properties["provisioningState"], properties["virtualNetworkPeerings"]) == ("Succeeded", [])
        region = one["name"].rpartition("-")[2]
        assert one["location"] == REGIONS.get(region, one["location"])


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_no_two_networks_share_addresses(scenario):
    found = [one for place in (*LANDING_ZONES, CONNECTIVITY) for one in await networks(scenario, place)]
    spaces = [
        ip_network(prefix) for one in found for prefix in one["properties"]["addressSpace"]["addressPrefixes"]
    ]
    assert not any(one.overlaps(other) for one, other in combinations(spaces, 2))
