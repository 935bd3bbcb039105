"""A spoke that is given another hub, and what was seen of it meanwhile."""

import asyncio

from shared.model.reasons import Reason
from simulator.network.resources import PeeringFlags
from simulator.transport import installed
from tests.stories.test_estates import (
    TWO_REGION_PAIRS,
    Estate,
    settled,
    two_regions,
)
from tests.stories.test_pairs import gateway_in

WEB, OLD, NEW = "vnet-web-weu", "vnet-hub-weu", "vnet-hub-eus2"
HUBS = (OLD, NEW)


async def estate(**options) -> Estate:
    """Two regions, all settled, of which a spoke has just been given the other hub."""
    cloud = await settled(two_regions(**options), TWO_REGION_PAIRS)
    cloud.retag(WEB, peering_hub="eus2")
    cloud.arm.counters.requests.clear()
    return cloud


def with_gateways(cloud):
    for hub in HUBS:
        gateway_in(cloud, hub)


def halves_with(cloud, hub):
    return [half for half in (cloud.half(WEB, hub), cloud.half(hub, WEB)) if half]


def connected(cloud):
    """The hubs with which the spoke is connected in both directions."""
    return [hub for hub in HUBS if [str(half.state) for half in halves_with(cloud, hub)] == ["Connected"] * 2]


def has_moved(cloud):
    return cloud.are_paired((WEB, NEW)) and not halves_with(cloud, OLD)


def uses_gateway(cloud, hub):
    half = cloud.half(WEB, hub)
    return half is not None and half.flags.use_remote_gateways


class History:
    """What the spoke was connected to at each moment, and the writes that were sent."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.connected = []
        self.writes = []
        self.crash_after = None

    async def handle(self, request):
        response = await self.cloud.arm.handle(request)
        self.note()
        if request.method in ("PUT", "DELETE") and "/virtualNetworkPeerings/" in request.path:
            self.writes.append((request.method, request.path.rpartition("/")[2].removeprefix("peer-")))
        if self.crash_after is not None:
            self.crash_after -= 1
            if self.crash_after == 0:
                self.instance.cancel()
        return response

    def note(self):
        self.connected.append(connected(self.cloud))

    async def _watch(self):
        while True:
            self.note()
            await asyncio.sleep(0.2)

    async def run(self, look_at=None, crash_after=None, **settings):
        """None for an instance that ended right after that many requests."""
        self.crash_after = crash_after
        watch = asyncio.create_task(self._watch())
        with installed(self.handle):
            reconciler = self.cloud.reconciler_of(**settings)
            self.instance = asyncio.create_task(reconciler.reconcile(look_at, budget_seconds=600))
            try:
                return await self.instance
            except asyncio.CancelledError:
                return None
            finally:
                watch.cancel()


MOVE = [
    ("PUT", "vnet-hub-eus2-vnet-web-weu"),
    ("PUT", "vnet-web-weu-vnet-hub-eus2"),
    ("DELETE", "vnet-web-weu-vnet-hub-weu"),
    ("DELETE", "vnet-hub-weu-vnet-web-weu"),
]
TAKE_GATEWAY = ("PUT", "vnet-web-weu-vnet-hub-eus2")


def told(report):
    (finding,) = (finding for finding in report.findings if finding.reason is Reason.OTHER_HUB)
    assert finding.vnet.name == WEB
    return finding.detail


async def by_hand(cloud, *names, called=None):
    one, other = map(cloud.find, names)
    for local, remote in ((one, other), (other, one)):
        name = called or f"peer-{local.name}-{remote.name}"
        cloud.world.put_peering(local, name, remote.id, PeeringFlags(allow_forwarded_traffic=True), sync=True)
        await asyncio.sleep(13)
