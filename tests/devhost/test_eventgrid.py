"""The webhook against a worker that only writes down what it is asked."""

import json

import pytest

from devhost.eventgrid import answer
from devhost.exchange import Request, Response
from devhost.invocations import Outcome
from tests.devhost.builders import RecordingWorker, event_function, http_function

pytestmark = pytest.mark.looptime

FUNCTIONS = (
    event_function("on_event"),
    event_function("off", is_disabled=True),
    event_function("broken", problem="something is missing"),
    http_function("page", "page"),
)


def request(
    body: object = b"",
    event_type: str | None = "Notification",
    *,
    name: str = "on_event",
    method: str = "POST",
) -> Request:
    return Request(
        method=method,
        url=f"http://localhost:7071/runtime/webhooks/EventGrid?functionName={name}",
        headers={"aeg-event-type": event_type} if event_type else {},
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
    )


async def ask(request: Request, worker: RecordingWorker | None = None) -> Response:
    return await answer(request, FUNCTIONS, (worker or RecordingWorker()).run)


@pytest.mark.parametrize("name", ["", "nobody", "ON_EVENT", "off", "broken", "page"])
async def test_only_a_listening_event_function_is_found(name):
    response = await ask(request([{}], name=name))

    assert (response.status, response.body) == (404, f"cannot find function: '{name}'".encode())


async def test_without_a_function_name_nothing_is_found():
    bare = Request(method="POST", url="http://localhost:7071/runtime/webhooks/EventGrid")

    assert (await ask(bare)).status == 404


@pytest.mark.parametrize(
    "body",
    [
        pytest.param([{"data": {"validationCode": "ABC"}}], id="Event Grid schema"),
        pytest.param({"data": {"validationCode": "ABC"}}, id="CloudEvents"),
        pytest.param({"data": '{"validationCode": "ABC"}'}, id="CloudEvents, data as text"),
    ],
)
@pytest.mark.parametrize("event_type", ["SubscriptionValidation", "subscriptionvalidation"])
async def test_the_validation_handshake(body, event_type):
    worker = RecordingWorker()
    response = await ask(request(body, event_type), worker)

    assert (response.status, response.body) == (200, b'{"validationResponse":"ABC"}')
    assert worker.calls == []


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("eventgrid.azure.net", "eventgrid.azure.net"),
        ("eventgrid.azure.us", "eventgrid.azure.us"),
        ("somewhere.example", "eventgrid.azure.net"),
        (None, "eventgrid.azure.net"),
    ],
)
async def test_the_cloud_events_handshake(asked, allowed):
    response = await ask(
        Request(
            method="OPTIONS",
            url="http://localhost:7071/runtime/webhooks/EventGrid?functionName=on_event",
            headers={"WebHook-Request-Origin": asked} if asked else {},
        )
    )

    assert response == Response(status=200, headers=(("WebHook-Allowed-Origin", allowed),))


async def test_each_event_of_a_batch_is_one_invocation_and_all_run_at_once():
    worker = RecordingWorker(seconds=10)
    response = await ask(request([{"id": "1"}, {"id": "2"}, {"id": "3"}]), worker)

    assert response.status == 202
    assert worker.payloads == ['{"id":"1"}', '{"id":"2"}', '{"id":"3"}']
    assert len({seconds for seconds, _, _ in worker.calls}) == 1


async def test_an_event_arrives_as_compact_json_with_its_timestamps_untouched():
    worker = RecordingWorker()
    await ask(
        request('{ "id": "é", "time": "2026-01-05T08:00:00.1234567Z", "data": {"a": 1} }'.encode()), worker
    )

    [(_, _, call)] = worker.calls
    assert call.data.json == '{"id":"é","time":"2026-01-05T08:00:00.1234567Z","data":{"a":1}}'
    assert call.trigger_metadata["data"].json == '{"a":1}'


async def test_one_failure_fails_the_batch_after_all_have_run():
    worker = RecordingWorker(answers={"2": Outcome(error="ValueError: no")})
    response = await ask(request([{"id": "1"}, {"id": "2"}, {"id": "3"}]), worker)

    assert response.status == 500
    assert response.body == b"Exception while executing function: Functions.on_event"
    assert len(worker.calls) == 3


@pytest.mark.parametrize(
    ("event_type", "body", "status"),
    [
        pytest.param("Notification", b"[]", 202, id="an empty batch is fine"),
        pytest.param("Unsubscribe", b"", 202, id="unsubscribe"),
        pytest.param("Else", b"[]", 400, id="unknown event type"),
        pytest.param(None, b"[]", 400, id="no event type"),
        pytest.param("Notification", b"{", 500, id="not JSON"),
        pytest.param("Notification", b"", 500, id="no body"),
        pytest.param("Notification", b"\xff", 500, id="not text"),
        pytest.param("Notification", b'"event"', 500, id="neither array nor object"),
        pytest.param("SubscriptionValidation", b"[]", 500, id="no validation event"),
        pytest.param("SubscriptionValidation", b'[{"data": {}}]', 500, id="no validation code"),
        pytest.param("SubscriptionValidation", b'{"data": "text"}', 500, id="validation data not JSON"),
    ],
)
async def test_what_else_may_come(event_type, body, status):
    worker = RecordingWorker()

    assert (await ask(request(body, event_type), worker)).status == status
    assert worker.calls == []
