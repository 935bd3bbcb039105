"""Estates that have settled, apps that hear of every change, and a wire between the two that can be told to lie."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from shared.engine.reconciler import Reconciler
from shared.engine.report import Report
from shared.model.ids import PeeringId, VnetId
from simulator.http import Request, Response, json_response
from simulator.network.resources import Peering, PeeringFlags, PeeringState, Provisioning, Vnet
from simulator.transport import Handle, installed
from simulator.world.timeline import ResourceChange
from tests.clouds import HUB, Cloud
from tests.stories.moves.spoke import NEW as NEW
from tests.stories.moves.spoke import OLD as OLD
from tests.stories.moves.spoke import WEB as WEB
from tests.stories.test_estates import TWO_REGION_PAIRS, two_regions
from tests.stories.test_estates import settled as settled_pairs
from tests.stories.test_triggers import deployment as deployment
from tests.stories.test_triggers import event_about as event_about
from tests.stories.test_triggers import lines as lines

PLAIN = "hubs: [{name: hub, location: swedencentral}]\n"
BY_TAG = f"{PLAIN}spokes: {{include: [{{tags: {{env: prod}}}}]}}\nunselected: remove\n"
"""Who is a spoke hangs on a tag, and who is one no more loses its pair."""
STORAGE = {"AzureWebJobsStorage__accountName": "stinterlinked"}


@dataclass(frozen=True, slots=True)
class Deletion:
    """A half that was deleted, as it was just before."""

    name: str
    was_connected: bool
    remote_exists: bool


@dataclass
class Wire:
    """What the app's requests go through."""

    cloud: Cloud
    before: Callable[[Request], None] | None = None
    """Acts on the world just before a request arrives."""
    edit: Callable[[Request, Response], Response] | None = None
    """Changes an answer on its way back."""
    ignores_etags: bool = False
    """Whether Azure deletes a half whatever `If-Match` says."""
    deletions: list[Deletion] = field(default_factory=list)
    writes: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.azure = self.cloud.arm.handle

    async def handle(self, request: Request) -> Response:
        if self.before:
            self.before(request)
        found = self._deletion(request) if request.method == "DELETE" else None
        if self.ignores_etags:
            kept = {name: value for name, value in request.headers.items() if name != "if-match"}
            request = replace(request, headers=kept)
        response = await self.azure(request)
        if request.method in ("PUT", "DELETE") and response.status < 300:
            self.writes.append((request.method, request.path.rpartition("/")[2]))
            if found:
                self.deletions.append(found)
        return self.edit(request, response) if self.edit else response

    def _deletion(self, request: Request) -> Deletion | None:
        for vnet in self.cloud.world.estate.vnets.values():
            for half in vnet.peerings.values():
                if vnet.peering_id(half.name).lower() == request.path.lower():
                    exists = half.remote in self.cloud.world.estate.vnets
                    return Deletion(half.name, half.state is PeeringState.CONNECTED, exists)
        return None

    def cut(self) -> set[str]:
        """Halves that were deleted although they were Connected, or their network was there."""
        return {each.name for each in self.deletions if each.was_connected or each.remote_exists}

    async def run(
        self,
        look_at: VnetId | PeeringId | None = None,
        *,
        text: str = PLAIN,
        budget_seconds: float = 600,
        **settings: Any,
    ) -> Report:
        with installed(self.handle):
            app = self.cloud.reconciler(HUB_LOCATION="", TOPOLOGY=text, **settings)
            return await app.reconcile(look_at, budget_seconds=budget_seconds)


def is_list(request: Request) -> bool:
    return request.method == "GET" and request.path.lower().endswith("/virtualnetworks")


def is_read_of(request: Request, name: str) -> bool:
    return request.method == "GET" and request.path.lower().endswith(f"/virtualnetworks/{name}".lower())


def edited(response: Response, change: Callable[[dict[str, Any]], None]) -> Response:
    body = json.loads(response.body)
    change(body)
    return json_response(response.status, body)


def in_lists(change: Callable[[dict[str, Any]], None]) -> Callable[[Request, Response], Response]:
    """Changes each network in every list, and no network that is read by itself."""

    def edit(request: Request, response: Response) -> Response:
        def each(body: dict[str, Any]) -> None:
            for vnet in body["value"]:
                change(vnet)

        return edited(response, each) if is_list(request) and response.status == 200 else response

    return edit


