"""With several hubs, each message is about the right pair."""

import asyncio
import json

from tests.clouds import Cloud
from tests.reporting.topics import published, publisher
from tests.signed_in import simulated

HUBS = {"hub-a": "westeurope", "hub-b": "eastus2"}


async def test_each_pair_is_told_of_with_its_own_hub(monkeypatch):
    async with simulated(monkeypatch) as azure:
        cloud = Cloud.of(azure)
        for number, (name, region) in enumerate(HUBS.items()):
            cloud.vnet(name, region, f"10.{number}.0.0/24")
            cloud.vnet(f"app-of-{name}", region, f"10.{number}.1.0/24")
        await asyncio.sleep(5)
        hubs = [
            {"name": name, "id": cloud.find(name).id, "regions": [region]} for name, region in HUBS.items()
        ]
        topology = {"hubs": hubs, "mesh": True}
        app = cloud.reconciler(publisher=publisher(), HUB_LOCATION="", TOPOLOGY=json.dumps(topology))
        await app.reconcile(None, budget_seconds=600)

        ends = {
            tuple(event["data"][end].rpartition("/")[2] for end in ("hub", "network"))
            for event in azure.topic.published
        }
        assert ends == {("hub-a", "app-of-hub-a"), ("hub-b", "app-of-hub-b"), ("hub-a", "hub-b")}
        assert {kind for kind, _ in published(azure)} == {"Peering.Connected"}

        azure.world.delete_vnet(cloud.find("app-of-hub-b"))
        await app.reconcile(None, budget_seconds=600)
        (event,) = azure.topic.published
        assert published(azure) == [("Peering.Removed", "app-of-hub-b")]
        assert event["data"]["hub"] == str(cloud.vnet_id("hub-b"))
