"""The workshop's story through the triggers: the real runtime library, SDK and Event Grid's deliveries, in
one process and in simulated time."""

import asyncio
import json
import re
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from devhost.exchange import Request
from devhost.host import FunctionHost
from shared import composition
from simulator.azure import IDENTITY_SECRET, TOKEN_PATH, Azure, network_events
from simulator.eventgrid.post import Answer
from simulator.eventgrid.schema import DeliverySchema
from simulator.storage import HOST_SUFFIX
from simulator.transport import installed
from tests.clouds import EU, HUB, SUBSCRIPTION, US, Cloud, grant_what_is_deployed

APP = Path(__file__).parents[2]
WEBHOOK = "http://localhost:7071/runtime/webhooks/EventGrid?functionName=on_network_event"
ENDPOINT = "https://management.azure.com"


@asynccontextmanager
async def deployment(*, schema=DeliverySchema.EVENT_GRID, **settings):
    """A simulated Azure with the app deployed to it; yields the two and the host."""
    hosts = []

    async def post(method, url, headers, body):
        lowered = {name.lower(): value for name, value in headers.items()}
        answer = await hosts[0].handle(Request(method=method, url=url, headers=lowered, body=body))
        return Answer(status=answer.status, headers=dict(answer.headers), body=answer.body)

    azure = Azure(post=post)
    chosen = {
        "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
        "HUB_LOCATION": "swedencentral",
        "IDENTITY_ENDPOINT": ENDPOINT + TOKEN_PATH,
        "IDENTITY_HEADER": IDENTITY_SECRET,
    } | settings
    grant_what_is_deployed(azure.arm.access, chosen)
    composition.forget()
    with installed(azure.handle):
        async with FunctionHost.start(APP, chosen, now=azure.clock.utc()) as host:
            hosts.append(host)
            subscription = network_events(SUBSCRIPTION, WEBHOOK)
            await azure.eventgrid.subscribe(replace(subscription, schema=schema))
            try:
                yield azure, Cloud.of(azure), host
            finally:
                await azure.aclose()
                composition.forget()


async def test_exactly_the_declared_functions_are_indexed():
    async with deployment() as (_, _, host):
        assert sorted(function.name for function in host.functions) == [
            "health",
            "on_network_event",
            "on_schedule",
            "status",
            "topology",
        ]
        assert all(function.problem is None for function in host.functions)


@pytest.mark.parametrize("schema", list(DeliverySchema))
async def test_the_story_by_events(schema):
    async with deployment(schema=schema) as (azure, cloud, _):
        await cloud.workshop()
        await asyncio.sleep(20)
        assert cloud.is_whole(EU, US)
        assert cloud.requests("PUT", "peering") == 4

        azure.world.delete_vnet(cloud.find(EU))
        await asyncio.sleep(20)
        assert cloud.half(HUB, EU) is None

        cloud.vnet(EU, "westeurope", "10.0.4.0/22")
        await asyncio.sleep(25)
        assert cloud.is_whole(EU, US)
        assert azure.eventgrid.counters.retried == 0


async def test_the_timer_repairs_what_a_lost_event_would_have():
    async with deployment() as (azure, cloud, host):
        timers = asyncio.create_task(host.run_timers())
        await cloud.workshop()
        await asyncio.sleep(20)
        azure.losses.lose_all()
        cloud.delete_half(US, HUB)
        await asyncio.sleep(15)
        assert cloud.state(HUB, US)[0] == "Disconnected"

        await asyncio.sleep(300)

        assert cloud.is_whole(EU, US)
        timers.cancel()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param({"HUB_LOCATION": ""}, "HUB_VNET_ID", id="no hub"),
        pytest.param({"HUB_VNET_ID": "/nonsense"}, "HUB_VNET_ID: .*nonsense", id="malformed hub ID"),
        pytest.param({"RECONCILE_SCHEDULE": "every day"}, "RECONCILE_SCHEDULE: .*every day", id="schedule"),
    ],
)
async def test_a_broken_setting_fails_the_run_and_not_the_listing(settings, message):
    async with deployment(**settings) as (_, cloud, host):
        outcome = await host.invoke("on_schedule")

        assert not outcome.succeeded
        assert re.search(message, outcome.error)
        assert cloud.writes() == 0


async def test_the_log_has_our_facts_and_not_the_librarys_requests(caplog):
    caplog.set_level("INFO")
    async with deployment() as (_, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(20)
        await host.invoke("on_schedule")

    names = [record.name for record in caplog.records]
    assert sum("change applied" in record.getMessage() for record in caplog.records) == 4
    assert not [name for name in names if name.startswith(("azure.core", "azure.identity"))]


@pytest.mark.parametrize(
    ("event", "level", "line"),
    [
        pytest.param("[]", "ERROR", "event refused", id="not an object"),
        pytest.param('{"subject": "%s"}' % ("x" * 1_100_000), "ERROR", "event refused", id="oversized"),
        pytest.param(
            '{"eventType": "Microsoft.Storage.BlobCreated"}', "DEBUG", "event skipped", id="other type"
        ),
    ],
)
async def test_events_that_are_none_of_our_business(event, level, line, caplog):
    caplog.set_level("DEBUG", logger="interlinked")
    async with deployment() as (_, cloud, host):
        outcome = await host.invoke("on_network_event", event)

        assert outcome.succeeded
        ours = [record for record in caplog.records if record.name == "interlinked"]
        assert [(record.levelname, record.getMessage().partition(" {")[0]) for record in ours] == [
            (level, line)
        ]
        assert sum(cloud.arm.counters.requests.values()) == 0


async def test_a_restart_repeats_no_trouble_and_the_next_instance_tells_its_end(caplog):
    caplog.set_level("INFO", logger="interlinked")
    storage = {"AzureWebJobsStorage__accountName": "stinterlinked"}
    async with deployment(**storage) as (azure, cloud, host):
        await cloud.workshop()
        cloud.vnet("clash", "westeurope", "10.0.2.0/24")
        await asyncio.sleep(30)
        assert lines(caplog, "needs a person") == 1

        composition.forget()
        assert (await host.invoke("on_schedule")).succeeded
        assert lines(caplog, "needs a person") == 1

        composition.forget()
        azure.world.delete_vnet(cloud.find("clash"))
        await asyncio.sleep(20)
        assert (await host.invoke("on_schedule")).succeeded
        assert lines(caplog, "recovered") == 1


async def test_storage_that_does_not_answer_delays_no_event_beyond_its_budget(caplog):
    async with deployment(AzureWebJobsStorage__accountName="stinterlinked") as (azure, cloud, host):
        azure.losses.lose_all()
        await cloud.workshop()
        cloud.vnet("clash", "westeurope", "10.0.2.0/24")
        await asyncio.sleep(5)

        async def handle(request):
            if HOST_SUFFIX in request.url:
                await asyncio.sleep(3600)
            return await azure.handle(request)

        loop = asyncio.get_running_loop()
        started = loop.time()
        with installed(handle):
            outcome = await host.invoke("on_network_event", event_about(cloud.find(HUB)))

        assert outcome.succeeded
        assert loop.time() - started <= 25
        assert cloud.is_whole(EU, US)
        assert lines(caplog, "needs a person") == lines(caplog, "memory unavailable") == 1


def event_about(vnet):
    return json.dumps({"eventType": "Microsoft.Resources.ResourceWriteSuccess", "subject": vnet.id})


def lines(caplog, words):
    return sum(record.getMessage().startswith(words) for record in caplog.records)
