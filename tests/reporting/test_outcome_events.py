"""Which changes of state are news, once each, whichever instance meets them and however often it restarts."""

import asyncio
from datetime import timedelta

import pytest

from shared.azure.blob import store_of
from shared.engine.report import Outcome, Report
from shared.model.changes import Delete, Put
from shared.model.ids import PeeringId, VnetId
from shared.model.reasons import Reason
from shared.reporting.alerts import CHANGED, COMPLETED, Alert, parse
from shared.reporting.reporter import RunReporter
from shared.reporting.store import ProcessStore
from simulator.azure import TOKEN_PATH
from simulator.eventgrid.topic import HOST_SUFFIX
from simulator.transport import installed
from tests.reporting.reports import EU, SUBSCRIPTION, US, Watch, finding, refused, said
from tests.reporting.topics import published, publisher
from tests.signed_in import simulated

HUB = VnetId(subscription=SUBSCRIPTION, group="rg", name="hub")
OLD_HUB = VnetId(subscription=SUBSCRIPTION, group="rg", name="old-hub")
CONNECTED, REPAIRED, REMOVED = ([(f"Peering.{word}", "eu")] for word in ("Connected", "Repaired", "Removed"))
BLOCKED, RECOVERED = ([(f"Peering.{word}", "eu")] for word in ("Blocked", "Recovered"))


@pytest.fixture
async def azure(monkeypatch):
    async with simulated(monkeypatch) as azure:
        yield azure


@pytest.fixture
def memory():
    return ProcessStore()


def put(local, remote, reason):
    return Put(peering=PeeringId(vnet=local, name="p"), remote=remote, properties={}, reason=reason)


def pair_of(reason, spoke=EU):
    return put(HUB, spoke, reason), put(spoke, HUB, reason)


LEFTOVER = (Delete(peering=PeeringId(vnet=HUB, name="p"), remote=EU, reason=Reason.LEFTOVER),)
MOVED = tuple(
    Delete(peering=PeeringId(vnet=local, name="p"), remote=remote, reason=Reason.MOVED)
    for local, remote in ((EU, OLD_HUB), (OLD_HUB, EU))
)


class Instance:
    """One process of the app, with the topic."""

    def __init__(self, azure, memory, watch=None, *, heard=True):
        self._azure = azure
        self._reporter = RunReporter(memory, watch or Watch(), publisher() if heard else None)

    async def run(
        self, *applied, troubles=(), settled=True, seconds=20.0, look_at=None, outcome=None, lasted=0.5
    ):
        """`settled` is that of the spoke eu; None is that no such spoke was seen."""
        refusals = tuple(trouble for trouble in troubles if hasattr(trouble, "error"))
        findings = tuple(trouble for trouble in troubles if not hasattr(trouble, "error"))
        report = Report(
            outcome=outcome or (Outcome.BLOCKED if troubles else Outcome.SETTLED),
            hub=HUB,
            look_at=look_at,
            pairs=1,
            hubs={HUB: 1},
            pairs_settled={} if settled is None else {EU: settled},
            applied=applied,
            blocked=refusals,
            findings=findings,
            seconds=lasted,
        )
        await self._reporter.write(report, seconds=seconds)
        return published(self._azure)


@pytest.mark.parametrize(
    ("applied", "news"),
    [
        pytest.param(pair_of(Reason.MISSING), CONNECTED, id="new"),
        pytest.param(pair_of(Reason.DISCONNECTED), REPAIRED, id="broken"),
        pytest.param((*pair_of(Reason.DISCONNECTED), *pair_of(Reason.MISSING)), REPAIRED, id="half gone"),
        pytest.param((*pair_of(Reason.OUT_OF_SYNC), *pair_of(Reason.OPTIONS_DIFFER)), REPAIRED, id="drift"),
        pytest.param((*pair_of(Reason.MISSING), *MOVED, *pair_of(Reason.GATEWAY_USE)), CONNECTED, id="moved"),
        pytest.param((*LEFTOVER, *pair_of(Reason.MISSING)), REMOVED + CONNECTED, id="made again"),
    ],
)
async def test_what_was_done_is_told_when_it_is_whole_and_once(azure, memory, applied, news):
    instance = Instance(azure, memory)
    assert await instance.run(*applied, look_at=EU) == news
    assert await instance.run() == []
    assert await Instance(azure, memory).run() == []


