"""A webhook at the wire that Event Grid delivers to, and what it is told."""

import asyncio
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from simulator.clock import Clock
from simulator.eventgrid.event import ResourceEvent
from simulator.eventgrid.faults import DecideFate, no_faults
from simulator.eventgrid.grid import EventGrid
from simulator.eventgrid.post import Answer
from simulator.eventgrid.subscription import EventSubscription

SUBSCRIPTION = "0a6b0e6c-7d2f-4a5e-8b1c-2f1d3c4b5a69"
HOUR = 3600
UNREACHABLE = ConnectionRefusedError("nobody there")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """An answer after so many seconds of the endpoint's time."""

    seconds: float
    status: int = 202


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One delivery request, and when it came in simulated seconds."""

    at: float
    headers: Mapping[str, str]
    content: Any

    @property
    def ids(self) -> list[str]:
        events = self.content if isinstance(self.content, list) else [self.content]
        return [event["id"] for event in events]


class Webhook:
    """Agrees to every subscription and answers deliveries one by one, the last way for good."""

    def __init__(self, clock: Clock, *answers: OSError | Slow | int) -> None:
        self.clock = clock
        self.answers = list(answers) or [202]
        self.arrivals: list[Arrival] = []

    async def post(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if method == "OPTIONS":
            return Answer(status=200, headers={"webhook-allowed-origin": headers["WebHook-Request-Origin"]})
        content = json.loads(body)
        if headers["aeg-event-type"] == "SubscriptionValidation":
            code = content[0]["data"]["validationCode"]
            return Answer(status=200, body=json.dumps({"validationResponse": code}).encode())
        self.arrivals.append(Arrival(at=self.clock.now(), headers=headers, content=content))
        match self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]:
            case OSError() as error:
                raise error
            case Slow(seconds=seconds, status=status):
                await asyncio.sleep(seconds)
                return Answer(status=status)
            case int(status):
                return Answer(status=status)

    def waits(self) -> list[float]:
        """Simulated seconds between one arrival and the next."""
        times = [arrival.at for arrival in self.arrivals]
        return [later - earlier for earlier, later in itertools.pairwise(times)]


def event(name: str = "vnet") -> ResourceEvent:
    return ResourceEvent(
        id=name,
        time=Clock().utc(),
        resource_id=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/{name}",
        operation_name="Microsoft.Network/virtualNetworks/write",
        tenant_id="b7c8d9e0-1f2a-4b3c-8d4e-5f6a7b8c9d0e",
        correlation_id="c0ffee00-1111-4222-8333-444455556666",
    )


def subscription(**changes: Any) -> EventSubscription:
    return EventSubscription(
        **{"name": "app", "endpoint": "https://app.example/hook?code=key", "subscription_id": SUBSCRIPTION}
        | changes
    )


def seeded(seed: int = 7) -> Random:
    return Random(seed)


async def subscribed(webhook: Webhook, *, fate: DecideFate | None = None, **changes: Any) -> EventGrid:
    grid = EventGrid(webhook.clock, seeded(), webhook.post, fate=fate or no_faults)
    await grid.subscribe(subscription(**changes))
    return grid
