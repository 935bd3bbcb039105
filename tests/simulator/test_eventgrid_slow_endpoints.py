"""Endpoints that take their time, and simulated time that is sped up."""

import asyncio

import pytest

from simulator.clock import Clock
from tests.simulator.webhooks import (
    Slow,
    Webhook,
    event,
    subscribed,
)


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
