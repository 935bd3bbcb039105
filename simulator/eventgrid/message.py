"""The HTTP message around events: headers and body.

https://learn.microsoft.com/azure/event-grid/receive-events and
https://learn.microsoft.com/azure/event-grid/cloud-event-schema
"""

import json
from collections.abc import Sequence
from typing import assert_never

from simulator.eventgrid.event import ResourceEvent
from simulator.eventgrid.schema import DeliverySchema, render
from simulator.eventgrid.subscription import EventSubscription

ORIGIN = "eventgrid.azure.net"


def notification_headers(subscription: EventSubscription, attempt: int) -> dict[str, str]:
    """Headers of a delivery; `attempt` counts from 1, the header on the wire from 0.

    That, and the Origin of CloudEvents, as recorded in
    https://developer.blackbaud.com/skyapi/products/bbem/webhook/overview#cloudevents, which Event Grid serves.
    """
    headers = {
        "aeg-event-type": "Notification",
        "aeg-subscription-name": wire_name(subscription),
        "aeg-delivery-count": str(attempt - 1),
    }
    match subscription.schema:
        case DeliverySchema.EVENT_GRID:
            return headers | {
                "Content-Type": "application/json; charset=utf-8",
                "aeg-data-version": "2",
                "aeg-metadata-version": "1",
            }
        case DeliverySchema.CLOUD_EVENTS:
            shape = "cloudevents" if subscription.max_events_per_batch == 1 else "cloudevents-batch"
            return headers | {
                "Content-Type": f"application/{shape}+json; charset=utf-8",
                "aeg-metadata-version": "1.0",
                "Origin": ORIGIN,
            }
        case _:
            assert_never(subscription.schema)


def notification_body(subscription: EventSubscription, events: Sequence[ResourceEvent]) -> bytes:
    """Always an array, except for CloudEvents one at a time: those travel without it."""
    rendered = [render(event, subscription.schema) for event in events]
    alone = subscription.schema is DeliverySchema.CLOUD_EVENTS and subscription.max_events_per_batch == 1
    return json.dumps(rendered[0] if alone else rendered).encode()


def wire_name(subscription: EventSubscription) -> str:
    """Event Grid writes subscription names in capitals."""
    return subscription.name.upper()
