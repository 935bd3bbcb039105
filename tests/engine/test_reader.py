"""Runs of one process look together, and finish what an invocation leaves: through the real SDK, counted."""

import asyncio

from shared.azure.arm import ArmClient
from shared.engine.reader import CoalescingReader
from shared.engine.report import Outcome
from shared.model.errors import NetworkError
from shared.model.ids import PeeringId, VnetId
from simulator import errors
from simulator.network.durations import Durations
from simulator.network.locks import LockMode
from simulator.transport import installed
from tests.clouds import EU, HUB, SUBSCRIPTION, US, Cloud, TokenOfTheApp, grant_what_is_deployed
from tests.stories.test_bursts import estate

EVENT = 25


def looks(cloud):
    grant_what_is_deployed(cloud.arm.access, {"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "HUB_LOCATION": "x"})
    return CoalescingReader(ArmClient(TokenOfTheApp(), "https://management.azure.com"))


def id_of(cloud, name):
    return VnetId.parse(cloud.find(name).id)


# --- shared reads --------------------------------------------------------------------------------------


async def test_a_crowd_costs_one_list_and_one_read_of_what_all_ask_for():
    cloud = Cloud()
    names = await estate(cloud, 50)
    with installed(cloud.arm.handle):
        door = looks(cloud)
        asked = [door.get_vnet(id_of(cloud, name)) for name in names]
        asked += [door.get_vnet(id_of(cloud, HUB)) for _ in names]
        seen = await asyncio.gather(*asked)

    assert [vnet.id.name for vnet in seen] == [*names, *[HUB] * 50]
    assert (cloud.requests("GET", "vnets"), cloud.requests("GET", "vnet")) == (1, 1)


async def test_a_few_are_read_one_by_one():
    cloud = Cloud()
    names = await estate(cloud, 3)
    with installed(cloud.arm.handle):
        door = looks(cloud)
        await asyncio.gather(*(door.get_vnet(id_of(cloud, name)) for name in names))

    assert (cloud.requests("GET", "vnets"), cloud.requests("GET", "vnet")) == (0, 3)


async def test_what_a_list_does_not_show_is_asked_for_by_itself():
    cloud = Cloud()
    names = await estate(cloud, 5)
    gone = id_of(cloud, names[0])
    cloud.world.delete_vnet(cloud.find(names[0]))
    await asyncio.sleep(20)
    with installed(cloud.arm.handle):
        door = looks(cloud)
        others = [door.get_vnet(id_of(cloud, name)) for name in names[1:]]
        seen = await asyncio.gather(door.get_vnet(gone), *others)

    assert seen[0] is None
    assert None not in seen[1:]
    assert (cloud.requests("GET", "vnets"), cloud.requests("GET", "vnet")) == (1, 1)


async def test_a_read_answers_only_who_asked_before_it_began():
    cloud = Cloud()
    await cloud.workshop()
    began = []

    async def slowly(request):
        response = await cloud.arm.handle(request)  # what is so when the read begins
        began.append(cloud.world.clock.now())
        await asyncio.sleep(0.5)
        return response

    with installed(slowly):
        door = looks(cloud)
        early = asyncio.create_task(door.get_vnet(id_of(cloud, EU)))
        await asyncio.sleep(0.2)
        cloud.find(EU).tags = {"changed": "since"}
        late = asyncio.create_task(door.get_vnet(id_of(cloud, EU)))
        before, after = await early, await late

    assert (dict(before.tags), dict(after.tags), len(began)) == ({}, {"changed": "since"}, 2)


async def test_a_read_that_hangs_keeps_nobody_else_waiting():
    cloud = Cloud()
    await cloud.workshop()
    started = cloud.world.clock.now()

    async def hangs_at_first(request):
        if EU in request.path:
            await asyncio.sleep(18)
        return await cloud.arm.handle(request)

    with installed(hangs_at_first):
        door = looks(cloud)
        hanging = asyncio.create_task(door.get_vnet(id_of(cloud, EU)))
        await asyncio.sleep(0.1)
        await door.get_vnet(id_of(cloud, US))
        seconds = cloud.world.clock.now() - started
        await hanging

    assert seconds < 2


async def test_each_who_asked_hears_of_the_error():
    cloud = Cloud()
    await cloud.workshop()
    cloud.arm.faults.refuse("GET", EU, errors.gateway_error(403, "AuthorizationFailed", "no right"))
    with installed(cloud.arm.handle):
        door = looks(cloud)
        asked = [door.get_vnet(id_of(cloud, name)) for name in (EU, EU, US)]
        one, other, fine = await asyncio.gather(*asked, return_exceptions=True)

    assert isinstance(one, NetworkError)
    assert (one.code, other.code) == ("AuthorizationFailed", "AuthorizationFailed")
    assert one is not other
    assert fine.id.name == US


async def test_who_may_not_list_still_reads_single_networks():
    cloud = Cloud()
    names = await estate(cloud, 5)
    cloud.arm.faults.refuse(
        "GET", "/virtualNetworks$", errors.gateway_error(403, "AuthorizationFailed", "no")
    )
    with installed(cloud.arm.handle):
        door = looks(cloud)
        seen = await asyncio.gather(*(door.get_vnet(id_of(cloud, name)) for name in names))

    assert [vnet.id.name for vnet in seen] == names


async def test_reads_never_exceed_what_resource_manager_hands_out():
    cloud = Cloud()
    cloud.arm.throttling.refuses = True
    names = await estate(cloud, 150)
    halves = [PeeringId(vnet=id_of(cloud, name), name="none") for name in names]
    with installed(cloud.arm.handle):
        door = looks(cloud)
        asked = [door.get_peering(half) for half in halves]
        asked += [door.get_vnet(half.vnet) for half in halves for _ in range(2)]
        seen = await asyncio.gather(*asked)

    assert seen[:150] == [None] * 150
    assert sum(cloud.arm.counters.requests.values()) == 300


# --- what an invocation leaves -------------------------------------------------------------------------


def slow_turns():
    """Each pair takes longer than the one before it leaves of an event's time."""
    return Cloud(
        lock_mode=LockMode.CONFLICT, durations=Durations(lone_peering_write=9, paired_peering_write=12)
    )


async def test_what_an_event_leaves_goes_on_while_another_lasts():
    cloud = slow_turns()
    await cloud.workshop()
    with installed(cloud.arm.handle):
        app = cloud.reconciler()

        async def event(name, after):
            await asyncio.sleep(after)
            return await app.reconcile(id_of(cloud, name), budget_seconds=EVENT)

        first, second, _ = await asyncio.gather(event(EU, 0), event(US, 0), event(EU, 22))

    assert {first.outcome, second.outcome} == {Outcome.SETTLED, Outcome.IN_PROGRESS}
    assert cloud.is_whole(EU, US)
    assert cloud.requests("PUT", "peering") <= 5


async def test_nothing_goes_on_after_the_last_of_them():
    cloud = slow_turns()
    await cloud.workshop()
    with installed(cloud.arm.handle):
        app = cloud.reconciler()
        events = [app.reconcile(id_of(cloud, name), budget_seconds=EVENT) for name in (EU, US)]
        await asyncio.gather(*events)
        requests = sum(cloud.arm.counters.requests.values())
        await asyncio.sleep(600)
        assert sum(cloud.arm.counters.requests.values()) == requests
        await app.reconcile(None, budget_seconds=1500)

    assert cloud.is_whole(EU, US)


async def test_who_stays_tells_what_came_of_it(caplog):
    cloud = slow_turns()
    await cloud.workshop()
    with caplog.at_level("INFO"), installed(cloud.arm.handle):
        app = cloud.reconciler()

        async def event(name, after):
            await asyncio.sleep(after)
            return await app.reconcile(id_of(cloud, name), budget_seconds=EVENT)

        await asyncio.gather(event(EU, 0), event(US, 0), event(EU, 22))

    lines = [record.getMessage() for record in caplog.records]
    assert sum(line.startswith("change applied") for line in lines) == 4
    assert sum('"outcome":"settled"' in line for line in lines) == 3


async def test_nobody_stays_longer_than_an_event_may():
    cloud = Cloud(durations=Durations(paired_peering_write=100))
    await cloud.workshop()
    with installed(cloud.arm.handle):
        app = cloud.reconciler()
        await app.reconcile(id_of(cloud, EU), budget_seconds=1500)
        goes_on = asyncio.create_task(app.reconcile(id_of(cloud, US), budget_seconds=1500))
        await asyncio.sleep(1)
        started = cloud.world.clock.now()
        await app.reconcile(id_of(cloud, EU), budget_seconds=1500)
        seconds = cloud.world.clock.now() - started
        still = not goes_on.done()
        await goes_on

    assert EVENT - 3 <= seconds <= EVENT + 1
    assert still
