"""`python -m simulator serve` as a person at a keyboard, and a program beside it, meet it."""

import json
import signal
import socket
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from urllib.error import URLError

import pytest

from simulator.__main__ import main
from tests.simulator.processes import PATIENCE_SECONDS, Rest, simulator, wait_for

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
ALL_NETWORKS = f"{SUBSCRIPTION}/providers/Microsoft.Network/virtualNetworks?api-version=2024-05-01"
DURATIONS = "vnet_write, vnet_delete, subnet_write"


def network(name, tail=""):
    group = f"{SUBSCRIPTION}/resourceGroups/rg-{name.removeprefix('vnet-')}"
    return f"{group}/providers/Microsoft.Network/virtualNetworks/{name}{tail}?api-version=2024-05-01"


def network_body(prefix):
    return {"location": "westeurope", "properties": {"addressSpace": {"addressPrefixes": [prefix]}}}


@pytest.mark.parametrize(
    ("argument", "value", "accepted"),
    [
        ("--port", "70000", "from 0 to 65535"),
        ("--port", "-1", "from 0 to 65535"),
        ("--port", "https", "from 0 to 65535"),
        ("--time-scale", "inf", "from 0.001 to 100000"),
        ("--time-scale", "nan", "from 0.001 to 100000"),
        ("--time-scale", "0", "from 0.001 to 100000"),
        ("--time-scale", "-1", "from 0.001 to 100000"),
        ("--time-scale", "fast", "from 0.001 to 100000"),
        ("--durations", "vnet_write=nan", "a number of seconds, 0 or more"),
        ("--durations", "vnet_write=inf", "a number of seconds, 0 or more"),
        ("--durations", "vnet_write=-1", "a number of seconds, 0 or more"),
        ("--durations", "vnet_write", "a number of seconds, 0 or more"),
        ("--durations", "lunch=1", DURATIONS),
        ("--deliver", "ftp://localhost/", "http:// or https://"),
        ("--deliver", "localhost:7071", "http:// or https://"),
        ("--deliver", "http://localhost:77777/", "http:// or https://"),
        ("--deliver", "https://", "http:// or https://"),
        ("--deliver", "shop=https://localhost/", "'shop' is not the ID of a subscription"),
        ("--deliver", "00000000-0000-0000-0000-000000000002=localhost", "http:// or https://"),
        ("--scenario", "holidays", "workshop-spokes"),
        ("--lock-mode", "418", "parallel-ok"),
        ("--seed", "sunflower", "a whole number"),
    ],
)
def test_a_bad_argument_is_one_clear_line(capsys, tmp_path, argument, value, accepted):
    assert main(["serve", "--state-dir", str(tmp_path / "state"), argument, value]) == 2

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"simulator: argument {argument}: ")
    assert value.partition("=")[2 * value.startswith(("vnet_write=", "00"))] in err
    assert accepted in err
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param([], "serve", id="no command"),
        pytest.param(["serve"], "--state-dir", id="no state directory"),
        pytest.param(["serve", "--state-dir", "x", "--colour"], "--colour", id="unknown option"),
    ],
)
def test_a_missing_or_unknown_argument_is_one_clear_line(capsys, arguments, complaint):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert complaint in err


@pytest.mark.parametrize("below", ["", "deeper"])
def test_an_unusable_state_directory_is_one_clear_line(capsys, tmp_path, below):
    file = tmp_path / "file"
    file.write_text("in the way")

    assert main(["serve", "--port", "0", "--state-dir", str(file / below)]) == 1

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"simulator: --state-dir {file / below} cannot be used: ")


def test_a_port_in_use_is_one_clear_line_and_leaves_the_state_directory_to_its_user(capsys, tmp_path):
    (tmp_path / "endpoint").write_text("of the one that runs")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", "--port", str(port), "--state-dir", str(tmp_path)]) == 1

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"simulator: --port {port} cannot be used: ")
    assert [file.name for file in tmp_path.iterdir()] == ["endpoint"]


