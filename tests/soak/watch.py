"""Watches every write of the app as it reaches Azure: what may never happen, at any moment."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from simulator.arm import Arm
from simulator.http import Request, Response
from simulator.network.resources import PeeringState, VnetKey

_BACK_SECONDS = 30.0
"""A network may come back between our look and our deletion; longer than this is no excuse."""


@dataclass
class Watch:
    """Stands between the app and Azure, behind all trouble on the way."""

    handle: Callable[[Request], Awaitable[Response]]
    arm: Arm
    foreign: frozenset[str]
    """Names of peerings that are none of the app's business, folded."""
    broken: list[str] = field(default_factory=list)
    writes: Counter[str] = field(default_factory=Counter)
    last_write: float = 0.0
    created: dict[VnetKey, float] = field(default_factory=dict)

    async def __call__(self, request: Request) -> Response:
        if request.method in ("GET", "HEAD"):
            return await self.handle(request)
        parts = request.path.lower().split("/")
        if len(parts) != 11 or parts[9] != "virtualnetworkpeerings":
            self.broken.append(f"a write that is not to a peering: {request.method} {request.path}")
            return await self.handle(request)
        key, name = VnetKey(parts[2], parts[4], parts[8]), parts[10]
        if name in self.foreign:
            self.broken.append(f"{request.method} on the peering of somebody else: {request.path}")
        if request.method == "DELETE":
            self._check_deletion(key, name)
        before = self._connected()
        response = await self.handle(request)
        if response.status < 300:
            self.writes["accepted"] += 1
            self.last_write = self.arm.world.clock.now()
            if lost := before - self._connected():
                self.broken.append(f"{request.method} {request.path} ended the connection of {lost}")
        else:
            self.writes["refused"] += 1
        return response

    def _check_deletion(self, key: VnetKey, name: str) -> None:
        vnet = self.arm.world.estate.vnets.get(key)
        half = vnet.peerings.get(name) if vnet else None
        if half is None:
            return
        if half.state is PeeringState.CONNECTED:
            self.broken.append(f"{name} was deleted while connected")
        remote = self.arm.world.estate.vnets.get(half.remote)
        now = self.arm.world.clock.now()
        if remote is None or now - self.created.get(half.remote, 0) < _BACK_SECONDS:
            return
        back = remote.peering_to(key)
        apart = half.state is PeeringState.DISCONNECTED and back and back.state is PeeringState.DISCONNECTED
        stale = half.state is PeeringState.INITIATED and half.remote_guid != remote.guid
        if not (apart or stale):
            self.broken.append(f"{name} was deleted although its remote is there")

    def _connected(self) -> set[tuple[VnetKey, str]]:
        return {
            (key, half.name)
            for key, vnet in self.arm.world.estate.vnets.items()
            for half in vnet.peerings.values()
            if half.state is PeeringState.CONNECTED
        }
