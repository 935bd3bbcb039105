"""What the app did in histories, as digests that are kept: enough to say where one first differs."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import batched, zip_longest
from pathlib import Path

SEEDS = range(40)
STEPS_A_DIGEST = 10
_FILE = Path(__file__).with_name("histories.json")

type Digests = list[str]


def digests(steps: Sequence[str]) -> Digests:
    return [
        sha256("\n".join(some).encode()).hexdigest()[:8]
        for some in batched(steps, STEPS_A_DIGEST, strict=False)
    ]


def first_difference(kept: Digests, steps: Sequence[str]) -> str | None:
    """Which steps are the first to differ from those that were recorded, and what they are now."""
    for number, (before, now) in enumerate(zip_longest(kept, digests(steps))):
        if before != now:
            first = number * STEPS_A_DIGEST
            some = steps[first : first + STEPS_A_DIGEST] or ["no more steps"]
            return "\n".join((f"first in the {STEPS_A_DIGEST} steps from {first + 1} on, now:", *some))
    return None


def kept() -> dict[int, Digests]:
    """By seed."""
    recorded = json.loads(_FILE.read_text(encoding="utf-8"))
    return {int(seed): found.split() for seed, found in recorded.items()}


def keep(recorded: Mapping[int, Digests]) -> None:
    """With a line for each seed."""
    lines = (f' "{seed}": "{" ".join(found)}"' for seed, found in recorded.items())
    _FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
