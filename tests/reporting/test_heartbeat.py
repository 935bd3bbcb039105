"""What one instance knows of the full passes of another."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from shared.azure.blob import CONTAINER, store_of
from shared.engine.report import Outcome
from shared.reporting.heartbeat import BLOB, Heartbeat
from shared.reporting.store import ProcessStore
from tests.reporting.test_blob_store import ACCOUNT

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


class Time:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now

    def pass_by(self, **span):
        self.now += timedelta(**span)


@pytest.fixture
def time():
    return Time()


def passes(time, memory=None):
    return Heartbeat(memory or store_of(ACCOUNT, None, BLOB), time)


async def test_what_one_instance_did_the_others_know(azure, time):
    ours, theirs = passes(time), passes(time)
    assert await theirs.of_others() is None

    await ours.note(Outcome.SETTLED)
    time.pass_by(seconds=90)

    assert await theirs.of_others() == (Outcome.SETTLED, 90)
    assert await ours.of_others() is None  # it knows that by itself


async def test_the_later_of_two_passes_stays(azure, time):
    quick, slow = passes(time), passes(time)
    await asyncio.gather(quick.note(Outcome.SETTLED), slow.note(Outcome.BLOCKED))
    time.pass_by(minutes=5)
    await slow.note(Outcome.BLOCKED)
    time.pass_by(minutes=-1)
    await quick.note(Outcome.SETTLED)
    time.pass_by(minutes=2)

    assert await passes(time).of_others() == (Outcome.BLOCKED, 60)


async def test_a_pass_costs_one_read_and_one_write(azure, time):
    ours = passes(time)
    await ours.note(Outcome.SETTLED)
    before = len(azure.blobs.requests)

    await ours.note(Outcome.SETTLED)
    time.pass_by(minutes=5)
    await ours.note(Outcome.SETTLED)

    asked = azure.blobs.requests[before:]
    assert [method for method, path in asked if path.endswith(BLOB)] == ["GET", "GET", "PUT"]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\x00",
        b"[]",
        b"{}",
        b'{"version": 2, "endedAt": "2026-01-05T11:59:00+00:00", "outcome": "settled"}',
        b'{"version": 1, "endedAt": "2026-01-05T11:59:00", "outcome": "settled"}',
        b'{"version": 1, "endedAt": "2026-01-05T11:59:00+00:00", "outcome": "splendid"}',
        pytest.param(
            b'{"version": 1, "endedAt": "2026-01-05T12:59:00+00:00", "outcome": "settled"}', id="to come"
        ),
    ],
)
async def test_what_cannot_be_believed_is_unknown_and_overwritten(time, content):
    memory = ProcessStore()
    await memory.save(content, None)
    assert await passes(time, memory).of_others() is None

    await passes(time, memory).note(Outcome.BLOCKED)

    assert await passes(time, memory).of_others() == (Outcome.BLOCKED, 0)


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_storage_that_refuses_is_told_once_and_harms_nothing(azure, time, caplog, method):
    azure.blobs.refuses[method] = (403, "AuthorizationPermissionMismatch")
    ours = passes(time)
    for _ in range(2):
        await ours.note(Outcome.SETTLED)

    assert await passes(time).of_others() is None
    [line] = [record.getMessage() for record in caplog.records if record.name == "interlinked"]
    assert line.startswith("pass not remembered ")
    azure.blobs.refuses.clear()
    await ours.note(Outcome.SETTLED)
    assert json.loads(azure.blobs.containers[CONTAINER][BLOB].content)["outcome"] == "settled"