async def test_a_repair_says_what_was_wrong(azure, memory):
    instance = Instance(azure, memory)
    for applied in (pair_of(Reason.OUT_OF_SYNC), pair_of(Reason.OPTIONS_DIFFER)):
        await instance._reporter.write(
            Report(
                outcome=Outcome.SETTLED,
                hub=HUB,
                look_at=EU,
                pairs=1,
                hubs={HUB: 1},
                applied=applied,
                pairs_settled={EU: True},
            ),
            seconds=20,
        )
    codes = [[cause["code"] for cause in event["data"]["reasons"]] for event in azure.topic.published]
    assert codes == [["out-of-sync"], ["options-differ"]]
    assert azure.topic.published[0]["data"]["hub"] == str(HUB)


async def test_a_leftover_is_removed_once_no_half_is_seen_any_more(azure, memory):
    instance = Instance(azure, memory)
    assert await instance.run(*LEFTOVER, settled=False, outcome=Outcome.IN_PROGRESS) == []
    assert await instance.run(settled=None) == REMOVED


async def test_what_one_run_began_another_instance_tells_the_end_of(azure, memory):
    first, timer = Instance(azure, memory), Instance(azure, memory)
    await timer.run()
    half, other_half = pair_of(Reason.MISSING)
    assert await first.run(half, settled=False, look_at=EU, outcome=Outcome.IN_PROGRESS) == []

    assert await timer.run(other_half) == CONNECTED
    assert await first.run(look_at=EU) == []
    assert await first.run() == []


async def test_what_two_instances_wrote_at_the_same_time_is_told_once(azure, memory):
    watch = Watch()
    event, timer = Instance(azure, memory, watch), Instance(azure, memory, watch)
    half, other_half = pair_of(Reason.MISSING)
    assert await event.run(half, look_at=EU) == CONNECTED
    assert await timer.run(other_half, lasted=60) == []
    assert await timer.run() == await event.run() == []


async def test_the_same_again_is_news(azure, memory):
    instance = Instance(azure, memory)
    for _ in range(3):
        assert await instance.run(*pair_of(Reason.DISCONNECTED)) == REPAIRED


async def test_what_was_told_is_forgotten_when_no_run_can_be_that_old(azure, memory):
    watch = Watch()
    instance = Instance(azure, memory, watch)
    await instance.run(*pair_of(Reason.DISCONNECTED))
    await instance.run()
    assert parse((await memory.load())[0]).reported.keys() == {Alert(EU, COMPLETED, Reason.DISCONNECTED)}

    watch.time += timedelta(hours=1)
    await instance.run()
    assert parse((await memory.load())[0]).reported == {}


async def test_without_the_topic_nothing_is_kept_of_changes(azure, memory):
    instance = Instance(azure, memory)
    await instance.run(*pair_of(Reason.MISSING), settled=False, outcome=Outcome.IN_PROGRESS)
    deaf = Instance(azure, memory, heard=False)
    assert await deaf.run() == []
    await deaf.run(*pair_of(Reason.DISCONNECTED), troubles=[finding(EU)])
    assert CHANGED not in {notice.code for notice in parse((await memory.load())[0]).reported}


async def test_an_event_about_a_pair_that_is_whole_asks_the_memory_nothing(azure):
    instance = Instance(azure, store_of({"AzureWebJobsStorage__accountName": "stinterlinked"}, None))
    assert await instance.run(*pair_of(Reason.MISSING), look_at=EU) == CONNECTED
    azure.blobs.requests.clear()
    assert await instance.run(look_at=EU) == []
    assert azure.blobs.requests == []


async def test_the_timer_closes_what_only_another_instance_knows_of(azure, memory):
    event, timer = Instance(azure, memory), Instance(azure, memory)
    await timer.run()
    await event.run(*pair_of(Reason.DISCONNECTED), settled=False, look_at=EU, outcome=Outcome.IN_PROGRESS)
    assert await timer.run() == REPAIRED


