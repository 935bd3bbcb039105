"""HTTP triggers against a worker that only writes down what it is asked."""

import pytest

from devhost.exchange import Request, Response
from devhost.httptrigger import answer
from devhost.messages import RpcHttp, TypedData
from tests.devhost.builders import RecordingWorker, http_function

pytestmark = pytest.mark.looptime

FUNCTIONS = (http_function("any", "{x}"), http_function("page", "page", "GET"))


def request(method: str = "GET", path: str = "/api/page", *, body: bytes = b"", **headers: str) -> Request:
    return Request(method=method, url=f"http://localhost:7071{path}", headers=headers, body=body)


async def ask(request: Request, worker: RecordingWorker) -> Response:
    return await answer(request, FUNCTIONS, worker.run)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        pytest.param("GET", "/api/page", ["page"], id="the more specific"),
        pytest.param("POST", "/api/page", ["any"], id="the one that takes the method"),
        pytest.param("GET", "/api/page/1", [], id="nobody"),
    ],
)
async def test_the_function_is_chosen_by_route_and_method(method, path, expected):
    worker = RecordingWorker(returned=TypedData(string=""))
    response = await ask(request(method, path), worker)

    assert [name for _, name, _ in worker.calls] == expected
    assert response.status == (200 if expected else 404)


async def test_how_a_request_arrives():
    worker = RecordingWorker()
    await ask(request("POST", "/api/a%20b%2Fc?q=1&q=2&empty=", body=b"body", Accept="x"), worker)

    [(_, _, call)] = worker.calls
    http = call.data.http
    assert (http.method, http.url) == ("POST", "http://localhost:7071/api/a%20b%2Fc?q=1&q=2&empty=")
    assert (http.headers, http.query, http.params) == ({"accept": "x"}, {"q": "1,2"}, {"x": "a b%2Fc"})
    assert http.body.bytes == b"body"


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(request("POST"), id="no body"),
        pytest.param(request("POST", body=b"body", **{"Transfer-Encoding": "chunked"}), id="chunked"),
    ],
)
async def test_a_body_without_a_length_does_not_arrive(request_):
    worker = RecordingWorker()
    await ask(request_, worker)

    assert worker.calls[0][2].data.http.body.WhichOneof("data") is None


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        pytest.param(None, Response(status=500), id="failure"),
        pytest.param(TypedData(string="hi"), Response.text(200, "hi"), id="text"),
        pytest.param(
            TypedData(
                http=RpcHttp(status_code="404", headers={"x": "1"}, cookies=None, body=TypedData(bytes=b"no"))
            ),
            Response(status=404, headers=(("x", "1"),), body=b"no"),
            id="response",
        ),
    ],
)
async def test_the_answer(returned, expected):
    assert await ask(request(), RecordingWorker(returned=returned)) == expected
