"""The two shapes in which a system topic delivers an event."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import assert_never

from simulator.eventgrid.event import Outcome, ResourceEvent

type Json = dict[str, object]


class DeliverySchema(StrEnum):
    """The property `eventDeliverySchema` of an event subscription."""

    EVENT_GRID = "EventGridSchema"
    CLOUD_EVENTS = "CloudEventSchemaV1_0"


def render(event: ResourceEvent, schema: DeliverySchema) -> Json:
    """The event as an endpoint reads it.

    https://learn.microsoft.com/azure/event-grid/event-schema-subscriptions
    """
    source = f"/subscriptions/{event.subscription_id}"
    match schema:
        case DeliverySchema.EVENT_GRID:
            return {
                "id": event.id,
                "topic": source,
                "subject": subject(event),
                "eventType": event.event_type,
                "eventTime": timestamp(event.time),
                "dataVersion": "2",
                "metadataVersion": "1",
                "data": _data(event),
            }
        case DeliverySchema.CLOUD_EVENTS:
            return {
                "specversion": "1.0",
                "id": event.id,
                "source": source,
                "subject": subject(event),
                "type": event.event_type,
                "time": timestamp(event.time),
                "data": _data(event),
            }
        case _:
            assert_never(schema)


def subject(event: ResourceEvent) -> str:
    """The resource id, with `resourcegroups` in lower case where something was written.

    Microsoft's samples spell it so for writes, and as `resourceGroups` for deletes and actions.
    """
    spelling = "resourcegroups" if event.verb == "Write" else "resourceGroups"
    return re.sub(r"/resourcegroups/", f"/{spelling}/", event.resource_id, count=1, flags=re.IGNORECASE)


def timestamp(moment: datetime) -> str:
    """UTC with the seven decimals of a .NET clock."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"


def _data(event: ResourceEvent) -> Json:
    data: Json = {
        "authorization": {
            "scope": subject(event),
            "action": event.operation_name,
            "evidence": dict(event.evidence) or [],
        },
        "claims": dict(event.claims),
        "correlationId": event.correlation_id,
        "resourceProvider": event.operation_name.partition("/")[0],
        "resourceUri": subject(event),
        "operationName": event.operation_name,
        "status": _STATUS[event.outcome],
        "subscriptionId": event.subscription_id,
        "tenantId": event.tenant_id,
    }
    if event.request:
        data["httpRequest"] = {
            "clientRequestId": event.request.client_request_id,
            "clientIpAddress": event.request.client_ip_address,
            "method": event.request.method,
            "url": event.request.url,
        }
    return data


# Only the first appears in Microsoft's samples; the others are the words Resource Manager uses elsewhere.
_STATUS = {Outcome.SUCCESS: "Succeeded", Outcome.FAILURE: "Failed", Outcome.CANCEL: "Canceled"}
