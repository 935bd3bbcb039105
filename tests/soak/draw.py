"""What a seed decides before its history begins: the kind of Azure, the kind of trouble, the size of it all."""

from dataclasses import dataclass
from random import Random

from simulator.eventgrid.schema import DeliverySchema
from simulator.network.locks import LockMode
from simulator.network.unsettled import Answers, DisconnectedPair, EarlierHalf, Matching
from simulator.trouble import Kind

_COMMON = (Kind.SERVER_ERROR, Kind.ANSWER_LOST, Kind.RESET, Kind.REFUSED, Kind.THROTTLED, Kind.CRASH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    seed: int
    lock_mode: LockMode
    schema: DeliverySchema
    answers: Answers
    page_size: int
    spokes: int
    language: str
    throttling: bool
    trouble_hours: float
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
            language=random.choice(["en", "de"]),
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