@pytest.mark.parametrize("outcome", [Outcome.IN_PROGRESS, Outcome.UNREADABLE, Outcome.CHANGES_DUE])
async def test_a_run_that_did_not_get_to_its_end_tells_of_no_success(azure, memory, outcome):
    instance = Instance(azure, memory)
    assert await instance.run(*pair_of(Reason.MISSING), outcome=outcome) == []
    assert await instance.run() == CONNECTED


async def test_a_network_deleted_before_it_was_connected_is_not_told_of(azure, memory):
    instance = Instance(azure, memory)
    await instance.run(*pair_of(Reason.MISSING), settled=False, outcome=Outcome.IN_PROGRESS)
    assert await instance.run(settled=None) == []
    assert await instance.run() == []


@pytest.mark.parametrize("trouble", [finding(EU), refused(EU)], ids=["finding", "refusal"])
async def test_a_trouble_is_told_when_it_comes_and_when_it_goes(azure, memory, trouble):
    instance = Instance(azure, memory)
    assert await instance.run(troubles=[trouble]) == BLOCKED
    assert await instance.run(troubles=[trouble]) == []
    assert await Instance(azure, memory).run(troubles=[trouble]) == []
    assert await instance.run() == RECOVERED
    assert await instance.run() == []


async def test_what_is_blocked_halfway_is_connected_after_it_recovered(azure, memory):
    instance = Instance(azure, memory)
    assert await instance.run(*pair_of(Reason.MISSING), troubles=[refused(EU)]) == BLOCKED
    assert sorted(await instance.run()) == sorted(CONNECTED + RECOVERED)


async def test_what_is_merely_noticed_is_no_outcome(azure, memory):
    instance = Instance(azure, memory)
    noticed = finding(EU, reason=Reason.SPOKE_HAS_GATEWAY)
    assert await instance.run(troubles=[noticed], outcome=Outcome.SETTLED) == []
    assert await instance.run() == []


async def test_a_hub_that_cannot_be_told_is_about_the_whole_deployment(azure, memory):
    instance = Instance(azure, memory)
    await instance.run(*pair_of(Reason.MISSING), settled=False, outcome=Outcome.IN_PROGRESS)
    no_hub = finding(None, reason=Reason.NO_HUB)
    assert await instance.run(troubles=[no_hub], settled=None) == [("Peering.Blocked", SUBSCRIPTION)]


async def test_a_topic_that_refuses_costs_one_line_a_change_and_is_not_asked_again(azure, memory, caplog):
    caplog.set_level("INFO", logger="interlinked")
    azure.topic.refuses = (403, "Forbidden")
    instance = Instance(azure, memory)
    await instance.run(troubles=[finding(EU), finding(US)])
    assert said(caplog) == ["needs a person"] * 2 + ["outcome not published"] * 2
    assert '"code":"403"' in caplog.text

    caplog.clear()
    azure.topic.refuses = None
    assert await instance.run(troubles=[finding(EU), finding(US)]) == []
    assert (said(caplog), azure.topic.requests) == ([], 1)


@pytest.mark.parametrize("silent", [HOST_SUFFIX, TOKEN_PATH])
@pytest.mark.parametrize(("left", "most"), [(2, 2), (60, 5)])
async def test_a_topic_that_does_not_answer_keeps_no_run_waiting_for_long(
    azure, memory, caplog, silent, left, most
):
    async def handle(request):
        if silent in request.url:
            await asyncio.sleep(3600)
        return await azure.handle(request)

    caplog.set_level("INFO", logger="interlinked")
    loop = asyncio.get_running_loop()
    with installed(handle):
        started = loop.time()
        await Instance(azure, memory).run(troubles=[finding(EU)], seconds=left)
        assert loop.time() - started <= most
    assert said(caplog) == ["needs a person", "outcome not published"]


async def test_many_changes_go_in_few_requests(azure, memory):
    spokes = [VnetId(subscription=SUBSCRIPTION, group="rg", name=f"s{number}") for number in range(120)]
    news = await Instance(azure, memory).run(troubles=[finding(spoke, "x" * 10_000) for spoke in spokes])
    assert (len(news), azure.topic.requests) == (120, 3)
