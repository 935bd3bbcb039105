"""What the app asks of Azure and logs is what was recorded, step by step. How the demos end is in tests/docs."""

import re

import pytest

from tests.recorded.recorder import played
from tests.recorded.recording import SEEDS, STEPS_A_DIGEST, digests, first_difference, kept

SMALL = 4
"""A seed with few steps, writes among them."""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_history_is_as_recorded(seed):
    _, steps = played(seed)

    difference = first_difference(kept()[seed], steps)

    assert difference is None, f"{difference}\nto compare: python -m tests.recorded --seed {seed}"


def test_a_word_of_the_log_is_a_difference():
    steps = list(played(SMALL)[1])
    at = next(at for at, step in enumerate(steps) if " INFO reconciled " in step)
    before = digests(steps)
    steps[at] = steps[at].replace("reconciled", "done")

    assert steps[at] in first_difference(before, steps)


def test_the_order_of_two_writes_is_a_difference():
    steps = list(played(SMALL)[1])
    first, second = [at for at, step in enumerate(steps) if re.match(r"[\d.]+ PUT ", step)][:2]
    before = digests(steps)
    steps[first], steps[second] = steps[second], steps[first]

    assert f"from {first // STEPS_A_DIGEST * STEPS_A_DIGEST + 1} on" in first_difference(before, steps)


@pytest.mark.parametrize("count", [1, STEPS_A_DIGEST])
def test_an_end_that_is_missing_or_more_is_a_difference(count):
    steps = [str(number) for number in range(3 * STEPS_A_DIGEST)]

    assert first_difference(digests(steps[:-count]), steps)
    assert first_difference(digests(steps), steps[:-count])
