"""The least that Azure allows, to hold against what was measured.

Time: a hub whose networks take writes beside each other needs one write that joins two halves, as the lone one
runs meanwhile; where writes take turns, all of them follow each other. Resource Manager hands out 200 writes and
10 more each second. Calls: two writes a spoke; to look before the first, at each once it has ended, and at the
outcome; for each event by itself, so that runs which look together need less.
"""

from math import ceil
from statistics import median

from simulator.network.durations import Durations
from simulator.network.locks import LockMode
from simulator.throttling import RATES

DURATIONS = Durations()
EVENT_LATENCY_SECONDS = 1.0
PAGE = 100


def seconds_at_once(spokes: int, mode: LockMode) -> list[float]:
    """When each of `spokes`, all waiting at 0, can be Connected."""
    lone, paired = DURATIONS.lone_peering_write, DURATIONS.paired_peering_write
    if mode is not LockMode.PARALLEL:
        return [number * (lone + paired) for number in range(1, spokes + 1)]
    bucket, refill = RATES["writes"]
    return [max(0.0, (2 * number - bucket) / refill) + paired for number in range(1, spokes + 1)]


def seconds_alone(spokes: int, mode: LockMode) -> list[float]:
    """The same for spokes of which each comes when those before are done."""
    return seconds_at_once(1, mode) * spokes


def middle_and_worst(seconds: list[float]) -> tuple[float, float]:
    return median(seconds), max(seconds)


def writes(spokes: int) -> int:
    return 2 * spokes


def reads_of_a_timer_run(spokes: int) -> int:
    looks = 2 * (ceil((spokes + 1) / PAGE) + 1)
    groups = 1 if spokes > 3 else spokes
    return looks + groups + writes(spokes)


def reads_of_events(spokes: int) -> int:
    """Two networks are looked at for each of three events of a spoke: created, and its two halves written; the
    first run looks again at the end, and asks for the group's owner once."""
    return spokes * (3 * 2 + 2 + 1) + writes(spokes)
