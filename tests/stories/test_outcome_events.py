"""The workshop's story as those hear it who listen to the topic: one message for each change of state."""

import asyncio
import logging

import pytest

from shared import composition
from shared.reporting.store import ProcessStore
from simulator.transport import installed
from tests.clouds import EU, HUB, US, Cloud
from tests.reporting.topics import ENDPOINT, published, publisher
from tests.signed_in import simulated
from tests.stories.test_triggers import deployment

ACCOUNT = {"AzureWebJobsStorage__accountName": "stinterlinked"}

OF_THE_HOST = ("devhost.", "azure.functions")


async def test_the_story_is_told_once_across_runs_and_restarts():
    async with deployment(OUTCOME_TOPIC_ENDPOINT=ENDPOINT, **ACCOUNT) as (azure, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(60)
        assert sorted(published(azure)) == [("Peering.Connected", EU), ("Peering.Connected", US)]

        cloud.delete_half(US, HUB)
        await asyncio.sleep(60)
        assert published(azure) == [("Peering.Repaired", US)]

        azure.world.delete_vnet(cloud.find(EU))
        await asyncio.sleep(60)
        assert published(azure) == [("Peering.Removed", EU)]

        for _ in range(2):
            composition.forget()
            assert (await host.invoke("on_schedule")).succeeded
        assert published(azure) == []


@pytest.mark.parametrize("delay", [0, 0.4, 0.8])
async def test_an_event_and_a_pass_that_write_the_same_pair_tell_of_it_once(monkeypatch, delay):
    """On two instances, with an Azure slow enough for both to see the pair missing."""
    async with simulated(monkeypatch) as azure:

        async def slow(request):
            await asyncio.sleep(0.3)
            return await azure.handle(request)

        async def event():
            await asyncio.sleep(delay)
            return await first.reconcile(cloud.vnet_id(EU), budget_seconds=25)

        cloud, memory = Cloud.of(azure), ProcessStore()
        first, second = (cloud.reconciler(memory, publisher=publisher()) for _ in range(2))
        await cloud.workshop()
        with installed(slow):
            reports = await asyncio.gather(event(), second.reconcile(None, budget_seconds=1500))

        assert all(report.applied for report in reports)
        assert sorted(published(azure)) == [("Peering.Connected", EU), ("Peering.Connected", US)]


async def test_a_settled_pass_is_one_line_of_the_log(caplog):
    """The SDK's own lines for each request would be several times that."""
    caplog.set_level(logging.INFO)
    async with deployment() as (_, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(60)
        caplog.clear()
        assert (await host.invoke("on_schedule")).succeeded
        ours = [record for record in caplog.records if not record.name.startswith(OF_THE_HOST)]
        assert [record.getMessage().partition(" ")[0] for record in ours] == ["reconciled"]
