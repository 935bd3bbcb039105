"""What limits keep a run from doing is told once, with what would let it go."""

import asyncio
import json
from contextlib import asynccontextmanager

from tests.clouds import HUB, Cloud
from tests.reporting.topics import published, publisher
from tests.signed_in import simulated

SPOKES = [f"vnet-spoke-{number}" for number in range(4)]


def topology(cloud, **limits):
    return json.dumps({"hubs": [{"name": "hub", "id": cloud.find(HUB).id}], "limits": limits})


@asynccontextmanager
async def estate(monkeypatch):
    """A hub with spokes, which the app has not seen yet, and a topic."""
    async with simulated(monkeypatch) as azure:
        cloud = Cloud.of(azure)
        cloud.vnet(HUB, "swedencentral", "10.0.0.0/22")
        for number, spoke in enumerate(SPOKES):
            cloud.vnet(spoke, "westeurope", f"10.0.{4 + 4 * number}.0/22")
        await asyncio.sleep(5)
        yield azure, cloud


async def test_deletions_held_back_are_one_message_that_names_them_and_the_way_out(monkeypatch):
    async with estate(monkeypatch) as (azure, cloud):
        held = cloud.reconciler(
            publisher=publisher(), HUB_LOCATION="", TOPOLOGY=topology(cloud, deletions=1, deletionsPercent=50)
        )
        await held.reconcile(None, budget_seconds=600)
        published(azure)
        for spoke in SPOKES[:3]:
            azure.world.delete_vnet(cloud.find(spoke))

        await held.reconcile(None, budget_seconds=600)
        (message,) = azure.topic.published
        assert published(azure) == [("Run.HeldBack", HUB)]
        assert message["data"]["reason"] == "deletions-held-back"
        assert message["data"]["hub"] == message["subject"]
        assert all(spoke in message["data"]["message"] for spoke in SPOKES[:3])
        assert "limits: {deletions: 3" in message["data"]["message"]

        await held.reconcile(None, budget_seconds=600)
        assert published(azure) == []


async def test_changes_held_back_are_one_message_however_many_runs_they_take(monkeypatch):
    async with estate(monkeypatch) as (azure, cloud):
        slow = cloud.reconciler(publisher=publisher(), HUB_LOCATION="", TOPOLOGY=topology(cloud, changes=2))
        told = []
        while not cloud.is_whole(*SPOKES):
            await slow.reconcile(None, budget_seconds=600)
            told.append([kind for kind, _ in published(azure)])

        assert len(told) > 2
        assert [kinds.count("Run.HeldBack") for kinds in told] == [1] + [0] * (len(told) - 1)
        assert "Peering.Recovered" in told[-1]
