"""One simulated Azure, put together: Resource Manager, Event Grid and managed identity over one world, and a
storage account and a custom topic beside it."""

from datetime import UTC, datetime
from random import Random
from urllib.parse import urlsplit

from simulator.arm import Arm
from simulator.clock import DEFAULT_START, Clock
from simulator.control import Control
from simulator.directory import TENANT, Directory
from simulator.eventgrid.event import HttpRequest, Outcome, ResourceEvent
from simulator.eventgrid.faults import Losses
from simulator.eventgrid.grid import EventGrid
from simulator.eventgrid.post import Post
from simulator.eventgrid.subscription import EventSubscription
from simulator.eventgrid.topic import HOST_SUFFIX as TOPIC_HOST_SUFFIX
from simulator.eventgrid.topic import Topic
from simulator.http import Request, Response
from simulator.identity import ManagedIdentity, TokenEndpoint
from simulator.network.durations import Durations
from simulator.network.locks import LockMode
from simulator.signin import SignIn
from simulator.storage import HOST_SUFFIX as BLOB_HOST_SUFFIX
from simulator.storage import BlobService
from simulator.world import ResourceChange, World

IDENTITY = ManagedIdentity(
    tenant_id=TENANT,
    principal_id="44444444-4444-4444-4444-444444444444",
    client_id="33333333-3333-3333-3333-333333333333",
)
IDENTITY_SECRET = "simulated-identity"  # noqa: S105, it guards a simulation
TOKEN_PATH = "/msi/token"  # noqa: S105, a path
PORTAL = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
"""The client ID of Azure's portal, which people use who act on the world without a token.
https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in"""

_NETWORK_CHANGES = (
    "Microsoft.Network/virtualNetworks/write",
    "Microsoft.Network/virtualNetworks/delete",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/delete",
    "Microsoft.Resources/tags/write",
)


class Azure:
    """Answers every request a client sends to Azure, and sends what Event Grid sends.

    The same `seed` gives the same guids and the same choices. `post` is how Event Grid reaches endpoints.
    Requests are always counted against Azure's limits; with `throttling` those beyond them are refused.
    """

    def __init__(
        self,
        *,
        post: Post,
        seed: int = 0,
        start: datetime = DEFAULT_START,
        scale: float = 1.0,
        durations: Durations | None = None,
        lock_mode: LockMode = LockMode.PARALLEL,
        page_size: int = 100,
        throttling: bool = False,
    ) -> None:
        random = Random(seed)
        self.clock = Clock(start=start, scale=scale)
        self.world = World(self.clock, random, durations=durations or Durations(), lock_mode=lock_mode)
        self.losses = Losses()
        self.eventgrid = EventGrid(self.clock, Random(f"{seed} Event Grid"), post, fate=self.losses)
        self.directory = Directory()
        self.arm = Arm(self.world, page_size=page_size, throttling=throttling, directory=self.directory)
        self.arm.eventgrid.subscribed = lambda: self.eventgrid.subscriptions
        self.blobs = BlobService()
        self.topic = Topic()
        self._control = Control(self.arm, self.eventgrid, self.losses)
        self._tokens = TokenEndpoint(IDENTITY, secret=IDENTITY_SECRET, random=Random(f"{seed} tokens"))
        self._signin = SignIn(self.directory, random=Random(f"{seed} sign-in"))
        self.world.listeners.append(self._publish)

    async def handle(self, request: Request) -> Response:
        """The answer to one request, whichever service it is for."""
        wall_clock = datetime.now(UTC)  # which clients compare a token's expiry with
        if request.path == TOKEN_PATH:
            reply = self._tokens.answer(request.method, request.query, request.headers, now=wall_clock)
            return Response(status=reply.status, headers=reply.headers, body=reply.body)
        host = urlsplit(request.url).hostname or ""
        if host.endswith(BLOB_HOST_SUFFIX):
            return self.blobs.handle(request)
        if host.endswith(TOPIC_HOST_SUFFIX):
            return self.topic.handle(request)
        signed_in = self._signin.answer(request, now=wall_clock)
        if signed_in is not None:
            return signed_in
        if request.path.startswith("/simulator/"):
            return self._control.handle(request)
        return await self.arm.handle(request)

    async def aclose(self) -> None:
        await self.eventgrid.aclose()
        await self.world.aclose()

    def _publish(self, change: ResourceChange) -> None:
        url = f"https://management.azure.com{change.resource_id}?api-version=2024-05-01"
        self.eventgrid.publish(
            ResourceEvent(
                id=str(self.world.new_guid()),
                time=self.clock.utc(),
                resource_id=change.resource_id,
                operation_name=change.operation_name,
                tenant_id=self.directory.tenant_of(change.resource_id.split("/")[2]),
                correlation_id=str(self.world.new_guid()),
                outcome=Outcome.SUCCESS if change.succeeded else Outcome.FAILURE,
                claims={"appid": change.caller.client_id if change.caller else PORTAL},
                request=HttpRequest(
                    method=change.method,
                    url=url,
                    client_request_id=str(self.world.new_guid()),
                    client_ip_address="203.0.113.10",
                ),
            )
        )


def network_events(subscription: str, endpoint: str, *, name: str = "interlinked") -> EventSubscription:
    """The event subscription that tells of networks and peerings, as a deployment makes it."""
    return EventSubscription(
        name=name,
        endpoint=endpoint,
        subscription_id=subscription,
        included_event_types=(
            "Microsoft.Resources.ResourceWriteSuccess",
            "Microsoft.Resources.ResourceDeleteSuccess",
        ),
        operation_names=_NETWORK_CHANGES,
    )
