"""What Event Grid keeps of an event it could not deliver."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from simulator.eventgrid.event import ResourceEvent
from simulator.eventgrid.schema import DeliverySchema, Json, render, timestamp
from simulator.eventgrid.subscription import EventSubscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """Why and when a delivery was given up."""

    reason: str
    attempts: int
    last_outcome: str
    last_attempt_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One entry of a blob in the dead-letter container."""

    subscription_name: str
    content: Json


def dead_letter(
    subscription: EventSubscription, event: ResourceEvent, publish_time: datetime, undelivered: Undelivered
) -> DeadLetter:
    """The event with the story of its delivery added.

    https://learn.microsoft.com/azure/event-grid/delivery-and-retry#dead-letter-events
    """
    story: Json = {
        "deadLetterReason": undelivered.reason,
        "deliveryAttempts": undelivered.attempts,
        "lastDeliveryOutcome": undelivered.last_outcome,
        "publishTime": timestamp(publish_time),
        "lastDeliveryAttemptTime": timestamp(undelivered.last_attempt_time),
    }
    match subscription.schema:
        case DeliverySchema.EVENT_GRID:
            pass
        case DeliverySchema.CLOUD_EVENTS:  # names of CloudEvents attributes are in lower case
            story = {name.lower(): value for name, value in story.items()}
        case _:
            assert_never(subscription.schema)
    return DeadLetter(subscription_name=subscription.name, content=render(event, subscription.schema) | story)
