"""A custom topic that takes CloudEvents, and keeps what was published to it.

https://learn.microsoft.com/azure/event-grid/post-to-custom-topic,
https://learn.microsoft.com/azure/event-grid/cloud-event-schema
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.http import Request, Response, json_response
from simulator.tokens import audience_of

HOST_SUFFIX = ".eventgrid.azure.net"
PATH = "/api/events"
API_VERSION = "2018-01-01"
AUDIENCE = "https://eventgrid.azure.net"
MOST_BYTES = 1024 * 1024
"""Of one request, and of one event.
https://learn.microsoft.com/azure/event-grid/quotas-limits"""

_BATCH, _SINGLE = "application/cloudevents-batch+json", "application/cloudevents+json"
_ATTRIBUTE = re.compile("[a-z0-9]+")
_NEEDED = ("id", "source", "type", "specversion")


@dataclass(slots=True)
class Topic:
    """One topic with the input schema CloudEventSchemaV1_0; `published` is what it took."""

    published: list[dict[str, Any]] = field(default_factory=list)
    requests: int = 0
    refuses: tuple[int, str] | None = None
    """Status and error code for every request."""

    def handle(self, request: Request) -> Response:
        self.requests += 1
        if self.refuses is not None:
            return _refusal(*self.refuses, "Simulated.")
        if request.path.lower() != PATH:
            return _refusal(404, "NotFound", "Publishing is offered at /api/events.")
        if request.method != "POST":
            return _refusal(405, "MethodNotAllowed", f"{request.method} is not offered.")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or audience_of(token).rstrip("/") != AUDIENCE:
            return _refusal(401, "Unauthorized", f"The request needs an Entra token for {AUDIENCE}.")
        if request.query.get("api-version") != API_VERSION:
            return _refusal(400, "BadRequest", f"The api-version is not {API_VERSION}.")
        if len(request.body) > MOST_BYTES:
            return _refusal(413, "RequestEntityTooLarge", f"The request is larger than {MOST_BYTES} bytes.")
        events, problem = _read(request)
        if problem is not None:
            return _refusal(400, "BadRequest", problem)
        self.published += events
        return Response(status=200)


def _read(request: Request) -> tuple[list[dict[str, Any]], str | None]:
    """The events, or what is wrong with them: a batch is taken as a whole or not at all."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in (_BATCH, _SINGLE):
        return [], f"The topic takes CloudEvents, not {content_type or 'a body of no type'}."
    try:
        body = json.loads(request.body)
    except ValueError:
        return [], "The body is not JSON."
    events = body if content_type == _BATCH else [body]
    if not isinstance(events, list) or not events:
        return [], "The body is not a batch of events."
    problems = (problem for event in events if (problem := _problem(event)) is not None)
    return events, next(problems, None)


def _problem(event: object) -> str | None:
    """https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#context-attributes"""
    if not isinstance(event, dict):
        return "An event is not an object."
    lacking = [name for name in _NEEDED if not isinstance(event.get(name), str) or not event[name]]
    if lacking:
        return f"An event lacks {', '.join(lacking)}."
    if event["specversion"] != "1.0":
        return f"The specversion {event['specversion']} is not 1.0."
    if "data" in event and "data_base64" in event:
        return "An event has both data and data_base64."
    odd = [name for name in event if name != "data_base64" and not _ATTRIBUTE.fullmatch(name)]
    if odd:
        return f"{odd[0]} is not the name of an attribute."
    if "time" in event and not _is_time(event["time"]):
        return f"The time {event['time']} is not that of RFC 3339."
    return None


def _is_time(text: object) -> bool:
    try:
        return isinstance(text, str) and datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False


def _refusal(status: int, code: str, message: str) -> Response:
    """The shape is documented for none of them; it is that of Azure's data planes."""
    return json_response(status, {"error": {"code": code, "message": message, "details": []}})
