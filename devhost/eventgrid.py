"""The webhook through which Event Grid delivers: handshakes, events, and what they are answered with.

The rules are those of https://github.com/Azure/azure-sdk-for-net,
`sdk/eventgrid/Microsoft.Azure.WebJobs.Extensions.EventGrid/src/TriggerBinding/HttpRequestProcessor.cs` and
`.../Config/EventGridExtensionConfigProvider.cs`. Event Grid waits 30 seconds for the answer, then delivers again:
https://learn.microsoft.com/azure/event-grid/delivery-and-retry.
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from devhost.exchange import Request, Response
from devhost.functions import EventGridTrigger, Function
from devhost.hosting import HostedFunction
from devhost.invocations import Invoke
from devhost.messages import TypedData
from devhost.worker import Call

_PUBLIC_ORIGIN = "eventgrid.azure.net"
_ORIGINS = {
    _PUBLIC_ORIGIN,
    "eventgrid.azure.us",
    "eventgrid.azure.cn",
    "eventgrid.azure.eaglex.ic.gov",
    "eventgrid.azure.microsoft.scloud",
}


async def answer(request: Request, functions: Sequence[HostedFunction], invoke: Invoke) -> Response:
    name = request.query.get("functionName", "")
    function = next((each.function for each in functions if each.name == name and _takes_events(each)), None)
    if function is None:
        return Response.text(404, f"cannot find function: '{name}'")
    if request.method == "OPTIONS":
        return _allow_origin(request)
    try:
        match request.headers.get("aeg-event-type", "").lower():
            case "subscriptionvalidation":
                return _validate(json.loads(request.body))
            case "notification":
                return await _deliver(json.loads(request.body), function, invoke)
            case "unsubscribe":
                return Response(status=202)
            case _:
                return Response(status=400)
    except ValueError as error:
        return Response.text(500, str(error))


def to_call(event: Any) -> Call:
    """One event for the worker: compact JSON, its timestamps the very strings that were sent."""
    data = event.get("data") if isinstance(event, dict) else None
    return Call(
        reason="Event Grid event",
        data=TypedData(json=_compact(event)),
        trigger_metadata={"data": TypedData(json=_compact(data))},
    )


def _takes_events(hosted: HostedFunction) -> bool:
    return isinstance(hosted.function.trigger, EventGridTrigger) and hosted.is_listening


def _allow_origin(request: Request) -> Response:
    """The CloudEvents handshake: https://github.com/cloudevents/spec/blob/v1.0/http-webhook.md#4-abuse-protection."""
    asked = request.headers.get("webhook-request-origin")
    allowed = asked if asked in _ORIGINS else _PUBLIC_ORIGIN
    return Response(status=200, headers=(("WebHook-Allowed-Origin", str(allowed)),))


def _validate(document: Any) -> Response:
    """The handshake of both schemas; CloudEvents may send its data as JSON inside a string."""
    match document:
        case [{"data": {"validationCode": code}}, *_] | {"data": {"validationCode": code}}:
            return Response.text(200, _compact({"validationResponse": code}))
        case {"data": str(text)}:
            return _validate({"data": json.loads(text)})
        case _:
            raise ValueError("the validation event carries no validationCode")


async def _deliver(document: Any, function: Function, invoke: Invoke) -> Response:
    match document:
        case list():
            events = document
        case dict():
            events = [document]
        case _:
            raise ValueError("the content must be a JSON object or array")
    outcomes = await asyncio.gather(*(invoke(function, to_call(event)) for event in events))
    if all(outcome.succeeded for outcome in outcomes):
        return Response(status=202)
    # The cause stays in the log: the host's exception wraps it and only the wrapper's words reach the caller.
    return Response.text(500, f"Exception while executing function: Functions.{function.name}")


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
