"""Event subscriptions as Resource Manager shows them: on the system topic of the subscription they listen to.

https://learn.microsoft.com/rest/api/eventgrid/controlplane/system-topic-event-subscriptions/get. Read only.
"""

from collections.abc import Callable, Iterable
from typing import Any

from simulator import errors
from simulator.eventgrid.subscription import EventSubscription
from simulator.http import Response, json_response
from simulator.routing import Call, Routes

TOPIC_GROUP, TOPIC = "Default-EventGrid", "changes"
_PROVIDER = "/providers/Microsoft.EventGrid"
_TOPICS = f"/subscriptions/{{sub}}/resourcegroups/{TOPIC_GROUP}{_PROVIDER}/systemtopics"


class EventGridRoutes:
    """`subscribed` tells which there are."""

    def __init__(self, subscribed: Callable[[], Iterable[EventSubscription]] = tuple) -> None:
        self.subscribed = subscribed

    def add_to(self, routes: Routes) -> None:
        scope = f"/subscriptions/{{sub}}{_PROVIDER}"
        routes.add(f"{scope}/systemtopics", "system topics", GET=self._list_topics)
        routes.add(f"{scope}/eventsubscriptions", "event subscriptions", GET=self._list_of_scope)
        one = f"{_TOPICS}/{TOPIC}/eventsubscriptions"
        routes.add(one, "event subscriptions", GET=self._list)
        routes.add(f"{one}/{{name}}", "event subscription", GET=self._get)

    def _list_topics(self, call: Call) -> Response:
        """There is one as soon as somebody listens."""
        found = [_topic(call["sub"])] if self._of(call) else []
        return json_response(200, {"value": found})

    def _list_of_scope(self, _: Call) -> Response:
        """None is made that way here."""
        return json_response(200, {"value": []})

    def _list(self, call: Call) -> Response:
        return json_response(200, {"value": [_body(call["sub"], one) for one in self._of(call)]})

    def _get(self, call: Call) -> Response:
        for one in self._of(call):
            if one.name.lower() == call["name"].lower():
                return json_response(200, _body(call["sub"], one))
        raise errors.gateway_error(404, "ResourceNotFound", f"The resource '{call['name']}' was not found.")

    def _of(self, call: Call) -> list[EventSubscription]:
        return [one for one in self.subscribed() if one.subscription_id.lower() == call["sub"].lower()]


def _topic(subscription: str) -> dict[str, Any]:
    return {
        "id": f"{_TOPICS.format(sub=subscription)}/{TOPIC}",
        "name": TOPIC,
        "type": "Microsoft.EventGrid/systemTopics",
        "location": "global",
        "properties": {
            "provisioningState": "Succeeded",
            "source": f"/subscriptions/{subscription}",
            "topicType": "microsoft.resources.subscriptions",
        },
    }


def _body(subscription: str, one: EventSubscription) -> dict[str, Any]:
    topic = _topic(subscription)["id"]
    properties: dict[str, Any] = {
        "topic": topic,
        "provisioningState": one.provisioning_state,
        "destination": _destination(one),
        "filter": _filter(one),
        "eventDeliverySchema": str(one.schema),
        "retryPolicy": {
            "maxDeliveryAttempts": one.max_delivery_attempts,
            "eventTimeToLiveInMinutes": one.time_to_live_minutes,
        },
    }
    if one.dead_letter:
        properties["deadLetterDestination"] = {
            "endpointType": "StorageBlob",
            "properties": {"blobContainerName": "dead-letters"},
        }
    return {
        "id": f"{topic}/eventSubscriptions/{one.name}",
        "name": one.name,
        "type": "Microsoft.EventGrid/systemTopics/eventSubscriptions",
        "properties": properties,
    }


def _destination(one: EventSubscription) -> dict[str, Any]:
    """Of a webhook without its query, which holds the key."""
    if one.function_id is not None:
        return {"endpointType": "AzureFunction", "properties": {"resourceId": one.function_id}}
    return {"endpointType": "WebHook", "properties": {"endpointBaseUrl": one.endpoint.partition("?")[0]}}


def _filter(one: EventSubscription) -> dict[str, Any]:
    advanced = (
        ("StringIn", "data.operationName", one.operation_names),
        ("StringContains", "subject", one.subject_contains),
    )
    return {
        "subjectBeginsWith": one.subject_begins_with,
        "subjectEndsWith": one.subject_ends_with,
        "includedEventTypes": list(one.included_event_types) or None,
        "advancedFilters": [
            {"operatorType": operator, "key": key, "values": list(values)}
            for operator, key, values in advanced
            if values
        ],
    }
