"""The host in one process with real functions, on a simulated clock; played by simulated_host.py."""

import json

import pytest

from tests.devhost.processes import run_python


@pytest.fixture(scope="module")
def played():
    ended = run_python("-m", "tests.devhost.simulated_host")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_timers_run_on_the_clock_of_the_loop(played):
    assert played["a_day_of_timers"] == {"before": [], "after": 1}


def test_the_same_app_can_be_started_again_on_another_loop(played):
    assert played["the_same_app_again"] == 202


def test_another_app_cannot_be_started_in_the_same_process(played):
    assert "this process already runs the app in" in played["another_app"]


def test_the_function_timeout_fails_one_invocation_and_no_other(played):
    assert played["a_function_that_takes_too_long"] == {
        "error": "the function timeout of 1 s was exceeded",
        "seconds": 1,
        "next one succeeded": True,
    }


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("sweep", None),
        ("ON_EVENT", None),
        ("off", None),
        ("on_event", "the input must be the JSON of one event"),
        ("lost", "the function is in error: %NO_SUCH_SETTING% does not resolve"),
        ("fails", "an HTTP function needs an HTTP request"),
        ("nobody", "there is no function 'nobody'"),
    ],
)
def test_invoking_by_name(played, name, error):
    outcome = played["invoking_by_name"][name]

    assert outcome is None if error is None else error in outcome


def test_the_settings_leave_the_environment_with_the_host(played):
    assert played["the_environment"] == [
        {"SWEEP_SCHEDULE": "0 0 3 * * *", "WEBSITE_HOSTNAME": "localhost:7100"},
        {"SWEEP_SCHEDULE": None, "WEBSITE_HOSTNAME": None},
    ]


def test_stopping_ends_what_still_runs(played):
    assert played["stopping_with_a_function_running"] == {"status": 202, "still running": 0}
