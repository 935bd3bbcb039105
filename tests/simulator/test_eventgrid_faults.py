"""Lost, doubled and late events, and what holds whatever happens."""

import asyncio

import pytest

from simulator.clock import Clock
from simulator.eventgrid.faults import DUPLICATED, LOST, NORMAL, Losses, delayed
from simulator.eventgrid.grid import EventGrid
from tests.simulator.webhooks import (
    UNREACHABLE,
    Slow,
    Webhook,
    event,
    seeded,
    subscribed,
    subscription,
)


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
