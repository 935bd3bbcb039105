"""Which events the writes of networks and peerings raise, through the real SDK and a webhook."""

import asyncio
import json
from dataclasses import replace

import pytest
from azure.core.exceptions import HttpResponseError

from simulator import errors
from simulator.azure import network_events
from simulator.eventgrid.faults import DUPLICATED, delayed
from simulator.eventgrid.post import Answer
from simulator.eventgrid.schema import DeliverySchema
from tests.clouds import SUBSCRIPTION
from tests.simulator.sdk import group_path, sdk

EVENTS = network_events(SUBSCRIPTION, "https://app.example/events")


async def connect(cloud):
    await cloud.peer("a", "b")
    await cloud.peer("b", "a")


class Webhook:
    """Takes every event, in order of arrival."""

    def __init__(self):
        self.events = []

    async def __call__(self, method, url, headers, body):
        if method == "OPTIONS":
            return Answer(status=200, headers={"webhook-allowed-origin": headers["WebHook-Request-Origin"]})
        content = json.loads(body)
        events = content if isinstance(content, list) else [content]
        if headers.get("aeg-event-type") == "SubscriptionValidation":
            answer = {"validationResponse": events[0]["data"]["validationCode"]}
            return Answer(status=200, body=json.dumps(answer).encode())
        self.events += events
        return Answer(status=200)

    def names(self):
        """Operation and resource."""
        return [
            (
                event["data"]["operationName"].removeprefix("Microsoft.Network/"),
                event["subject"].rpartition("/")[2],
            )
            for event in self.events
        ]


@pytest.mark.parametrize("schema", DeliverySchema)
async def test_our_own_writes_raise_events_and_the_other_half_does_not(schema):
    webhook = Webhook()
    async with sdk(post=webhook) as cloud:
        await asyncio.sleep(10)
        await cloud.azure.eventgrid.subscribe(replace(EVENTS, schema=schema))
        await connect(cloud)
        await cloud.delete_vnet("a")
        assert await cloud.states() == (None, "Disconnected")
        await asyncio.sleep(60)

    assert webhook.names() == [
        ("virtualNetworks/virtualNetworkPeerings/write", "a-b"),
        ("virtualNetworks/virtualNetworkPeerings/write", "b-a"),
        ("virtualNetworks/delete", "a"),
    ]


async def test_events_come_doubled_late_and_in_the_wrong_order():
    webhook = Webhook()
    fates = {"a-b": delayed(300), "b-a": DUPLICATED}
    async with sdk(post=webhook) as cloud:
        await asyncio.sleep(10)
        await cloud.azure.eventgrid.subscribe(EVENTS)
        cloud.azure.eventgrid.fate = lambda event, _: fates[event.resource_id.rpartition("/")[2]]
        await connect(cloud)
        await asyncio.sleep(600)

    assert [name for _, name in webhook.names()] == ["b-a", "b-a", "a-b"]
    assert len({event["id"] for event in webhook.events}) == 2


async def test_a_template_deployment_tells_of_itself_beside_the_networks_it_makes():
    every, filtered = Webhook(), Webhook()

    async def post(method, url, headers, body):
        return await (every if "everything" in url else filtered)(method, url, headers, body)

    deployment = f"{group_path()}/providers/Microsoft.Resources/deployments/azuredeploy"
    async with sdk(post=post) as cloud:
        await asyncio.sleep(10)
        await cloud.azure.eventgrid.subscribe(EVENTS)
        everything = replace(
            EVENTS, name="everything", endpoint="https://app.example/everything", operation_names=()
        )
        await cloud.azure.eventgrid.subscribe(everything)
        await cloud.vnet("c", "10.2.0.0/16")
        cloud.world.tell(deployment, "Microsoft.Resources/deployments/write", "PUT")
        await asyncio.sleep(10)

    assert filtered.names() == [("virtualNetworks/write", "c")]
    assert sorted(every.names()) == [
        ("Microsoft.Resources/deployments/write", "azuredeploy"),
        ("virtualNetworks/write", "c"),
    ]


async def test_a_failed_operation_tells_of_a_failure():
    webhook = Webhook()
    async with sdk(post=webhook) as cloud:
        await asyncio.sleep(10)
        await cloud.azure.eventgrid.subscribe(replace(EVENTS, included_event_types=()))
        failure = errors.unavailable(500)
        cloud.faults.fail_late("PUT", "/virtualNetworkPeerings/", failure)
        with pytest.raises(HttpResponseError):
            await cloud.peer("a", "b")
        await asyncio.sleep(10)

    assert [event["eventType"] for event in webhook.events] == ["Microsoft.Resources.ResourceWriteFailure"]
