"""What the topic did not take is sent by a later pass, of any instance, and not for ever."""

import asyncio
from datetime import timedelta

import pytest

from shared.reporting.alerts import MAX_UNSENT, parse
from shared.reporting.reporter import RunReporter
from shared.reporting.store import ProcessStore
from simulator.eventgrid.topic import HOST_SUFFIX
from simulator.transport import installed
from tests.reporting.reports import EU, US, Watch, finding, report, said
from tests.reporting.topics import published, publisher
from tests.signed_in import simulated

BLOCKED = [("Peering.Blocked", "eu")]


@pytest.fixture
async def azure(monkeypatch):
    async with simulated(monkeypatch) as azure:
        yield azure


@pytest.fixture
def memory():
    return ProcessStore()


class Instance:
    def __init__(self, azure, memory, watch):
        self._azure, self._watch = azure, watch
        self._reporter = RunReporter(memory, watch, publisher())

    async def run(self, *troubles, after=timedelta(0), seconds=20, **options):
        self._watch.time += after
        await self._reporter.write(report(*troubles, **options), seconds=seconds)
        return published(self._azure)


FIVE_MINUTES = timedelta(minutes=5)


async def test_another_instance_sends_it_with_the_same_id_and_time(azure, memory, caplog):
    caplog.set_level("INFO", logger="interlinked")
    watch = Watch()
    azure.topic.refuses = (503, "Busy")
    await Instance(azure, memory, watch).run(finding(EU))
    (kept,) = parse((await memory.load())[0]).unsent.values()
    assert said(caplog) == ["needs a person", "outcome not published"]

    caplog.clear()
    azure.topic.refuses = None
    other = Instance(azure, memory, watch)
    watch.time += FIVE_MINUTES
    await other._reporter.write(report(finding(EU)), seconds=20)
    (event,) = azure.topic.published
    assert (event["id"], event["time"][:19]) == (kept.id, kept.time.isoformat()[:19])
    assert published(azure) == BLOCKED
    assert said(caplog) == []

    assert await other.run(finding(EU), after=FIVE_MINUTES) == []
    assert parse((await memory.load())[0]).unsent == {}


async def test_a_process_that_ended_before_sending_leaves_it_to_the_next(azure, memory):
    """Its end is that of the task, in the middle of the request."""
    watch = Watch()

    async def hang(request):
        if HOST_SUFFIX in request.url:
            await asyncio.sleep(3600)
        return await azure.handle(request)

    with installed(hang):
        run = asyncio.create_task(Instance(azure, memory, watch).run(finding(EU)))
        await asyncio.sleep(1)
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)

    assert await Instance(azure, memory, watch).run(finding(EU), after=FIVE_MINUTES) == BLOCKED


async def test_what_another_may_be_sending_just_now_is_left_to_it(azure, memory):
    watch = Watch()
    azure.topic.refuses = (503, "Busy")
    await Instance(azure, memory, watch).run(finding(EU))
    azure.topic.refuses = None

    assert await Instance(azure, memory, watch).run(finding(EU), after=timedelta(seconds=10)) == []


async def test_a_run_for_an_event_does_not_spend_its_time_on_it(azure, memory):
    watch = Watch()
    instance = Instance(azure, memory, watch)
    azure.topic.refuses = (503, "Busy")
    await instance.run(finding(EU))
    azure.topic.refuses = None

    assert await instance.run(finding(EU), after=FIVE_MINUTES, look_at=EU) == []
    assert await instance.run(finding(EU), after=FIVE_MINUTES) == BLOCKED


async def test_without_storage_the_process_itself_sends_it_later(azure, memory, caplog):
    caplog.set_level("INFO", logger="interlinked")

    async def unavailable(*_):
        raise TimeoutError

    memory.load = unavailable
    watch = Watch()
    instance = Instance(azure, memory, watch)
    azure.topic.refuses = (503, "Busy")
    await instance.run(finding(EU))
    azure.topic.refuses = None

    assert await instance.run(finding(EU), after=FIVE_MINUTES) == BLOCKED


async def test_after_a_day_it_is_given_up_in_one_line(azure, memory, caplog):
    caplog.set_level("INFO", logger="interlinked")
    watch = Watch()
    instance = Instance(azure, memory, watch)
    troubles = [finding(EU), finding(US)]
    azure.topic.refuses = (503, "Busy")
    await instance.run(*troubles)
    caplog.clear()
    await instance.run(*troubles, after=timedelta(hours=23))
    assert said(caplog) == []
    await instance.run(*troubles, after=timedelta(hours=2))
    assert said(caplog) == ["outcomes given up"]
    assert '"count":2' in caplog.text

    azure.topic.refuses = None
    assert await instance.run(*troubles, after=FIVE_MINUTES) == []


async def test_only_so_many_are_kept_and_the_newest_of_them(azure, memory, caplog):
    watch = Watch()
    instance = Instance(azure, memory, watch)
    azure.topic.refuses = (503, "Busy")
    first = [finding(EU, f"early {number}") for number in range(3)]
    many = [finding(US, f"late {number}") for number in range(MAX_UNSENT)]
    await instance.run(*first)
    await instance.run(*first, *many, after=FIVE_MINUTES)
    azure.topic.refuses = None

    news = await instance.run(*first, *many, after=FIVE_MINUTES)

    assert {name for _, name in news} == {"us"}
    assert len(news) == MAX_UNSENT
    assert '"count":3' in caplog.text
