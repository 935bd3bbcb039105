"""A history that is written down and played is the same history, and nothing in it is drawn."""

import logging
import sys
from random import Random
from types import SimpleNamespace

import pytest

from simulator.http import Request
from simulator.trouble import Kind
from tests.soak.__main__ import run
from tests.soak.draw import Draw
from tests.soak.history import play_alone
from tests.soak.recording import Recording
from tests.soak.script import Fates, Script
from tests.soak.scripted import LAPSES_AFTER_SECONDS, Playback, ScriptedChance

DRAWS = ("random", "uniform", "expovariate", "choice", "choices", "sample", "randint", "randrange")
"""Without `getrandbits`, which makes guids: names that decide nothing."""


@pytest.fixture(autouse=True)
def silence():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def drawing(monkeypatch):
    """The modules that draw something."""
    modules = set()

    def noted(draw):
        def noting(self, *arguments, **options):
            modules.add(sys._getframe(1).f_globals["__name__"])
            return draw(self, *arguments, **options)

        return noting

    for name in DRAWS:
        monkeypatch.setattr(Random, name, noted(getattr(Random, name)))
    return modules


def saved(recording, folder) -> Playback:
    recording.script.save(folder / "history.json")
    return Playback(Script.load(folder / "history.json"))


@pytest.mark.parametrize("seed", [5, 9, 11])
def test_a_script_plays_to_the_same_end(seed, tmp_path):
    recording = Recording(Draw.of(seed))
    verdict = play_alone(recording)
    assert verdict == run(seed)
    assert play_alone(saved(recording, tmp_path)) == verdict


def test_only_the_app_draws_while_a_script_is_played(drawing, tmp_path):
    recording = Recording(Draw.of(11))
    play_alone(recording)
    assert {"tests.soak.draw", "tests.soak.whims", "simulator.trouble"} <= drawing
    playback = saved(recording, tmp_path)
    drawing.clear()
    play_alone(playback)
    assert {module.split(".")[0] for module in drawing - {"random"}} == {"shared"}


def script(*fates):
    """In which the token's requests meet these fates."""
    return Script(Draw.of(0), hangs=False, fates={Fates.REQUESTS: {"GET msi/token": list(fates)}})


def ask(chance, method="GET"):
    mishap = chance.befalls(Request(method=method, url="https://management.azure.com/msi/token"))
    return mishap and mishap.kind


def test_a_fate_befalls_the_next_request_of_its_subject_from_its_moment_on():
    clock = SimpleNamespace(now=lambda: seconds)
    chance = ScriptedChance(script([10.0, 0, "RESET"], [10.0, 0, "TIMEOUT"]), clock)
    seconds = 9.0
    assert ask(chance) is None
    seconds = 11.0
    assert ask(chance, "POST") is None
    assert [ask(chance) for _ in range(3)] == [Kind.RESET, Kind.TIMEOUT, None]


def test_of_requests_in_one_instant_it_befalls_the_one_it_befell():
    chance = ScriptedChance(script([10.0, 2, "RESET"]), SimpleNamespace(now=lambda: 10.0))
    assert [ask(chance) for _ in range(4)] == [None, None, Kind.RESET, None]


def test_a_fate_lapses():
    for late, befallen in ((LAPSES_AFTER_SECONDS, Kind.RESET), (LAPSES_AFTER_SECONDS + 1, None)):
        clock = SimpleNamespace(now=lambda late=late: 10.0 + late)
        assert ask(ScriptedChance(script([10.0, 0, "RESET"]), clock)) is befallen
