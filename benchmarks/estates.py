"""Estates to measure with: a hub, and spokes beside it that are to be peered or have been for long."""

import re
from random import Random

from shared.azure.arm import ArmClient
from shared.config.settings import Settings
from shared.engine.reconciler import Reconciler
from shared.reporting.reporter import RunReporter
from shared.reporting.store import ProcessStore
from simulator.arm import Arm as SimulatedArm
from simulator.clock import Clock
from simulator.http import Request, Response
from simulator.network.resources import PeeringFlags, Provisioning, Vnet, VnetKey
from simulator.world import World
from tests.clouds import HUB, SUBSCRIPTION, AnyToken

HUB_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-{HUB}/providers/Microsoft.Network/virtualNetworks/{HUB}"
)
SETTINGS = {"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "HUB_VNET_ID": HUB_ID}
MOST_PEERED = 500
"""As many peerings as Azure allows on the hub."""
SPOKE_NAME = re.compile(r"spoke-\d{4}")
_ENDPOINT = "https://management.azure.com"


def spoke_name(number: int) -> str:
    return f"spoke-{number:04}"


def prefix(number: int) -> str:
    """Of network `number`; the hub is 0."""
    return f"10.{number // 250}.{number % 250}.0/24"


def settled_world(networks: int) -> World:
    """The hub and its spokes, as many peered as can be, all of it written long ago."""
    world = World(Clock(), Random(1))
    hub = _standing(world, HUB, 0)
    for number in range(1, networks):
        spoke = _standing(world, spoke_name(number), number)
        if number <= MOST_PEERED:
            _peer(world, hub, spoke)
    return world


def reconciler() -> Reconciler:
    """The app's, as if started anew."""
    world_clock = Clock()
    arm = ArmClient(AnyToken(), _ENDPOINT)
    reporter = RunReporter(ProcessStore(), world_clock.utc)
    return Reconciler(arm, Settings.from_environ(SETTINGS), Random(2), reporter, world_clock.utc)


class Recorded:
    """A simulated Azure that is asked each thing once, so that its own work is not measured along."""

    def __init__(self, world: World) -> None:
        self._arm = SimulatedArm(world)
        self._answers: dict[str, Response] = {}
        self.requests = 0
        self.bytes = 0

    async def handle(self, request: Request) -> Response:
        answer = self._answers.get(request.url)
        if answer is None:
            answer = self._answers[request.url] = await self._arm.handle(request)
        self.requests += 1
        self.bytes += len(answer.body)
        return answer

    def listing(self) -> list[bytes]:
        """The pages that tell of all networks."""
        return [
            answer.body
            for url, answer in self._answers.items()
            if "/providers/Microsoft.Network/virtualNetworks?" in url and "/resourceGroups/" not in url
        ]


def _standing(world: World, name: str, number: int) -> Vnet:
    group, _ = world.put_group(SUBSCRIPTION, f"rg-{name}", "swedencentral", None, None)
    vnet, _ = world.estate.put_vnet(
        VnetKey.of(SUBSCRIPTION, group.name, name),
        vnet_id=f"{group.id}/providers/Microsoft.Network/virtualNetworks/{name}",
        name=name,
        location="swedencentral",
        space=(prefix(number),),
        tags=None,
        properties={},
        subnets=None,
        api_version="2024-05-01",
    )
    vnet.provisioning = Provisioning.SUCCEEDED
    return vnet


def _peer(world: World, one: Vnet, other: Vnet) -> None:
    flags = PeeringFlags(allow_forwarded_traffic=True)
    for local, remote in ((one, other), (other, one)):
        half, _ = world.estate.put_peering(
            local, f"peer-{local.name}-{remote.name}", remote.id, flags, sync=True
        )
        half.provisioning = Provisioning.SUCCEEDED
