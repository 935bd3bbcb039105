"""A simulated Azure in the test's own process, with short words for what teams do in it."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any, Self

from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential

from shared.azure.arm import ArmClient
from shared.config.document.loading import parse_document
from shared.config.settings import Settings
from shared.engine.reconciler import Reconciler
from shared.model.ids import VnetId
from shared.reporting.publisher import Publisher
from shared.reporting.reporter import RunReporter
from shared.reporting.store import ProcessStore, Store
from simulator.arm import Arm as SimulatedArm
from simulator.azure import IDENTITY, Azure
from simulator.clock import DEFAULT_START, Clock
from simulator.network.durations import Durations
from simulator.network.locks import LockMode
from simulator.network.resources import Peering, Vnet, VnetKey
from simulator.rbac import AccessControl, Role, RoleAssignment
from simulator.tokens import access_token
from simulator.world import World

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
ELSEWHERE = "22222222-2222-2222-2222-222222222222"
HUB, EU, US = "vnet-myteam-dev-hub", "vnet-myteam-dev-eu", "vnet-myteam-dev-us"

_ROLES = Path(__file__).parent.parent / "infra/roles"
ROLES: dict[str, Any] = {path.stem: json.loads(path.read_text()) for path in _ROLES.glob("*.json")}
"""The roles that the templates deploy, by mode."""


class AnyToken(AsyncTokenCredential):
    """A credential for a service that takes any token."""

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken("any", 4102444800)

    async def close(self) -> None:
        """Nothing to close."""

    async def __aexit__(self, *_error: object) -> None:
        await self.close()


class TokenOfTheApp(AnyToken):
    """What the app's managed identity gets."""

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        token = access_token(
            audience="https://management.azure.com",
            tenant_id=IDENTITY.tenant_id,
            client_id=IDENTITY.client_id,
            principal_id=IDENTITY.principal_id,
            issued=DEFAULT_START,
            seconds=24 * 3600,
        )
        return AccessToken(token, 4102444800)


def grant_what_is_deployed(
    access: AccessControl, settings: Mapping[str, str], roles: Mapping[str, Any] = ROLES
) -> None:
    """The app's identity gets what the templates assign, and nobody else anything: people in these tests act
    on the world itself."""
    role = Role.of(roles[settings.get("MODE") or "enforce"])
    own: tuple[str, ...] = (settings["AZURE_SUBSCRIPTION_ID"],)
    hubs = [settings.get("HUB_VNET_ID", "")]
    if text := settings.get("TOPOLOGY"):
        document = parse_document(text)
        own, hubs = document.looked_after(*own), [str(hub.id) for hub in document.hubs if hub.id]
    scopes = [f"/subscriptions/{place}" for place in own]
    scopes += [hub for hub in hubs if hub and not hub.startswith(tuple(f"{scope}/" for scope in scopes))]
    access.assignments = []
    for scope in scopes:
        access.assign(RoleAssignment(principal_id=IDENTITY.principal_id, role=role, scope=scope))


class Cloud:
    def __init__(
        self,
        *,
        lock_mode: LockMode = LockMode.PARALLEL,
        durations: Durations | None = None,
        page_size: int = 100,
        seed: int = 1,
    ) -> None:
        self.world = World(Clock(), Random(seed), lock_mode=lock_mode, durations=durations or Durations())
        self.arm = SimulatedArm(self.world, page_size=page_size)

    @classmethod
    def of(cls, azure: Azure) -> Self:
        """The same words for a whole simulated Azure."""
        cloud = cls.__new__(cls)
        cloud.world, cloud.arm = azure.world, azure.arm
        return cloud

    def vnet(
        self,
        name: str,
        location: str,
        *prefixes: str,
        subscription: str = SUBSCRIPTION,
        tags: dict[str, str] | None = None,
    ) -> Vnet:
        """Creates or changes a network, in a group of its own."""
        group, _ = self.world.put_group(subscription, f"rg-{name}", location, None, None)
        return self.world.put_vnet(
            group,
            name,
            location=location,
            space=prefixes,
            tags=tags,
            properties={},
            subnets=None,
            api_version="2024-05-01",
        ).resource

    async def workshop(self) -> None:
        """The hub and a spoke on either side of the Atlantic, all created."""
        self.vnet(HUB, "swedencentral", "10.0.0.0/22")
        self.vnet(EU, "westeurope", "10.0.4.0/22")
        self.vnet(US, "eastus2", "10.0.8.0/22")
        await asyncio.sleep(self.world.durations.vnet_write + 1)

    def find(self, name: str, subscription: str = SUBSCRIPTION) -> Vnet:
        return self.world.estate.vnets[VnetKey.of(subscription, f"rg-{name}", name)]

    def half(self, local: str, remote: str) -> Peering | None:
        return self.find(local).peerings.get(f"peer-{local}-{remote}")

    def delete_half(self, local: str, remote: str) -> None:
        half = self.half(local, remote)
        assert half is not None
        self.world.delete_peering(self.find(local), half)

    def state(self, local: str, remote: str) -> tuple[str, str, str] | None:
        """(state, sync level, provisioning) of one half, or None."""
        half = self.half(local, remote)
        if half is None:
            return None
        return (
            str(half.state),
            str(self.world.estate.sync_level(self.find(local), half)),
            str(half.provisioning),
        )

    def is_whole(self, *spokes: str) -> bool:
        good = ("Connected", "FullyInSync", "Succeeded")
        return all(self.state(HUB, spoke) == self.state(spoke, HUB) == good for spoke in spokes)

    def requests(self, method: str, kind: str) -> int:
        return self.arm.counters.requests[method, kind]

    def writes(self) -> int:
        return self.requests("PUT", "peering") + self.requests("DELETE", "peering")

    def actions_used(self) -> set[str]:
        """By the app."""
        return set(self.arm.access.used[IDENTITY.principal_id])

    def vnet_id(self, name: str) -> VnetId:
        return VnetId(subscription=SUBSCRIPTION, group=f"rg-{name}", name=name)

    def reconciler(
        self,
        memory: Store | None = None,
        *,
        roles: Mapping[str, Any] = ROLES,
        publisher: Publisher | None = None,
        **settings: str,
    ) -> Reconciler:
        """One instance of the app, deployed anew; those with the same memory are of one deployment."""
        chosen = {"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "HUB_LOCATION": "swedencentral"} | settings
        grant_what_is_deployed(self.arm.access, chosen, roles)
        read = Settings.from_environ({name: value for name, value in chosen.items() if value})
        reporter = RunReporter(memory or ProcessStore(), self.world.clock.utc, publisher)
        return Reconciler(
            ArmClient(TokenOfTheApp(), read.arm_endpoint),
            read,
            Random(2),
            reporter,
            self.world.clock.utc,
        )
