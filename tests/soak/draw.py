"""What a seed decides: the kind of Azure, the kind of trouble and the size of it all, and then what happens."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from simulator import trouble
from simulator.azure import Azure
from simulator.eventgrid.event import ResourceEvent
from simulator.eventgrid.schema import DeliverySchema
from simulator.network.locks import LockMode
from simulator.network.unsettled import Answers, DisconnectedPair, EarlierHalf, Matching
from simulator.trouble import Kind
from tests.soak.chance import Chance, Deed, EventFate
from tests.soak.people import People
from tests.soak.whims import whims

type Language = Literal["en", "de"]

_COMMON = (Kind.SERVER_ERROR, Kind.ANSWER_LOST, Kind.RESET, Kind.REFUSED, Kind.THROTTLED, Kind.CRASH)
_LANGUAGES: tuple[Language, ...] = ("en", "de")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Under which a history takes place."""

    seed: int
    """Of the app's own chance, and of guids."""
    lock_mode: LockMode
    schema: DeliverySchema
    answers: Answers
    page_size: int
    spokes: int
    language: Language
    throttling: bool
    trouble_hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(Conditions):
    rates: dict[Kind, float]
    slow_operations: float
    """Share of operations that take ten times as long."""
    stuck_operations: float
    """Share of operations that take an hour."""
    lost_events: float
    doubled_events: float
    late_events: float
    recycled: float
    """Share of invocations that meet a new instance while the old one still finishes what it does."""
    seconds_between_deeds: float

    @classmethod
    def of(cls, seed: int) -> "Draw":
        random = Random(f"draw {seed}")
        kinds = random.sample(list(Kind), random.randint(0, 5)) + random.sample(_COMMON, random.randint(0, 3))

        def share(most: float) -> float:
            return random.choice([0.0, random.uniform(0, most)])

        return cls(
            seed=seed,
            lock_mode=random.choice(list(LockMode)),
            schema=random.choice(list(DeliverySchema)),
            answers=Answers(
                disconnected_pair=random.choice(list(DisconnectedPair)),
                earlier_half=random.choice(list(EarlierHalf)),
                matching=random.choice(list(Matching)),
            ),
            page_size=random.choice([2, 3, 100]),
            spokes=random.randint(1, 6),
            language=random.choice(_LANGUAGES),
            throttling=random.random() < 0.3,
            trouble_hours=random.choice([0.5, 2, 6]),
            rates={kind: random.choice([0.01, 0.05, 0.2]) for kind in kinds},
            slow_operations=share(0.2),
            stuck_operations=share(0.02),
            lost_events=share(0.5),
            doubled_events=share(0.3),
            late_events=share(0.3),
            recycled=share(0.3),
            seconds_between_deeds=random.choice([60, 300, 900]),
        )

    @property
    def conditions(self) -> Conditions:
        return self

    def chance(self, azure: Azure) -> Chance:
        return DrawnChance(self, azure)


class DrawnChance:
    def __init__(self, draw: Draw, azure: Azure) -> None:
        self.hangs = draw.stuck_operations > 0
        self.befalls = trouble.Chance(random=Random(f"trouble {draw.seed}"), rates=draw.rates)
        self.refusal = azure.world.locks.refusal
        self.spread = azure.eventgrid.spread
        self._draw = draw
        self._people = Random(f"people {draw.seed}")
        self._luck = Random(f"luck {draw.seed}")

    def deeds(self, people: People) -> AsyncIterator[Deed]:
        return whims(people, self._people, self._draw.seconds_between_deeds)

    def pace(self, _kind: str, _target: str) -> float:
        luck = self._luck.random()
        if luck < self._draw.stuck_operations:
            return 300.0
        return 10.0 if luck < self._draw.stuck_operations + self._draw.slow_operations else 1.0

    def fate(self, _event: ResourceEvent) -> EventFate:
        random, draw = self._luck, self._draw
        recycled = random.random() < draw.recycled
        if random.random() < draw.lost_events:
            return EventFate((), recycled)
        copies = 2 if random.random() < draw.doubled_events else 1
        delays = (
            random.choice([5.0, 600.0, 7200.0]) * random.random()
            if random.random() < draw.late_events
            else 0.0
            for _ in range(copies)
        )
        return EventFate(tuple(delays), recycled)
