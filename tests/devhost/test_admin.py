"""The admin endpoints."""

import json

import pytest

from devhost.admin import answer
from devhost.exchange import Request, Response
from tests.devhost.builders import event_function, http_function

FUNCTIONS = (
    event_function("on_event", is_disabled=True),
    event_function("broken", problem="something is missing"),
    http_function("page", "page/{x?}", "GET"),
)


def ask(method: str, path: str, body: bytes = b"", started: list | None = None) -> Response:
    def start(hosted, text):
        if started is not None:
            started.append((hosted.name, text))

    request = Request(method=method, url=f"http://localhost:7071/admin/{path}", body=body)
    return answer(request, path.split("/"), FUNCTIONS, start)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(b'{"input": "{\\"id\\": 1}"}', '{"id": 1}', id="with input"),
        pytest.param(b'{"input": null}', "", id="null"),
        pytest.param(b"{}", "", id="without input"),
    ],
)
def test_running_a_function_is_accepted_at_once(body, text):
    started = []
    response = ask("POST", "functions/ON_EVENT", body, started)

    assert response == Response(status=202)
    assert started == [("on_event", text)]


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [("on_event", b"", 400), ("on_event", b"text", 400), ("on_event", b"[]", 400), ("nobody", b"{}", 404)],
)
def test_what_cannot_be_run(name, body, status):
    started = []

    assert ask("POST", f"functions/{name}", body, started).status == status
    assert started == []


def test_the_list_of_functions():
    listed = json.loads(ask("GET", "functions").body)

    assert [(each["name"], each["isDisabled"], each["invoke_url_template"]) for each in listed] == [
        ("on_event", True, None),
        ("broken", False, None),
        ("page", False, "http://localhost:7071/api/page/{x?}"),
    ]


def test_one_function():
    assert (
        json.loads(ask("GET", "functions/Page").body)["href"] == "http://localhost:7071/admin/functions/page"
    )


@pytest.mark.parametrize(
    ("name", "expected"), [("broken", {"errors": ["something is missing"]}), ("on_event", {})]
)
def test_the_status_of_a_function(name, expected):
    assert json.loads(ask("GET", f"functions/{name}/status").body) == expected


def test_the_status_of_the_host():
    assert json.loads(ask("GET", "host/status").body)["state"] == "Running"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_ping(method):
    assert ask(method, "host/ping") == Response(status=200)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "functions/nobody"),
        ("GET", "functions/nobody/status"),
        ("DELETE", "functions/page"),
        ("GET", "host/else"),
        ("GET", ""),
    ],
)
def test_everything_else_is_not_found(method, path):
    assert ask(method, path) == Response(status=404)
