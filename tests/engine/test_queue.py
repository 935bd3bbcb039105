"""The queue's promises, on a simulated clock: by example, and over seeded schedules."""

import asyncio
from collections import defaultdict
from random import Random

import pytest

from shared.engine.queue import WorkQueue


def queue(on_ready=lambda: None):
    return WorkQueue[str, set](set.union, on_ready)


def taken(one):
    """All keys that can be had now, let go at once."""
    keys = []
    while found := one.get():
        keys.append(found[0])
        one.done(found[0])
    return keys


async def test_a_key_that_is_added_twice_is_worked_on_once_with_the_hints_of_both():
    one = queue()
    one.add("a", {1})
    one.add("b")
    one.add("a", {2})
    one.add("a")

    assert one.get() == ("a", {1, 2})
    assert one.get() == ("b", None)
    assert one.get() is None


async def test_a_key_that_is_added_while_it_is_worked_on_is_worked_on_again_afterwards():
    one = queue()
    one.add("a")
    one.get()
    one.add("a", {2})

    assert one.get() is None
    assert "a" in one
    one.done("a")
    assert one.get() == ("a", {2})


async def test_a_delayed_key_leaves_its_worker_free_and_comes_when_it_is_due():
    one = queue()
    one.add("a")
    one.get()
    one.add_after("a", 10)
    one.done("a")

    await asyncio.sleep(9.9)
    assert one.get() is None
    assert len(one) == 1
    await asyncio.sleep(0.2)
    assert one.get() == ("a", None)


async def test_a_key_that_is_added_does_not_wait_for_its_delay_and_is_not_done_twice():
    one = queue()
    one.add_after("a", 10)
    one.add("a")

    assert taken(one) == ["a"]
    await asyncio.sleep(11)
    assert taken(one) == []


async def test_a_delay_of_nothing_is_none():
    one = queue()
    one.add_after("a", 0)
    assert taken(one) == ["a"]


async def test_a_delay_does_not_put_off_a_key_that_waits_for_no_time():
    one = queue()
    one.add("a")
    one.add_after("a", 10)
    assert taken(one) == ["a"]


async def test_keys_come_in_the_order_in_which_they_were_added():
    one = queue()
    for key in ("b", "a", "c", "a"):
        one.add(key)
    assert taken(one) == ["b", "a", "c"]


async def test_one_that_is_added_again_and_again_keeps_nobody_waiting():
    one, served = queue(), []
    for key in ("storm", "calm"):
        one.add(key)
    for _ in range(4):
        key, _ = one.get()
        served.append(key)
        one.add("storm")
        one.done(key)
    assert served == ["storm", "calm", "storm", "storm"]


async def test_what_another_worker_holds_is_not_given_out():
    one = queue()
    since = one.mark()
    assert one.hold("a", since)
    one.add("a")

    assert one.get() is None
    assert not one.hold("a", since)
    one.done("a")
    assert one.get() == ("a", None)


async def test_nothing_is_held_for_a_look_that_is_older_than_the_last_work_on_it():
    one = queue()
    since = one.mark()
    one.add("a")
    one.get()
    one.done("a")

    assert not one.hold("a", since)
    assert one.hold("a", one.mark())


async def test_a_key_can_wait_until_another_one_is_let_go():
    one = queue()
    one.hold("a", one.mark())
    one.add_when_done("everything", ["a", "b"])

    assert one.get() is None
    one.done("a")
    assert one.get() == ("everything", None)


async def test_whoever_hands_out_work_hears_of_it():
    heard = []
    one = queue(lambda: heard.append(one.get()))
    one.add("a")
    one.add("a")
    one.done("a")
    assert heard == [("a", None), None, ("a", None)]


async def test_cleared_it_forgets_what_waits_and_keeps_what_is_held():
    one = queue()
    for key in ("a", "b"):
        one.add(key)
    one.get()
    one.add_after("c", 5)
    one.add_when_done("d", ["a"])
    one.clear()

    await asyncio.sleep(6)
    assert one.is_held("a")
    one.done("a")
    assert one.get() is None
    assert len(one) == 0


@pytest.mark.parametrize("seed", range(200))
async def test_no_key_is_lost_and_none_has_two_workers(seed):
    random, at_work, begun = Random(seed), set(), defaultdict(list)
    last_added, workers = {}, set()
    now = asyncio.get_running_loop().time

    async def work(key):
        assert key not in at_work, "two workers have one key"
        at_work.add(key)
        begun[key].append(now())
        await asyncio.sleep(random.choice([0, 0.5, 3]))
        if random.random() < 0.2:
            one.add_after(key, random.choice([1, 20]))
        at_work.discard(key)
        one.done(key)

    def dispatch():
        while len(workers) < 3 and (found := one.get()):
            task = asyncio.create_task(work(found[0]))
            workers.add(task)
            task.add_done_callback(lambda task: (workers.discard(task), dispatch()))

    one = queue(dispatch)
    keys = [f"k{number}" for number in range(random.randint(1, 8))]
    for _ in range(60):
        await asyncio.sleep(random.choice([0, 0, 0.3, 2]))
        key = random.choice(keys)
        last_added[key] = now()
        one.add(key)
    await asyncio.sleep(3600)

    assert len(one) == 0
    assert not workers
    assert all(begun[key][-1] >= last_added[key] for key in last_added), "added, and not looked at since"
    waits = [min(time for time in begun[key] if time >= added) - added for key, added in last_added.items()]
    assert max(waits) <= 3 + 3 * len(keys), "one waits for longer than all others together take"
