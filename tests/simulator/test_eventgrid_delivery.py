"""One delivery: when it comes, alone or in a batch, and what an answer means for the next."""

import pytest

from simulator.clock import Clock
from simulator.eventgrid.grid import EventGrid
from simulator.eventgrid.schema import DeliverySchema
from tests.simulator.webhooks import HOUR, UNREACHABLE, Webhook, event, seeded, subscribed, subscription


async def test_an_event_arrives_alone_in_an_array_one_second_after_publication():
    webhook = Webhook(Clock())
    grid = await subscribed(webhook)

    grid.publish(event())
    await grid.settle()

    (arrival,) = webhook.arrivals
    assert arrival.at == pytest.approx(1)
    assert arrival.ids == ["vnet"]
    assert isinstance(arrival.content, list)
    assert arrival.headers == {
        "Content-Type": "application/json; charset=utf-8",
        "aeg-event-type": "Notification",
        "aeg-subscription-name": "APP",
        "aeg-delivery-count": "0",
        "aeg-data-version": "2",
        "aeg-metadata-version": "1",
    }


async def test_a_cloud_event_arrives_without_the_array():
    webhook = Webhook(Clock())
    grid = await subscribed(webhook, schema=DeliverySchema.CLOUD_EVENTS)

    grid.publish(event())
    await grid.settle()

    (arrival,) = webhook.arrivals
    assert arrival.content["specversion"] == "1.0"
    assert arrival.headers == {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "Origin": "eventgrid.azure.net",
        "aeg-event-type": "Notification",
        "aeg-subscription-name": "APP",
        "aeg-delivery-count": "0",
        "aeg-metadata-version": "1.0",
    }


async def test_every_matching_subscription_has_its_own_delivery():
    clock = Clock()
    broken, healthy = Webhook(clock, 500), Webhook(clock)

    async def post(method, url, headers, body):
        return await {"https://broken": broken, "https://healthy": healthy}[url].post(
            method, url, headers, body
        )

    grid = EventGrid(clock, seeded(), post)
    for name in ("broken", "healthy"):
        await grid.subscribe(subscription(name=name, endpoint=f"https://{name}", max_delivery_attempts=2))
    await grid.subscribe(
        subscription(name="elsewhere", endpoint="https://healthy", subscription_id="another")
    )

    grid.publish(event())
    await grid.settle()

    assert (len(broken.arrivals), len(healthy.arrivals)) == (2, 1)
    assert grid.counters.matched == 2


@pytest.mark.parametrize("schema", DeliverySchema)
async def test_events_ready_together_share_a_batch(schema):
    webhook = Webhook(Clock())
    grid = await subscribed(webhook, max_events_per_batch=2, schema=schema)

    for name in ("one", "two", "three"):
        grid.publish(event(name))
    await grid.settle()

    assert [arrival.ids for arrival in webhook.arrivals] == [["one", "two"], ["three"]]
    assert all(isinstance(arrival.content, list) for arrival in webhook.arrivals)
    assert grid.counters.delivered == 3


async def test_a_batch_is_delivered_or_not_as_a_whole():
    webhook = Webhook(Clock(), 500, 202)
    grid = await subscribed(webhook, max_events_per_batch=2)

    for name in ("one", "two"):
        grid.publish(event(name))
    await grid.settle()

    assert [arrival.ids for arrival in webhook.arrivals] == [["one", "two"], ["one", "two"]]


@pytest.mark.parametrize("status", [200, 201, 202, 203, 204])
async def test_success(status):
    webhook = Webhook(Clock(), status)
    grid = await subscribed(webhook)

    grid.publish(event())
    await grid.settle()

    assert (grid.counters.attempts, grid.counters.delivered) == (1, 1)


@pytest.mark.parametrize("status", [400, 401, 403, 413])
async def test_hopeless_answers_are_not_tried_again(status):
    webhook = Webhook(Clock(), status, 202)
    grid = await subscribed(webhook)

    grid.publish(event())
    await grid.settle()

    assert (grid.counters.attempts, grid.counters.dropped) == (1, 1)


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [(404, 300), (408, 120), (503, 30), (500, 10), (206, 10), (302, 10), (429, 10), (UNREACHABLE, 10)],
)
async def test_some_answers_call_for_a_longer_wait(answer, seconds):
    webhook = Webhook(Clock(), answer, 202)
    grid = await subscribed(webhook)

    grid.publish(event())
    await grid.settle()

    (wait,) = webhook.waits()
    assert seconds <= wait <= 1.05 * seconds
    assert [arrival.headers["aeg-delivery-count"] for arrival in webhook.arrivals] == ["0", "1"]
    assert (grid.counters.retried, grid.counters.delivered) == (1, 1)


async def test_a_broken_endpoint_is_tried_ever_more_rarely_for_a_day():
    webhook = Webhook(Clock(), 500)
    grid = await subscribed(webhook)

    grid.publish(event())
    await grid.settle()

    scheduled = [10, 30, 60, 300, 600, 1800, 1 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR]
    assert len(webhook.waits()) == len(scheduled)
    for wait, at_least in zip(webhook.waits(), scheduled, strict=True):
        assert at_least <= wait <= 1.05 * at_least
    assert grid.counters.dropped == 1


async def test_attempts_run_out():
    webhook = Webhook(Clock(), 500)
    grid = await subscribed(webhook, max_delivery_attempts=3)

    grid.publish(event())
    await grid.settle()

    assert (grid.counters.attempts, grid.counters.retried, grid.counters.dropped) == (3, 2, 1)


async def test_no_more_than_six_attempts_fit_into_half_an_hour():
    """The example of https://learn.microsoft.com/azure/event-grid/delivery-and-retry#retry-policy."""
    webhook = Webhook(Clock(), 500)
    grid = await subscribed(webhook, max_delivery_attempts=10, time_to_live_minutes=30)

    grid.publish(event())
    await grid.settle()

    assert len(webhook.arrivals) == 6
