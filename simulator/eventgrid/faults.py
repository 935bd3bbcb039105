"""What becomes of a matched event before it sets out: faults for scripted tests and demonstrations."""

import math
from collections.abc import Callable

from simulator.eventgrid.event import ResourceEvent
from simulator.eventgrid.subscription import EventSubscription

type Fate = tuple[float, ...]
"""One entry per copy that is sent: how many simulated seconds late it sets out."""

NORMAL: Fate = (0.0,)
LOST: Fate = ()
DUPLICATED: Fate = (0.0, 0.0)


def delayed(seconds: float) -> Fate:
    return (seconds,)


type DecideFate = Callable[[ResourceEvent, EventSubscription], Fate]
"""Asked once for each event and each subscription it matches."""

type DecideSpread = Callable[[ResourceEvent], float]
"""Asked before each retry, with the first event of the batch: how many times as long as scheduled it waits."""


def no_faults(_event: ResourceEvent, _subscription: EventSubscription) -> Fate:
    return NORMAL


class Losses:
    """Loses the next so many events, or all of them until told otherwise."""

    def __init__(self) -> None:
        self._to_lose: float = 0

    def lose_next(self, events: int) -> None:
        self._to_lose = events

    def lose_all(self) -> None:
        self._to_lose = math.inf

    def stop(self) -> None:
        self._to_lose = 0

    def __call__(self, _event: ResourceEvent, _subscription: EventSubscription) -> Fate:
        if self._to_lose <= 0:
            return NORMAL
        self._to_lose -= 1
        return LOST
