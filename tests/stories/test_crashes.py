"""The app killed at every await of its runs, not only at its requests: the timer of a new process puts all right."""

import asyncio
import gc
from collections.abc import Coroutine
from contextlib import contextmanager

import pytest

from shared.engine.report import Outcome
from simulator.network.resources import PeeringFlags
from simulator.transport import installed
from tests.clouds import EU, HUB, US, Cloud
from tests.soak.instances import Instance, calling, outside
from tests.soak.watch import Watch

ALL = 1500
GONE = "vnet-myteam-dev-gone"


class Steps:
    """Counts how often the tasks of a process go on, and kills it instead of letting it go on for the last time."""

    def __init__(self, process, last=None):
        self.process, self.last, self.count = process, last, 0

    def is_last(self):
        self.count += calling() is self.process
        if self.count != self.last or calling() is not self.process:
            return False
        self.process.kill()
        return True

    @contextmanager
    def counted(self):
        loop = asyncio.get_running_loop()
        loop.set_task_factory(lambda loop, work, **more: asyncio.Task(Stepped(work, self), loop=loop, **more))
        try:
            yield
        finally:
            loop.set_task_factory(None)


class Stepped(Coroutine):
    def __init__(self, work, steps):
        self.work, self.steps = work, steps

    def send(self, value):
        return self.work.throw(asyncio.CancelledError) if self.steps.is_last() else self.work.send(value)

    def throw(self, *error):
        return self.work.throw(*error)

    def close(self):
        self.work.close()

    def __await__(self):
        return self


async def story():
    """A new spoke to be peered, a half to be repaired, and a leftover to be removed, all at once."""
    cloud = Cloud(seed=3)
    await cloud.workshop()
    cloud.vnet(GONE, "westeurope", "10.0.12.0/22")
    await asyncio.sleep(5)
    for one, other in ((HUB, US), (US, HUB), (HUB, GONE), (GONE, HUB)):
        flags = PeeringFlags(allow_forwarded_traffic=True)
        cloud.world.put_peering(
            cloud.find(one), f"peer-{one}-{other}", cloud.find(other).id, flags, sync=True
        )
        await asyncio.sleep(13)
    cloud.delete_half(US, HUB)
    cloud.world.delete_vnet(cloud.find(GONE))
    await asyncio.sleep(13)
    return cloud


async def play(last=None):
    """One run of the timer and one of an event, killed at step `last`; then the timer of a new process."""
    cloud, process = await story(), Instance()
    watch = Watch(outside(cloud.arm.handle), cloud.arm, frozenset())
    steps = Steps(process, last)
    with installed(watch):
        app = cloud.reconciler()
        runs = [app.reconcile(look_at, budget_seconds=ALL) for look_at in (None, cloud.vnet_id(EU))]
        with steps.counted():
            await asyncio.gather(
                *(asyncio.create_task(process.does(run)) for run in runs), return_exceptions=True
            )
        while cloud.world.is_busy():
            await asyncio.sleep(5)
        report = await cloud.reconciler().reconcile(None, budget_seconds=ALL)
    assert watch.broken == []
    assert report.outcome is Outcome.SETTLED, last
    assert cloud.is_whole(EU, US), last
    assert len(cloud.find(HUB).peerings) == 2, last
    return steps.count


@pytest.mark.filterwarnings(
    "ignore:coroutine .* was never awaited"
)  # a process that is killed begins no more
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_killed_at_every_await():
    everything = await play()
    assert everything > 100
    for step in range(1, everything + 1):
        await play(step)
    gc.collect()  # what the killed left behind is complained of here, and not in the tests that follow
