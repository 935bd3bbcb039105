"""Dead letters: when, and what they tell."""

import pytest

from simulator.clock import Clock
from simulator.eventgrid.schema import DeliverySchema
from tests.simulator.webhooks import UNREACHABLE, Slow, Webhook, event, subscribed


async def test_a_dead_letter_follows_five_minutes_after_the_last_attempt():
    webhook = Webhook(Clock(), 404)
    grid = await subscribed(webhook, max_delivery_attempts=2, dead_letter=True)

    grid.publish(event())
    await grid.settle()

    (letter,) = grid.dead_letters
    assert webhook.clock.now() == pytest.approx(webhook.arrivals[-1].at + 300)
    assert letter.subscription_name == "app"
    assert letter.content == webhook.arrivals[0].content[0] | {
        "deadLetterReason": "MaxDeliveryAttemptsExceeded",
        "deliveryAttempts": 2,
        "lastDeliveryOutcome": "NotFound",
        "publishTime": "2026-01-05T08:00:00.0000000Z",
        "lastDeliveryAttemptTime": letter.content["lastDeliveryAttemptTime"],
    }
    assert "2026-01-05T08:05:01" <= letter.content["lastDeliveryAttemptTime"] <= "2026-01-05T08:05:32"
    assert (grid.counters.dead_lettered, grid.counters.dropped) == (1, 0)


async def test_a_dead_letter_does_not_wait_five_minutes_more_for_a_silent_endpoint():
    webhook = Webhook(Clock(), Slow(seconds=1000))
    grid = await subscribed(webhook, max_delivery_attempts=1, dead_letter=True)

    grid.publish(event())
    await grid.settle()

    assert len(grid.dead_letters) == 1
    assert webhook.clock.now() == pytest.approx(1 + 300)


@pytest.mark.parametrize(
    ("answer", "reason", "outcome", "attempts"),
    [
        (400, "UndeliverableDueToHttpBadRequest", "BadRequest", 1),
        (503, "MaxDeliveryAttemptsExceeded", "Busy", 3),
        (500, "MaxDeliveryAttemptsExceeded", "GenericError", 3),
        (UNREACHABLE, "MaxDeliveryAttemptsExceeded", "SocketError", 3),
        (Slow(seconds=1000), "MaxDeliveryAttemptsExceeded", "TimedOut", 3),
        (404, "TimeToLiveExceeded", "NotFound", 1),
    ],
)
async def test_a_dead_letter_tells_why(answer, reason, outcome, attempts):
    grid = await subscribed(
        Webhook(Clock(), answer), max_delivery_attempts=3, time_to_live_minutes=4, dead_letter=True
    )

    grid.publish(event())
    await grid.settle()

    (letter,) = grid.dead_letters
    assert letter.content["deadLetterReason"] == reason
    assert letter.content["lastDeliveryOutcome"] == outcome
    assert letter.content["deliveryAttempts"] == attempts


async def test_dead_letters_of_cloud_events_have_lower_case_names():
    grid = await subscribed(Webhook(Clock(), 400), schema=DeliverySchema.CLOUD_EVENTS, dead_letter=True)

    grid.publish(event())
    await grid.settle()

    (letter,) = grid.dead_letters
    assert letter.content["specversion"] == "1.0"
    assert letter.content["deadletterreason"] == "UndeliverableDueToHttpBadRequest"