def test_https_with_a_webhook(tmp_path):
    with (
        webhook() as (url, received),
        simulator(
            tmp_path, "--scenario", "workshop", "--time-scale", "50", "--deliver", f"{url}/hook?code=1"
        ) as azure,
    ):
        status, _, listed = azure.rest("GET", ALL_NETWORKS)
        assert (status, [vnet["name"] for vnet in listed["value"]]) == (200, ["vnet-myteam-dev-hub"])
        with pytest.raises(URLError) as refused:
            Rest(azure.rest.endpoint)("GET", ALL_NETWORKS)
        assert isinstance(refused.value.reason, ssl.SSLCertVerificationError)
        assert json.loads((tmp_path / "settings.json").read_text()) == {
            "IsEncrypted": False,
            "Values": {
                "ARM_ENDPOINT": azure.rest.endpoint,
                "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION.rpartition("/")[2],
                "IDENTITY_ENDPOINT": f"{azure.rest.endpoint}/msi/token",
                "IDENTITY_HEADER": "simulated-identity",
                "SSL_CERT_FILE": str(tmp_path / "ca.pem"),
            },
        }

        path, kind, _ = received.get(timeout=PATIENCE_SECONDS)
        assert (path, kind) == ("/hook?code=1", "SubscriptionValidation")
        assert wait_for(tmp_path / "events", azure.process) == f"{url}/hook?code=1\n"
        (hub,) = listed["value"]
        assert azure.rest("PUT", network("vnet-myteam-dev-hub"), hub | {"tags": {"a": "b"}})[0] == 200
        path, kind, (event,) = received.get(timeout=PATIENCE_SECONDS)
        assert (path, kind) == ("/hook?code=1", "Notification")
        assert event["data"]["operationName"] == "Microsoft.Network/virtualNetworks/write"
        assert event["subject"].lower() == hub["id"].lower()

        code, out, err = azure.end(signal.SIGINT)

    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"Simulated Azure at {azure.rest.endpoint} (Ctrl-C stops)",
        f"Events go to {url}/hook?code=1",
    ]
    assert {file.name for file in tmp_path.iterdir()} == {"ca.pem", "settings.json"}


def test_a_webhook_for_each_subscription(tmp_path):
    other = "00000000-0000-0000-0000-000000000002"
    with (
        webhook() as (url, received),
        simulator(
            tmp_path,
            "--scenario",
            "landing-zone",
            "--deliver",
            f"{url}/1",
            "--deliver",
            f"{other}={url}/2?a=b",
        ) as azure,
    ):
        assert wait_for(tmp_path / "events", azure.process) == f"{url}/1\n{url}/2?a=b\n"
        handshakes = {received.get(timeout=PATIENCE_SECONDS)[:2] for _ in range(2)}
        assert handshakes == {(path, "SubscriptionValidation") for path in ("/1", "/2?a=b")}
        (vnet, _) = azure.rest("GET", ALL_NETWORKS.replace(SUBSCRIPTION, f"/subscriptions/{other}"))[2][
            "value"
        ]
        assert (
            azure.rest("PUT", f"{vnet['id']}?api-version=2024-05-01", vnet | {"tags": {"a": "b"}})[0] == 200
        )
        path, kind, (event,) = received.get(timeout=PATIENCE_SECONDS)
        assert (path, kind, event["subject"].lower()) == ("/2?a=b", "Notification", vnet["id"].lower())


def test_http_with_a_lock_mode(tmp_path):
    peerings = network("vnet-myteam-dev-hub", "/virtualNetworkPeerings/{}")
    with simulator(tmp_path, "--http", "--scenario", "workshop-spokes", "--lock-mode", "409") as azure:
        assert azure.rest.endpoint.startswith("http://localhost:")
        for spoke, wanted in (("eu", (201, None)), ("us", (409, "AnotherOperationInProgress"))):
            remote = network(f"vnet-myteam-dev-{spoke}").partition("?")[0]
            body = {"properties": {"remoteVirtualNetwork": {"id": remote}}}
            status, _, answer = azure.rest("PUT", peerings.format(f"to-{spoke}"), body)
            assert (status, answer.get("error", {}).get("code")) == wanted
        code, _, err = azure.end(signal.SIGTERM)

    assert (code, err) == (0, "")
    assert [file.name for file in tmp_path.iterdir()] == ["settings.json"]


def test_time_runs_as_fast_as_told(tmp_path):
    """A thousand simulated seconds pass while the test is patient; and a client that dawdles delays no end."""
    with simulator(
        tmp_path, "--http", "--scenario", "empty", "--time-scale", "10000", "--durations", "vnet_write=1000"
    ) as azure:
        group = network("vnet-a").partition("/providers/")[0]
        azure.rest("PUT", f"{group}?api-version=2021-04-01", {"location": "westeurope"})
        begun = azure.rest("GET", "/simulator/clock")[2]["seconds"]
        _, headers, _ = azure.rest("PUT", network("vnet-a"), network_body("10.0.0.0/16"))
        while azure.rest("GET", headers["Azure-AsyncOperation"])[2] == {"status": "InProgress"}:
            pass
        assert azure.rest("GET", "/simulator/clock")[2]["seconds"] - begun >= 1000
        assert azure.rest("GET", network("vnet-a"))[2]["properties"]["provisioningState"] == "Succeeded"

        with socket.create_connection(("127.0.0.1", int(azure.rest.endpoint.rpartition(":")[2]))) as client:
            client.sendall(b"PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n")
            code, _, err = azure.end(signal.SIGTERM)

    assert (code, err) == (0, "")


@contextmanager
def webhook():
    """An endpoint that agrees to receive events, and what it is sent: path, kind and body."""
    received: Queue[tuple[str, str, list]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            kind = self.headers["aeg-event-type"]
            received.put((self.path, kind, body))
            echo = {"validationResponse": body[0]["data"].get("validationCode")}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(echo).encode())

        def log_message(self, *_):
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_address[1]}", received
        finally:
            server.shutdown()
