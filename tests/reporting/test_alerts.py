"""What is told of troubles that last, come and go, by one instance or several with the same memory."""

import json

import pytest

from shared.engine.report import Outcome
from shared.model.reasons import Reason
from shared.reporting.alerts import MAX_ALERTS, Alert, AlertContent, dump, parse
from shared.reporting.outcome_events import OutcomeEvent, OutcomeType
from shared.reporting.store import ProcessStore
from tests.reporting.reports import EU, OVERLAP, SUBSCRIPTION, US, Instance, Watch, finding, refused

NEWS, OVER = ["needs a person"], ["recovered"]


@pytest.fixture
def memory():
    return ProcessStore()


async def test_a_lasting_trouble_is_told_once_by_any_instance(memory, caplog):
    first, second = Instance(memory, caplog), Instance(memory, caplog)

    assert await first.run(finding(EU)) == NEWS
    assert await first.run(finding(EU)) == []
    assert await second.run(finding(EU)) == []
    assert await Instance(memory, caplog).run(finding(EU), look_at=EU) == []


async def test_without_a_memory_in_common_lines_are_repeated(caplog):
    assert await Instance(ProcessStore(), caplog).run(finding(EU)) == NEWS
    assert await Instance(ProcessStore(), caplog).run(finding(EU)) == NEWS


async def test_the_end_of_a_trouble_is_told_once_and_its_return_is_news(memory, caplog):
    first, second = Instance(memory, caplog), Instance(memory, caplog)
    await first.run(finding(EU))
    await second.run(finding(EU))

    assert await second.run(look_at=EU) == OVER
    assert await first.run() == []
    assert await first.run(finding(EU)) == NEWS
    assert await second.run(finding(EU)) == []


async def test_a_process_that_starts_tells_what_ended_before_it(memory, caplog):
    await Instance(memory, caplog).run(finding(EU), refused(US))

    assert await Instance(memory, caplog).run(refused(US)) == OVER


async def test_a_trouble_that_came_and_went_between_two_passes_is_news_when_it_returns(memory, caplog):
    watch = Watch()
    timer, event = Instance(memory, caplog, watch), Instance(memory, caplog, watch)
    await timer.run()
    await event.run(finding(EU), look_at=EU)

    assert await timer.run() == []
    assert await timer.run(finding(EU)) == NEWS
    assert await timer.run(finding(EU)) == []


async def test_a_run_about_one_network_ends_no_trouble_of_another(memory, caplog):
    instance = Instance(memory, caplog)
    await instance.run(finding(EU), finding(US))

    assert await instance.run(look_at=EU) == OVER
    assert await instance.run(finding(US)) == []


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Outcome.SETTLED, ["recovered", "recovered"]),
        (Outcome.IN_PROGRESS, []),
        (Outcome.UNREADABLE, []),
        pytest.param(Outcome.CHANGES_DUE, OVER, id="only what a run that does not write can see"),
    ],
)
async def test_only_a_run_that_got_to_its_end_proves_a_trouble_over(memory, caplog, outcome, told):
    instance = Instance(memory, caplog)
    await instance.run(finding(EU), refused(US))

    assert await instance.run(outcome=outcome) == told


async def test_another_message_is_news_and_not_an_end(memory, caplog):
    instance = Instance(memory, caplog)
    await instance.run(finding(EU, "10.0.0.0/24"))

    assert await instance.run(finding(EU, "10.0.1.0/24")) == NEWS
    assert await instance.run(finding(EU, "10.0.1.0/24")) == []
    assert await instance.run() == OVER


async def test_several_troubles_of_a_kind_are_each_told_once(memory, caplog):
    instance = Instance(memory, caplog)
    leftovers = [finding(EU, name, Reason.OTHER_LEFTOVER) for name in ("one", "two")]

    assert await instance.run(*leftovers) == ["noticed", "noticed"]
    assert await instance.run(*leftovers) == []
    assert await instance.run(leftovers[1]) == []
    assert await instance.run() == OVER


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\x00",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"version": 2, "told": []}',
        b'{"version": 1, "told": [1]}',
        b'{"version": 1, "told": [{"vnet": "x", "code": "y", "digest": "z", "since": "now"}]}',
        b'{"version": 1, "told": [{"vnet": "x", "code": "y", "digest": "z", "since": "2026-01-05T08:00:00"}]}',
    ],
    ids=lambda content: content[:40].decode(errors="replace"),
)
async def test_what_cannot_be_understood_is_said_once_and_overwritten(memory, caplog, content):
    await memory.save(content, None)
    instance = Instance(memory, caplog)

    assert await instance.run() == ["memory discarded"]
    assert await instance.run(finding(EU)) == NEWS
    assert await Instance(memory, caplog).run(finding(EU)) == []


async def test_the_memory_says_which_network_what_and_since_when(memory, caplog):
    await Instance(memory, caplog).run(finding(EU))

    content, _ = await memory.load()
    (entry,) = json.loads(content)["told"]
    assert entry == {
        "vnet": str(EU),
        "code": "overlap",
        "digest": Alert.of(EU, OVERLAP, "10.0.0.0/24").digest,
        "since": "2026-01-05T08:00:02+00:00",
    }


async def test_the_memory_is_bounded_and_forgets_the_oldest(memory, caplog):
    watch = Watch()
    instance = Instance(memory, caplog, watch)
    await instance.run(refused(EU, "the first"))
    many = [refused(US, str(number)) for number in range(MAX_ALERTS)]

    assert len(await instance.run(refused(EU, "the first"), *many)) == MAX_ALERTS

    content, _ = await memory.load()
    told = parse(content).reported
    assert len(told) == MAX_ALERTS
    assert Alert.of(EU, "RequestDisallowedByPolicy", "the first") not in told
    assert len(content) < 512 * 1024


def test_what_is_written_is_read_again():
    told = {Alert.of(EU, "overlap", "ü"): Watch()(), Alert.of(US, "overlap", "\ud800"): Watch()()}
    event = OutcomeEvent(type=OutcomeType.BLOCKED, network=EU, data={"message": "ü"})
    kept = AlertContent(reported=told, unsent={event.id: event})
    assert parse(dump(kept)) == kept


async def test_a_subscription_that_was_not_listed_proves_no_trouble_of_its_networks_over(memory, caplog):
    instance = Instance(memory, caplog)
    await instance.run(refused(EU))

    assert await instance.run(unlisted=frozenset({SUBSCRIPTION})) == []
    assert await instance.run() == OVER
