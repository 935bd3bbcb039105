"""Timer triggers on a simulated clock."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from devhost.clock import Clock
from devhost.schedules import Schedule
from devhost.timers import Timer
from tests.devhost.builders import START, RecordingWorker, timer_function

pytestmark = pytest.mark.looptime

MINUTE, HOUR = 60, 3600


def timer(schedule: str, worker: RecordingWorker, **options) -> Timer:
    function = timer_function(schedule, **options)
    return Timer(function, function.trigger, Schedule.parse(schedule), Clock(START), worker.run)


@asynccontextmanager
async def running(timer: Timer):
    task = asyncio.create_task(timer.run())
    yield
    task.cancel()
    await asyncio.wait([task])


def times(worker: RecordingWorker) -> list[float]:
    return [seconds for seconds, _, _ in worker.calls]


def told(worker: RecordingWorker) -> list[dict]:
    return [json.loads(payload) for payload in worker.payloads]


async def test_it_fires_on_the_tick():
    worker = RecordingWorker()
    async with running(timer("0 */10 * * * *", worker)):
        await asyncio.sleep(35 * MINUTE)

    assert times(worker) == [10 * MINUTE, 20 * MINUTE, 30 * MINUTE]


async def test_it_is_told_when_it_ran_last_and_runs_next():
    worker = RecordingWorker()
    async with running(timer("0 0 * * * *", worker)):
        await asyncio.sleep(2 * HOUR + 1)

    first, second = told(worker)
    assert first == {
        "Schedule": {"AdjustForDST": True},
        "ScheduleStatus": {
            "Last": "0001-01-01T00:00:00+00:00",
            "Next": "2026-01-05T09:00:00+00:00",
            "LastUpdated": "0001-01-01T00:00:00+00:00",
        },
        "IsPastDue": False,
    }
    assert second["ScheduleStatus"] == {
        "Last": "2026-01-05T09:00:00+00:00",
        "Next": "2026-01-05T10:00:00+00:00",
        "LastUpdated": "2026-01-05T09:00:00+00:00",
    }


async def test_runs_do_not_overlap_and_missed_ticks_make_one_run_at_once():
    worker = RecordingWorker(seconds=25 * MINUTE)
    async with running(timer("0 */10 * * * *", worker)):
        await asyncio.sleep(65 * MINUTE)

    assert times(worker) == [10 * MINUTE, 35 * MINUTE, 60 * MINUTE]
    assert [each["IsPastDue"] for each in told(worker)] == [False, False, False]


async def test_ticks_missed_while_it_did_not_run_are_made_up_for_once():
    worker = RecordingWorker()
    nightly = timer("0 0 * * * *", worker)
    async with running(nightly):
        await asyncio.sleep(30 * MINUTE)
    await asyncio.sleep(5 * HOUR)

    async with running(nightly):
        await asyncio.sleep(HOUR + 1)

    assert times(worker) == [5.5 * HOUR, 6 * HOUR]
    assert [each["IsPastDue"] for each in told(worker)] == [True, False]
    assert told(worker)[0]["ScheduleStatus"]["Next"] == "2026-01-05T09:00:00+00:00"


async def test_a_run_cut_short_is_past_due_afterwards():
    worker = RecordingWorker(seconds=HOUR)
    hourly = timer("0 0 * * * *", worker)
    async with running(hourly):
        await asyncio.sleep(1.5 * HOUR)

    async with running(hourly):
        await asyncio.sleep(MINUTE + 1)

    assert [each["IsPastDue"] for each in told(worker)] == [False, True]


async def test_run_on_startup_comes_on_top_of_the_schedule():
    worker = RecordingWorker()
    async with running(timer("0 0 * * * *", worker, run_on_startup=True)):
        await asyncio.sleep(HOUR + 1)

    assert times(worker) == [0, HOUR]
    assert [call.reason for _, _, call in worker.calls] == ["Run on startup", "Timer fired"]


async def test_without_a_monitor_nothing_is_told_and_nothing_made_up_for():
    worker = RecordingWorker()
    unmonitored = timer("0 0 * * * *", worker, use_monitor=False)
    async with running(unmonitored):
        await asyncio.sleep(HOUR + 1)
    await asyncio.sleep(5.5 * HOUR)
    async with running(unmonitored):
        await asyncio.sleep(HOUR + 1)

    assert times(worker) == [HOUR, 7 * HOUR]
    assert [each["ScheduleStatus"] for each in told(worker)] == [None, None]


async def test_schedules_under_a_minute_are_never_monitored():
    worker = RecordingWorker()
    async with running(timer("*/20 * * * * *", worker)):
        await asyncio.sleep(MINUTE + 1)

    assert times(worker) == [20, 40, 60]
    assert [each["ScheduleStatus"] for each in told(worker)] == [None, None, None]


async def test_called_by_hand_it_is_told_the_status_of_the_schedule():
    hourly = timer("0 0 * * * *", RecordingWorker())
    async with running(hourly):
        await asyncio.sleep(1.5 * HOUR)
        by_hand = json.loads(hourly.to_call("by hand").data.json)

    assert by_hand["IsPastDue"] is False
    assert by_hand["ScheduleStatus"]["Last"] == "2026-01-05T09:00:00+00:00"
