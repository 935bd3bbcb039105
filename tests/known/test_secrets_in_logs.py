"""Connection strings with secrets in them, and storage that does not work: no line of any log has the secret."""

import asyncio

import pytest

from simulator.http import Response
from simulator.storage import HOST_SUFFIX
from simulator.transport import installed
from tests.known.harness import deployment, lines

KEY = "aHVudGVyMmh1bnRlcjI="
SECRETS = ("hunter2", KEY)
ACCOUNT = "DefaultEndpointsProtocol=https;AccountName=x"
BLOBS = "BlobEndpoint=https://x.blob.core.windows.net"
CONNECTIONS = {
    "a key that is none": f"{ACCOUNT};AccountKey=hunter2!!;EndpointSuffix=core.windows.net",
    "a key": f"{ACCOUNT};AccountKey={KEY};EndpointSuffix=core.windows.net",
    "a signature": f"{BLOBS};SharedAccessSignature=sv=2023&sig=hunter2",
    "a signature in the endpoint": f"{BLOBS}?sig=hunter2",
    "a password in the endpoint": f"BlobEndpoint=https://user:hunter2@x.blob.core.windows.net;AccountName=x;AccountKey={KEY}",
    "half a string": "AccountKey=hunter2",
    "garbage": "hunter2",
}


def failing(handle, status):
    """Azure whose storage answers with an error, or not at all."""

    async def handle_failing(request):
        if HOST_SUFFIX not in request.url:
            return await handle(request)
        if status is None:
            raise ConnectionRefusedError("Simulated.")
        body = b"<Error><Code>AuthenticationFailed</Code><Message>Simulated.</Message></Error>"
        headers = {"x-ms-error-code": "AuthenticationFailed", "Content-Type": "application/xml"}
        return Response(status=status, headers=headers, body=body)

    return handle_failing


@pytest.mark.parametrize("status", [403, 500, None])
@pytest.mark.parametrize("connection", CONNECTIONS.values(), ids=CONNECTIONS)
async def test_no_log_has_the_secret_of_a_storage_that_fails(connection, status, caplog):
    caplog.set_level("DEBUG")
    async with deployment(AzureWebJobsStorage=connection) as (azure, cloud, host):
        azure.losses.lose_all()
        with installed(failing(azure.handle, status)):
            await cloud.workshop()
            cloud.vnet("clash", "westeurope", "10.0.2.0/24")
            await asyncio.sleep(5)
            outcome = await host.invoke("on_schedule")

    assert outcome.succeeded
    assert lines(caplog, "memory unavailable") == 1
    said = "\n".join(f"{record.getMessage()} {record.exc_info}" for record in caplog.records)
    assert not [secret for secret in SECRETS if secret in said]
