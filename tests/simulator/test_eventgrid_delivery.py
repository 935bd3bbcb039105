"""Event Grid against a webhook at the wire: handshake, delivery, retries, dead letters, faults."""

import asyncio
import itertools
import json
from dataclasses import dataclass
from random import Random

import pytest

from simulator.clock import Clock
from simulator.eventgrid.event import ResourceEvent
from simulator.eventgrid.faults import DUPLICATED, LOST, NORMAL, Losses, delayed
from simulator.eventgrid.grid import EventGrid
from simulator.eventgrid.handshake import HandshakeError
from simulator.eventgrid.post import Answer
from simulator.eventgrid.schema import DeliverySchema
from simulator.eventgrid.subscription import EventSubscription

SUBSCRIPTION = "0a6b0e6c-7d2f-4a5e-8b1c-2f1d3c4b5a69"
HOUR = 3600
UNREACHABLE = ConnectionRefusedError("nobody there")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """An answer after so many seconds of the endpoint's time."""

    seconds: float
    status: int = 202


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One delivery request, and when it came in simulated seconds."""

    at: float
    headers: dict[str, str]
    content: object

    @property
    def ids(self) -> list[str]:
        events = self.content if isinstance(self.content, list) else [self.content]
        return [event["id"] for event in events]


class Webhook:
    """Agrees to every subscription and answers deliveries one by one, the last way for good."""

    def __init__(self, clock, *answers):
        self.clock = clock
        self.answers = list(answers) or [202]
        self.arrivals = []

    async def post(self, method, url, headers, body):
        if method == "OPTIONS":
            return Answer(status=200, headers={"webhook-allowed-origin": headers["WebHook-Request-Origin"]})
        content = json.loads(body)
        if headers["aeg-event-type"] == "SubscriptionValidation":
            code = content[0]["data"]["validationCode"]
            return Answer(status=200, body=json.dumps({"validationResponse": code}).encode())
        self.arrivals.append(Arrival(at=self.clock.now(), headers=headers, content=content))
        match self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]:
            case OSError() as error:
                raise error
            case Slow(seconds=seconds, status=status):
                await asyncio.sleep(seconds)
                return Answer(status=status)
            case int(status):
                return Answer(status=status)

    def waits(self):
        """Simulated seconds between one arrival and the next."""
        times = [arrival.at for arrival in self.arrivals]
        return [later - earlier for earlier, later in itertools.pairwise(times)]


def event(name="vnet") -> ResourceEvent:
    return ResourceEvent(
        id=name,
        time=Clock().utc(),
        resource_id=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/{name}",
        operation_name="Microsoft.Network/virtualNetworks/write",
        tenant_id="b7c8d9e0-1f2a-4b3c-8d4e-5f6a7b8c9d0e",
        correlation_id="c0ffee00-1111-4222-8333-444455556666",
    )


def subscription(**changes) -> EventSubscription:
    return EventSubscription(
        **{"name": "app", "endpoint": "https://app.example/hook?code=key", "subscription_id": SUBSCRIPTION}
        | changes
    )


def seeded(seed=7) -> Random:
    return Random(seed)


async def subscribed(webhook, *, fate=None, **changes) -> EventGrid:
    grid = EventGrid(webhook.clock, seeded(), webhook.post, **({"fate": fate} if fate else {}))
    await grid.subscribe(subscription(**changes))
    return grid


# --- subscribing --------------------------------------------------------------------------------------


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


# --- one delivery -------------------------------------------------------------------------------------


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


# --- retries ------------------------------------------------------------------------------------------


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


# --- endpoints that take their time -------------------------------------------------------------------


async def test_thirty_seconds_are_quick_enough():
    webhook = Webhook(Clock(), Slow(seconds=29))
    grid = await subscribed(webhook)

    grid.publish(event())
    await grid.settle()

    assert (grid.counters.attempts, grid.counters.delivered) == (1, 1)


async def test_a_late_success_takes_the_event_out_of_the_queue():
    webhook = Webhook(Clock(), Slow(seconds=35), 202)
    grid = await subscribed(webhook)

    grid.publish(event())
    await grid.settle()

    assert (grid.counters.attempts, grid.counters.delivered) == (1, 1)
    assert webhook.clock.now() == pytest.approx(1 + 35)


async def test_a_slower_success_comes_after_a_duplicate_and_prevents_the_next():
    webhook = Webhook(Clock(), Slow(seconds=60))
    grid = await subscribed(webhook)

    grid.publish(event())
    await grid.settle()

    (wait,) = webhook.waits()
    assert 30 + 10 <= wait <= 30 + 10.5
    assert (grid.counters.attempts, grid.counters.delivered) == (2, 1)


async def test_after_three_minutes_a_success_is_not_heard():
    webhook = Webhook(Clock(), Slow(seconds=181))
    grid = await subscribed(webhook, max_delivery_attempts=4)

    grid.publish(event())
    await grid.settle()

    assert (grid.counters.attempts, grid.counters.delivered, grid.counters.dropped) == (4, 0, 1)


async def test_a_late_success_of_the_last_attempt_saves_the_event_from_the_dead_letters():
    webhook = Webhook(Clock(), Slow(seconds=100))
    grid = await subscribed(webhook, max_delivery_attempts=1, dead_letter=True)

    grid.publish(event())
    await grid.settle()

    assert (grid.counters.delivered, grid.dead_letters) == (1, ())


async def test_an_endpoints_time_is_its_own_while_azure_is_sped_up():
    clock = Clock(scale=60)
    webhook = Webhook(clock, Slow(seconds=29))
    grid = await subscribed(webhook)

    grid.publish(event())
    await grid.settle()

    assert grid.counters.attempts == 1
    assert clock.now() == pytest.approx(1 + 29 * 60)


async def test_waits_between_attempts_are_sped_up():
    webhook = Webhook(Clock(scale=60), 500, 202)
    grid = await subscribed(webhook)
    start = asyncio.get_running_loop().time()

    grid.publish(event())
    await grid.settle()

    assert 10 <= webhook.waits()[0] <= 10.5
    assert asyncio.get_running_loop().time() - start < 1


# --- dead letters -------------------------------------------------------------------------------------


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


# --- faults -------------------------------------------------------------------------------------------


async def test_the_next_events_can_be_lost():
    losses = Losses()
    webhook = Webhook(Clock())
    grid = await subscribed(webhook, fate=losses)

    losses.lose_next(2)
    for name in ("one", "two", "three"):
        grid.publish(event(name))
    await grid.settle()

    assert [arrival.ids for arrival in webhook.arrivals] == [["three"]]
    assert (grid.counters.matched, grid.counters.lost, grid.counters.delivered) == (3, 2, 1)


async def test_everything_can_be_lost_until_told_otherwise():
    losses = Losses()
    webhook = Webhook(Clock())
    grid = await subscribed(webhook, fate=losses)

    losses.lose_all()
    for name in ("one", "two", "three"):
        grid.publish(event(name))
    losses.stop()
    grid.publish(event("four"))
    await grid.settle()

    assert [arrival.ids for arrival in webhook.arrivals] == [["four"]]


async def test_events_can_overtake_each_other_and_come_twice():
    fates = {"early": delayed(60), "late": NORMAL, "twice": DUPLICATED, "never": LOST}
    webhook = Webhook(Clock())
    grid = await subscribed(webhook, fate=lambda event, _: fates[event.id])

    for name in fates:
        grid.publish(event(name))
    await grid.settle()

    assert [arrival.ids for arrival in webhook.arrivals] == [["late"], ["twice"], ["twice"], ["early"]]
    assert (grid.counters.matched, grid.counters.duplicated, grid.counters.lost) == (4, 1, 1)


# --- the whole ----------------------------------------------------------------------------------------


async def history(seed: int):
    """A bad day of an endpoint: what arrived when, and what Event Grid made of it."""
    random = seeded(seed)
    clock = Clock()
    answers = random.choices([202, 404, 500, 403, UNREACHABLE, Slow(seconds=40), Slow(seconds=200)], k=60)
    webhook = Webhook(clock, *answers, 202)
    grid = EventGrid(
        clock,
        random,
        webhook.post,
        fate=lambda _, __: random.choice([NORMAL, NORMAL, LOST, DUPLICATED, delayed(600)]),
    )
    await grid.subscribe(subscription(dead_letter=True, max_delivery_attempts=5))
    await grid.subscribe(subscription(name="other", max_delivery_attempts=3))
    for number in range(20):
        grid.publish(event(str(number)))
        await clock.sleep(random.uniform(0, 30))
    await grid.settle()
    return grid, [(round(arrival.at, 3), arrival.ids) for arrival in webhook.arrivals]


@pytest.mark.parametrize("seed", range(5))
async def test_every_event_comes_to_exactly_one_end(seed):
    grid, _ = await history(seed)
    counted = grid.counters

    assert counted.published == 20
    assert counted.matched + counted.duplicated == (
        counted.delivered + counted.lost + counted.dead_lettered + counted.dropped
    )
    assert counted.dead_lettered == len(grid.dead_letters)


async def test_the_same_seed_gives_the_same_history():
    _, one = await history(3)
    _, other = await history(3)

    assert one == other


async def test_closing_leaves_nothing_running():
    webhook = Webhook(Clock(), Slow(seconds=100))
    grid = await subscribed(webhook)
    grid.publish(event("under way"))
    await webhook.clock.sleep(50)
    grid.publish(event("not yet sent"))

    await grid.aclose()

    assert asyncio.all_tasks() == {asyncio.current_task()}
