"""How long to wait before the next look or try."""

import asyncio
from random import Random

LOOK_AFTER_SECONDS = (2.5, 3.5, 3.5, 3.0)
"""Before the first looks at a write under way; the last one repeats. A write that touches no other half takes
0 to 3 s, one that does 9 to 31 s: more looks would cost requests, fewer would keep others waiting for the turn."""
_EARLY_LOOKS = 2
"""Those at which a write that joins two halves cannot have ended well."""
BACK_OFF_SECONDS = (2.0, 4.0, 8.0, 15.0, 30.0)
"""After a refusal as busy that names no time; the last one repeats."""
_LEAST_SECONDS = 1.0
"""Azure has been seen to ask for 0 seconds, which would be a hot loop."""

PATIENCE_SECONDS = 60.0
"""Azure may ask for an hour: what is to wait longer than this is left to the next run."""


def step(steps: tuple[float, ...], number: int) -> float:
    """The pause before look or try `number`, counted from 0."""
    return steps[min(number, len(steps) - 1)]


async def look_again(looks: int) -> None:
    await asyncio.sleep(step(LOOK_AFTER_SECONDS, looks))


async def skip_early_looks() -> int:
    """Waits for the first look that is worth it at a write that joins two halves; returns its number."""
    await asyncio.sleep(sum(LOOK_AFTER_SECONDS[:_EARLY_LOOKS]))
    return _EARLY_LOOKS


async def back_off(random: Random, tries: int, retry_after_seconds: float | None = None) -> None:
    """Waits as long as Azure says, or else longer with every try, never all at the same moment."""
    await asyncio.sleep(back_off_seconds(random, tries, retry_after_seconds))


def back_off_seconds(random: Random, tries: int, retry_after_seconds: float | None = None) -> float:
    seconds = step(BACK_OFF_SECONDS, tries) if retry_after_seconds is None else retry_after_seconds
    return max(_LEAST_SECONDS, seconds) * random.uniform(1, 1.1)
