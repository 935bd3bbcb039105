"""An endpoint has to agree before Event Grid sends it anything."""

import asyncio
import json
from datetime import datetime
from random import Random
from typing import assert_never
from uuid import UUID

from simulator.eventgrid.message import ORIGIN, wire_name
from simulator.eventgrid.post import Answer, Post
from simulator.eventgrid.schema import DeliverySchema, timestamp
from simulator.eventgrid.subscription import EventSubscription

PATIENCE_SECONDS = 30.0


class HandshakeError(Exception):
    """The endpoint did not agree to receive events, so there is no subscription."""


async def shake_hands(subscription: EventSubscription, post: Post, *, random: Random, now: datetime) -> None:
    """Returns once the endpoint has agreed. It is given 30 s of its own time (see `delivery`).

    The way of a person opening `validationUrl` in a browser is not offered, and a slow endpoint is not
    asked twice.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            match subscription.schema:
                case DeliverySchema.EVENT_GRID:
                    refusal = await _echo_a_code(subscription, post, random, now)
                case DeliverySchema.CLOUD_EVENTS:
                    refusal = await _allow_the_origin(subscription, post)
                case _:
                    assert_never(subscription.schema)
    except TimeoutError:
        refusal = f"no answer within {PATIENCE_SECONDS:.0f} s"
    except OSError as error:
        refusal = f"unreachable: {error}"
    if refusal:
        where = subscription.endpoint.partition("?")[0]  # the query holds the endpoint's key
        raise HandshakeError(f"{subscription.name}: {where} did not validate: {refusal}")


async def _echo_a_code(
    subscription: EventSubscription, post: Post, random: Random, now: datetime
) -> str | None:
    """https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema"""
    code = _guid(random)
    event = {
        "id": _guid(random),
        "topic": f"/subscriptions/{subscription.subscription_id}",
        "subject": "",
        "data": {"validationCode": code},
        "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
        "eventTime": timestamp(now),
        "metadataVersion": "1",
        "dataVersion": "1",
    }
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "aeg-event-type": "SubscriptionValidation",
        "aeg-subscription-name": wire_name(subscription),
        "aeg-delivery-count": "0",
        "aeg-data-version": "1",
        "aeg-metadata-version": "1",
    }
    answer = await post("POST", subscription.endpoint, headers, json.dumps([event]).encode())
    if answer.status != 200:  # 202, good enough for an event, is not for this
        return f"status {answer.status} instead of 200"
    return None if _echo(answer) == code else "validationResponse is not the validationCode sent"


def _echo(answer: Answer) -> object:
    try:
        content = json.loads(answer.body)
    except ValueError:
        return None
    return content.get("validationResponse") if isinstance(content, dict) else None


async def _allow_the_origin(subscription: EventSubscription, post: Post) -> str | None:
    """Consent is the header alone, whatever the status.

    https://github.com/cloudevents/spec/blob/v1.0/http-webhook.md#4-abuse-protection
    """
    answer = await post("OPTIONS", subscription.endpoint, {"WebHook-Request-Origin": ORIGIN}, b"")
    allowed = answer.header("WebHook-Allowed-Origin")
    if allowed in {ORIGIN, "*"}:
        return None
    return f"WebHook-Allowed-Origin is {allowed!r} instead of {ORIGIN!r} (status {answer.status})"


def _guid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))
