"""What a process remembers of its runs."""

import pytest

from shared.engine.report import Blocked, Outcome, Report
from shared.model.errors import ErrorKind, NetworkError
from shared.model.ids import PeeringId, VnetId
from shared.status.run_history import RunHistory
from shared.status.snapshot import LastPass
from tests.clouds import SUBSCRIPTION

A, B = (VnetId(subscription=SUBSCRIPTION, group="rg", name=name) for name in ("vnet-a", "vnet-b"))
UNREADABLE = NetworkError(kind=ErrorKind.UNAVAILABLE, code="ServiceUnavailable", message="Later.")


def refused(vnet):
    denied = NetworkError(kind=ErrorKind.NEEDS_A_PERSON, code="AuthorizationFailed", message="No.")
    return Blocked(vnet=vnet, error=denied)


def report(look_at=None, outcome=Outcome.SETTLED, **fields):
    return Report(outcome=outcome, hub=None, look_at=look_at, pairs=0, **fields)


@pytest.mark.parametrize(
    ("later", "remembered"),
    [
        pytest.param(report(), set(), id="a full pass without them"),
        pytest.param(report(blocked=(refused(B),)), {B}, id="a full pass with one of them"),
        pytest.param(report(A), {B}, id="a run about one network"),
        pytest.param(report(PeeringId(vnet=A, name="peer")), {B}, id="a run about a peering of it"),
        pytest.param(report(error=UNREADABLE), {A, B}, id="a pass that could not read"),
    ],
)
def test_refusals_are_remembered_until_a_run_is_without_them(later, remembered):
    runs = RunHistory(lambda: 0.0)
    runs.note(report(blocked=(refused(A), refused(B))))

    runs.note(later)

    assert runs.refusals.keys() == remembered


def test_of_passes_here_and_elsewhere_the_last_one_counts():
    time = [1000.0]
    runs = RunHistory(lambda: time[0])
    runs.note_elsewhere(Outcome.BLOCKED, 1500)
    assert runs.last_pass == LastPass(outcome=Outcome.BLOCKED, seconds_ago=1500, is_elsewhere=True)

    runs.note(report())
    time[0] += 60
    runs.note_elsewhere(Outcome.BLOCKED, 61)
    assert runs.last_pass == LastPass(outcome=Outcome.SETTLED, seconds_ago=60)
    runs.note_elsewhere(Outcome.BLOCKED, 59)
    assert runs.last_pass == LastPass(outcome=Outcome.BLOCKED, seconds_ago=59, is_elsewhere=True)


def test_only_a_pass_over_everything_counts_as_one():
    clock = iter((0.0, 100.0, 130.0, 150.0)).__next__
    runs = RunHistory(clock)
    runs.note(report(A))
    assert runs.last_pass == LastPass(outcome=None, seconds_ago=100)

    runs.note(report(outcome=Outcome.BLOCKED))
    assert runs.last_pass == LastPass(outcome=Outcome.BLOCKED, seconds_ago=20)