def refusal(status: int, code: str) -> Response:
    return json_response(status, {"error": {"code": code, "message": "Simulated."}})


async def settled(count: int, text: str = PLAIN, **options: Any) -> tuple[Wire, list[str]]:
    """A hub and so many spokes, all Connected."""
    cloud = Cloud(**options)
    cloud.vnet(HUB, "swedencentral", "10.0.0.0/24")
    spokes = make_spokes(cloud, count)
    await asyncio.sleep(4)
    await Wire(cloud).run(text=text)
    assert cloud.is_whole(*spokes)
    return Wire(cloud), spokes


async def settled_regions() -> Wire:
    """Two hubs in mesh, each with spokes of its own, all Connected."""
    return Wire(await settled_pairs(two_regions(), TWO_REGION_PAIRS))


def make_spokes(cloud: Cloud, count: int) -> list[str]:
    names = [f"spoke-{number:02}" for number in range(count)]
    for number, name in enumerate(names):
        cloud.vnet(name, "westeurope", f"10.1.{number}.0/24", tags={"env": "prod"})
    return names


def untag(cloud: Cloud, names: list[str]) -> None:
    """Without an event, as after a change of the document's rules."""
    for name in names:
        cloud.find(name).tags = {}


def put_half(cloud: Cloud, local: Vnet, remote: Vnet, name: str | None = None) -> Peering:
    """A half that is simply there, whoever made it."""
    half, _ = cloud.world.estate.put_peering(
        local,
        name or f"peer-{local.name}-{remote.name}",
        remote.id,
        PeeringFlags(allow_forwarded_traffic=True),
        sync=True,
    )
    half.provisioning = Provisioning.SUCCEEDED
    cloud.world.estate.touch(local)
    return half


@asynccontextmanager
async def running(cloud: Cloud, *apps: Reconciler, handle: Handle | None = None) -> AsyncIterator[None]:
    """Each app hears of every change after a second, and looks at everything at once and every five minutes."""
    tasks: set[asyncio.Task[None]] = set()

    def start(work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def hear(app: Reconciler, look_at: VnetId | PeeringId) -> None:
        await asyncio.sleep(1)
        await app.reconcile(look_at, budget_seconds=25)

    async def look_at_everything(app: Reconciler) -> None:
        while True:
            began = asyncio.get_running_loop().time()
            await app.reconcile(None, budget_seconds=290)
            await asyncio.sleep(began + 300 - asyncio.get_running_loop().time())

    def on_change(change: ResourceChange) -> None:
        look_at = _named(change.resource_id)
        if change.succeeded and look_at:
            for app in apps:
                start(hear(app, look_at))

    cloud.world.listeners.append(on_change)
    with installed(handle or cloud.arm.handle):
        for app in apps:
            start(look_at_everything(app))
        try:
            yield
        finally:
            cloud.world.listeners.remove(on_change)
            for task in list(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _named(resource_id: str) -> VnetId | PeeringId | None:
    match resource_id.split("/")[-2].lower():
        case "virtualnetworks":
            return VnetId.parse(resource_id)
        case "virtualnetworkpeerings":
            return PeeringId.parse(resource_id)
    return None


async def until_more(writes: Counter[str], most: int, seconds: float) -> int:
    """Waits for so long, or until one of them is more than allowed; tells the highest."""
    for _ in range(int(seconds // 10)):
        await asyncio.sleep(10)
        if max(writes.values(), default=0) > most:
            break
    return max(writes.values(), default=0)


def counted(writes: Counter[str], handle: Handle) -> Handle:
    """Counts accepted and refused writes of peerings by the spoke they are about."""

    async def counting(request: Request) -> Response:
        if request.method in ("PUT", "DELETE") and "/virtualnetworkpeerings/" in request.path.lower():
            local, _, name = request.path.partition("/virtualNetworkPeerings/")
            local = local.rpartition("/")[2]
            spoke = name.removeprefix(f"peer-{HUB}-") if local == HUB else local
            writes[spoke] += 1
        return await handle(request)

    return counting
