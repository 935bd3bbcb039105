"""Subscribing: the handshake in either schema, and names."""

import asyncio
import json

import pytest

from simulator.clock import Clock
from simulator.eventgrid.grid import EventGrid
from simulator.eventgrid.handshake import HandshakeError
from simulator.eventgrid.post import Answer
from simulator.eventgrid.schema import DeliverySchema
from tests.simulator.webhooks import (
    SUBSCRIPTION,
    UNREACHABLE,
    Webhook,
    event,
    seeded,
    subscribed,
    subscription,
)


async def test_an_endpoint_validates_by_echoing_the_code():
    requests = []

    async def post(method, url, headers, body):
        requests.append((method, url, headers))
        (validation,) = json.loads(body)
        assert validation["eventType"] == "Microsoft.EventGrid.SubscriptionValidationEvent"
        assert validation["topic"] == f"/subscriptions/{SUBSCRIPTION}"
        return Answer(
            status=200, body=json.dumps({"validationResponse": validation["data"]["validationCode"]}).encode()
        )

    await EventGrid(Clock(), seeded(), post).subscribe(subscription())

    ((method, url, headers),) = requests
    assert (method, url) == ("POST", "https://app.example/hook?code=key")
    assert headers == {
        "Content-Type": "application/json; charset=utf-8",
        "aeg-event-type": "SubscriptionValidation",
        "aeg-subscription-name": "APP",
        "aeg-delivery-count": "0",
        "aeg-data-version": "1",
        "aeg-metadata-version": "1",
    }


@pytest.mark.parametrize("allowed", ["eventgrid.azure.net", "*"])
async def test_with_cloud_events_an_endpoint_validates_by_allowing_the_origin(allowed):
    requests = []

    async def post(method, url, headers, body):
        requests.append((method, headers, body))
        return Answer(status=200, headers={"webhook-allowed-origin": allowed})

    await EventGrid(Clock(), seeded(), post).subscribe(subscription(schema=DeliverySchema.CLOUD_EVENTS))

    assert requests == [("OPTIONS", {"WebHook-Request-Origin": "eventgrid.azure.net"}, b"")]


@pytest.mark.parametrize(
    ("schema", "answer", "why"),
    [
        pytest.param(
            DeliverySchema.EVENT_GRID, Answer(status=202), "status 202 instead of 200", id="accepted only"
        ),
        pytest.param(DeliverySchema.EVENT_GRID, Answer(status=200), "validationResponse", id="no body"),
        pytest.param(
            DeliverySchema.EVENT_GRID, Answer(status=200, body=b"[]"), "validationResponse", id="no object"
        ),
        pytest.param(
            DeliverySchema.EVENT_GRID,
            Answer(status=200, body=b'{"validationResponse": "guess"}'),
            "validationResponse",
            id="another code",
        ),
        pytest.param(DeliverySchema.CLOUD_EVENTS, Answer(status=200), "None", id="no consent"),
        pytest.param(
            DeliverySchema.CLOUD_EVENTS,
            Answer(status=200, headers={"WebHook-Allowed-Origin": "other.example"}),
            "'other.example'",
            id="consent to another",
        ),
        pytest.param(DeliverySchema.EVENT_GRID, UNREACHABLE, "unreachable: nobody there", id="unreachable"),
        pytest.param(DeliverySchema.EVENT_GRID, None, "no answer within 30 s", id="silent"),
    ],
)
async def test_an_endpoint_that_does_not_validate_gets_no_subscription(schema, answer, why):
    async def post(method, url, headers, body):
        if isinstance(answer, OSError):
            raise answer
        if answer is None:
            await asyncio.sleep(31)
        return answer

    grid = EventGrid(Clock(), seeded(), post)
    with pytest.raises(HandshakeError, match=why) as refused:
        await grid.subscribe(subscription(schema=schema))
    grid.publish(event())

    assert "https://app.example/hook did not validate" in str(refused.value)
    assert "key" not in str(refused.value)
    assert grid.counters.matched == 0


async def test_a_name_is_taken_once():
    grid = await subscribed(Webhook(Clock()))

    with pytest.raises(ValueError, match="already subscribed: 'app'"):
        await grid.subscribe(subscription())


async def test_a_subscription_that_ended_gets_nothing_more():
    webhook = Webhook(Clock(), 500)
    grid = await subscribed(webhook)
    grid.publish(event("tried once"))
    await webhook.clock.sleep(2)

    await grid.unsubscribe("app")
    grid.publish(event("too late"))
    await grid.settle()

    assert [arrival.ids for arrival in webhook.arrivals] == [["tried once"]]
