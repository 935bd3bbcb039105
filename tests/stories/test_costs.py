"""What runs cost in simulated time and requests, as figures that must not grow: the benchmarks' own, asserted.

Nothing here looks at the clock on the wall.
"""

import logging

import pytest

from benchmarks import settled
from benchmarks.onboarding import Way, onboard
from simulator.network.locks import LockMode

MODES = list(LockMode)


@pytest.fixture(autouse=True)
def app_log_as_it_was():
    """Benchmarks silence it for good."""
    log = logging.getLogger("interlinked")
    level = log.level
    yield
    log.setLevel(level)


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("mode", MODES)
async def test_one_spoke_is_connected_nearly_as_soon_as_it_can_be(way, mode):
    cost = await onboard(way, mode, 1)
    assert cost.worst_ratio <= 1.1
    assert cost.writes <= 3  # where writes take turns, one refusal tells so
    assert cost.reads <= 17


@pytest.mark.parametrize(
    ("mode", "spokes"), [*((mode, 10) for mode in MODES), (LockMode.PARALLEL, 50), (LockMode.CONFLICT, 50)]
)
async def test_the_timer_connects_many_nearly_as_soon_as_they_can_be(mode, spokes):
    cost = await onboard(Way.TIMER, mode, spokes)
    assert cost.middle_ratio <= 1.25
    assert cost.worst_ratio <= 1.25
    assert cost.writes_ratio <= 1.2
    assert cost.reads_ratio <= 1.9


@pytest.mark.parametrize("mode", MODES)
async def test_events_of_many_at_once_are_as_fast_and_ask_no_more(mode):
    """Where writes take turns, far longer than any of the events may run."""
    cost = await onboard(Way.AT_ONCE, mode, 25)
    assert cost.middle_ratio <= 1.25
    assert cost.worst_ratio <= 1.25
    assert cost.writes_ratio <= 1.2
    assert cost.reads_ratio <= 1.3


async def test_events_of_two_hundred_at_once_stay_within_the_limits_of_resource_manager():
    cost = await onboard(Way.AT_ONCE, LockMode.PARALLEL, 200)
    assert cost.middle_ratio <= 1.25
    assert cost.worst_ratio <= 1.25
    assert (cost.writes_ratio, cost.refused) == (1, 0)
    assert cost.reads_ratio <= 0.5


async def test_a_large_estate_is_connected_within_the_limits_of_resource_manager():
    cost = await onboard(Way.TIMER, LockMode.PARALLEL, 200)
    assert cost.middle_ratio <= 1.25
    assert cost.worst_ratio <= 1.25
    assert (cost.writes_ratio, cost.refused) == (1, 0)
    assert cost.reads_ratio <= 1.55


@pytest.mark.parametrize(("networks", "requests"), [(1, 2), (100, 2), (500, 6), (1000, 12)])
async def test_a_settled_pass_reads_the_list_and_the_hub_and_no_more(networks, requests):
    """Where the hub is full, the owners' list of the rest comes on top."""
    cost = await settled.look(networks)
    assert cost.requests == requests
    assert cost.bytes <= 4_100 * min(networks, 500) + 1_200 * max(0, networks - 500) + 2_000
