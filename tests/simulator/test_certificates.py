"""The throwaway authority, checked by OpenSSL as strictly as clients do."""

import asyncio
import ssl
import tempfile
from datetime import UTC, datetime, timedelta

import pytest
import requests
from aiohttp import web
from cryptography import x509

from simulator.certificates import CA_FILE, server_context


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> bytes:
    """A TLS handshake in memory; the certificate the client accepted."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server_side = server.wrap_bio(to_server, to_client, server_side=True)
    client_side = client.wrap_bio(to_client, to_server, server_hostname=name)
    waiting = [client_side, server_side]
    while waiting:
        side = waiting.pop(0)
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            waiting.append(side)
    return client_side.getpeercert(binary_form=True)


@pytest.mark.parametrize(
    "name", ["localhost", "127.0.0.1", "::1", "management.azure.com", "login.microsoftonline.com"]
)
def test_a_client_that_trusts_the_authority_accepts_the_server(tmp_path, name):
    server = server_context(tmp_path)
    client = ssl.create_default_context(cafile=tmp_path / CA_FILE)

    certificate = x509.load_der_x509_certificate(shake_hands(server, client, name))

    assert client.verify_flags & ssl.VERIFY_X509_STRICT
    now = datetime.now(UTC)
    assert certificate.not_valid_before_utc < now - timedelta(minutes=59)
    assert now + timedelta(days=6) < certificate.not_valid_after_utc < now + timedelta(days=8)


@pytest.mark.parametrize("name", ["example.com", "127.0.0.2", "graph.microsoft.com"])
def test_the_server_is_nobody_else(tmp_path, name):
    server = server_context(tmp_path)
    client = ssl.create_default_context(cafile=tmp_path / CA_FILE)

    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shake_hands(server, client, name)


def test_another_authority_is_not_trusted(tmp_path):
    server = server_context(tmp_path)
    server_context(tmp_path)  # a restart replaces the authority
    client = ssl.create_default_context(cafile=tmp_path / CA_FILE)

    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(server, client, "localhost")


def test_no_private_key_stays_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    server_context(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [CA_FILE]
    assert b"PRIVATE KEY" not in (tmp_path / CA_FILE).read_bytes()


@pytest.mark.looptime(False)
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_requests_accepts_it_over_a_connection(tmp_path, host):
    async def hello(_):
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", hello)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_context(tmp_path)).start()
    try:
        url = f"https://{host}:{runner.addresses[0][1]}/"
        response = await asyncio.to_thread(requests.get, url, verify=str(tmp_path / CA_FILE), timeout=5)
    finally:
        await runner.cleanup()

    assert response.text == "hello"
