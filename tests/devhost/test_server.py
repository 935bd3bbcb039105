"""`python -m devhost` with the sample app, over the wire."""

import json

import pytest

from tests.devhost.processes import devhost

WEBHOOK = "/runtime/webhooks/EventGrid?functionName="
NOTIFICATION = {"aeg-event-type": "Notification"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with devhost(tmp_path_factory.mktemp("server") / "settings.json") as server:
        yield server


@pytest.mark.parametrize(
    "line",
    [
        "    on_event: Event Grid http://localhost:{port}/runtime/webhooks/EventGrid?functionName=on_event",
        "    off: disabled",
        "    sweep: timer 0 0 3 * * *",
        "    lost: in error: %NO_SUCH_SETTING% does not resolve to a value: there is no such setting",
        "    what_was_seen: [GET] http://localhost:{port}/api/seen",
        "    echo: [ALL] http://localhost:{port}/api/echo/{{what:int}}/{{rest?}}",
        "Listening on http://localhost:{port} (Ctrl-C stops)",
    ],
)
def test_the_start_lists_the_functions(server, line):
    assert line.format(port=server.port) in server.lines


def test_a_retry_policy_is_said_not_to_be_played(server):
    assert "WARNING" in server.wait_for("The retry policy of 'early' is not played")


def test_an_event_reaches_its_function_as_it_was_sent(server):
    event = {"id": "1", "eventType": "good", "eventTime": "2026-01-05T08:00:00.1234567Z"}
    response, _ = server.request("POST", f"{WEBHOOK}on_event", [event], NOTIFICATION)
    _, seen = server.request("GET", "/api/seen")

    assert response.status == 202
    assert json.dumps(event, separators=(",", ":")) in json.loads(seen)


def test_a_failing_function_is_a_500_and_its_error_in_the_log(server):
    response, text = server.request("POST", f"{WEBHOOK}on_event", {"eventType": "bad"}, NOTIFICATION)

    assert (response.status, text) == (500, "Exception while executing function: Functions.on_event")
    assert "ERROR" in server.wait_for("Executed 'Functions.on_event' (Failed, Id=")
    assert server.wait_for("ValueError: a bad event")


def test_the_webhook_path_is_read_in_any_case(server):
    response, _ = server.request("OPTIONS", "/Runtime/WebHooks/eventgrid?functionName=on_event")

    assert (response.status, response.getheader("WebHook-Allowed-Origin")) == (200, "eventgrid.azure.net")


def test_a_disabled_function_gets_no_events(server):
    response, text = server.request("POST", f"{WEBHOOK}off", [{}], NOTIFICATION)

    assert (response.status, text) == (404, "cannot find function: 'off'")


def test_running_a_timer_by_hand(server):
    response, text = server.request("POST", "/admin/functions/sweep", {})

    assert (response.status, text) == (202, "")
    assert "sweep: status ['Last', 'LastUpdated', 'Next'] past due False" in server.wait_for("sweep: status")
    assert "Succeeded" in server.wait_for("Executed 'Functions.sweep'")
    assert "Duration=" in server.wait_for("Executed 'Functions.sweep'")


def test_run_on_startup(server):
    assert "early: up early" in server.wait_for("up early")


def test_an_http_function_sees_the_request(server):
    response, text = server.request("PUT", "/api/echo/5/a%20b?q=1", "hello", {"X-Two": "2"})

    assert (response.status, response.getheader("Content-Type")) == (201, "application/json")
    assert json.loads(text) == {
        "method": "PUT",
        "url": f"http://127.0.0.1:{server.port}/api/echo/5/a%20b?q=1",
        "x-two": "2",
        "params": {"q": "1"},
        "route_params": {"what": "5", "rest": "a b"},
        "body": '"hello"',
    }


def test_cookies_come_one_by_one(server):
    response, _ = server.request("GET", "/api/cookies")

    assert response.status == 204
    assert response.headers.get_all("Set-Cookie") == [
        "a=1; max-age=60; path=/; secure; samesite=lax; httponly",
        "b=2; expires=Wed, 21 Oct 2026 07:28:00 GMT",
    ]


def test_a_failing_http_function_is_an_empty_500_and_named_in_the_log(server):
    response, text = server.request("GET", "/api/fails")

    assert (response.status, text) == (500, "")
    assert "WARNING fails: about to fail" in server.wait_for("about to fail")
    assert server.wait_for("RuntimeError: as asked")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/api"), ("GET", "/api/echo/x"), ("POST", "/api/seen"), ("GET", "/admin")],
)
def test_everything_else_is_not_found(server, method, path):
    response, text = server.request(method, path)

    assert (response.status, text) == (404, "")
