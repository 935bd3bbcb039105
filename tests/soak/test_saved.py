"""Histories that go wrong, as scripts: `python -m tests.soak --seed N --save FILE` has written them."""

import logging
import re
from pathlib import Path

import pytest

from tests.soak.history import play_alone
from tests.soak.script import Script
from tests.soak.scripted import Playback

SAVED = Path(__file__).parent / "saved"
EARLY = "a write is repeated before the Retry-After of its refusal is over", "before Retry-After was over$"
BUSY = "too many writes are refused as busy for those that Azure takes", "writes refused as busy"
LEFT_OVER = "what deleted spokes left on the hub is not removed in time", "is left over$"
TOO_OFTEN = (
    "one process calls Azure more than 250 times within a minute",
    "^more than 250 calls within a minute",
)
FAILING = {
    76: EARLY,
    102: BUSY,
    138: LEFT_OVER,
    153: LEFT_OVER,
    700000379: EARLY,
    700000400: EARLY,
    700000424: EARLY,
    700000468: BUSY,
    700000566: LEFT_OVER,
    700000654: LEFT_OVER,
    700000681: BUSY,
    700000720: EARLY,
    700000746: BUSY,
    700000835: BUSY,
    700000866: LEFT_OVER,
    700000888: BUSY,
    700001173: TOO_OFTEN,
    700001185: LEFT_OVER,
}


@pytest.mark.parametrize(
    ("seed", "known"),
    [
        pytest.param(
            seed, known, marks=pytest.mark.xfail(strict=True, raises=AssertionError, reason=why), id=str(seed)
        )
        for seed, (why, known) in FAILING.items()
    ],
)
def test_everything_comes_right_and_nothing_forbidden_happens(seed, known):
    logging.disable(logging.CRITICAL)
    try:
        verdict = play_alone(Playback(Script.load(SAVED / f"{seed}.json")))
    finally:
        logging.disable(logging.NOTSET)
    if others := [what for what in verdict.broken if not re.search(known, what)]:
        pytest.fail(f"it goes wrong in another way than is known: {others}")
    assert verdict.broken == []


def test_every_saved_history_is_played():
    assert {path.name for path in SAVED.iterdir()} == {f"{seed}.json" for seed in FAILING}
