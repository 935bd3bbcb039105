"""A share of the seeds, with every change; `make soak` plays as many as one likes."""

import pytest

from tests.recorded.recorder import played, record

SEEDS = range(40)
ONCE_FAILED = {
    90: "with every write of a hub refused for minutes, runs waited an hour because Azure had once named one",
    140: "a hub whose own last write had failed was written to for ever",
    166: "the same, with one spoke and a rival for its addresses",
}


@pytest.mark.parametrize("seed", [*SEEDS, *ONCE_FAILED])
def test_everything_comes_right_and_nothing_forbidden_happens(seed):
    verdict, _ = played(seed)

    assert verdict.broken == []
    assert verdict.counts["event runs"] + verdict.counts["timer runs"] > 0


def test_the_same_seed_gives_the_same_history():
    assert record(5) == played(5)
