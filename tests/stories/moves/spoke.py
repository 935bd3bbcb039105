"""A spoke that is given another hub, and what was seen of it meanwhile."""

import asyncio
from typing import Any

from shared.engine.report import Report
from shared.model.ids import PeeringId, VnetId
from shared.model.reasons import Reason
from simulator.http import Request, Response
from simulator.network.resources import Peering, PeeringFlags
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


async def estate(**options: Any) -> Estate:
    """Two regions, all settled, of which a spoke has just been given the other hub."""
    cloud = await settled(two_regions(**options), TWO_REGION_PAIRS)
    cloud.retag(WEB, peering_hub="eus2")
    cloud.arm.counters.requests.clear()
    return cloud


def with_gateways(cloud: Estate) -> None:
    for hub in HUBS:
        gateway_in(cloud, hub)


def halves_with(cloud: Estate, hub: str) -> list[Peering]:
    return [half for half in (cloud.half(WEB, hub), cloud.half(hub, WEB)) if half]


def connected(cloud: Estate) -> list[str]:
    """The hubs with which the spoke is connected in both directions."""
    return [hub for hub in HUBS if [str(half.state) for half in halves_with(cloud, hub)] == ["Connected"] * 2]


def has_moved(cloud: Estate) -> bool:
    return cloud.are_paired((WEB, NEW)) and not halves_with(cloud, OLD)


def uses_gateway(cloud: Estate, hub: str) -> bool:
    half = cloud.half(WEB, hub)
    return half is not None and half.flags.use_remote_gateways


class History:
    """What the spoke was connected to at each moment, and the writes that were sent."""

    def __init__(self, cloud: Estate) -> None:
        self.cloud = cloud
        self.connected: list[list[str]] = []
        self.writes: list[tuple[str, str]] = []
        self.crash_after: int | None = None

    async def handle(self, request: Request) -> Response:
        response: Response = await self.cloud.arm.handle(request)
        self.note()
        if request.method in ("PUT", "DELETE") and "/virtualNetworkPeerings/" in request.path:
            self.writes.append((request.method, request.path.rpartition("/")[2].removeprefix("peer-")))
        if self.crash_after is not None:
            self.crash_after -= 1
            if self.crash_after == 0:
                self.instance.cancel()
        return response

    def note(self) -> None:
        self.connected.append(connected(self.cloud))

    async def _watch(self) -> None:
        while True:
            self.note()
            await asyncio.sleep(0.2)

    async def run(
        self, look_at: VnetId | PeeringId | None = None, crash_after: int | None = None, **settings: str
    ) -> Report | None:
        """None for an instance that ended right after that many requests."""
        self.crash_after = crash_after
        watch = asyncio.create_task(self._watch())
        with installed(self.handle):
            reconciler = self.cloud.reconciler_of(**settings)
            self.instance: asyncio.Task[Report] = asyncio.create_task(
                reconciler.reconcile(look_at, budget_seconds=600)
            )
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


def told(report: Report) -> str:
    (finding,) = (finding for finding in report.findings if finding.reason is Reason.OTHER_HUB)
    assert finding.vnet is not None
    assert finding.vnet.name == WEB
    return finding.detail


async def by_hand(cloud: Estate, *names: str, called: str | None = None) -> None:
    one, other = map(cloud.find, names)
    for local, remote in ((one, other), (other, one)):
        name = called or f"peer-{local.name}-{remote.name}"
        cloud.world.put_peering(local, name, remote.id, PeeringFlags(allow_forwarded_traffic=True), sync=True)
        await asyncio.sleep(13)
