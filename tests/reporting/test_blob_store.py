"""The memory as a blob: the real SDK, its identity included, against a simulated storage account."""

import asyncio
import json
import socket
import subprocess
import sys

import pytest

from shared.azure.blob import BLOB, CONTAINER, store_of
from shared.reporting.store import ProcessStore, StoreUnavailableError
from simulator.azure import TOKEN_PATH
from simulator.http import json_response
from simulator.storage import HOST_SUFFIX
from simulator.transport import installed
from tests.reporting.reports import EU, US, Instance, finding

ACCOUNT = {"AzureWebJobsStorage__accountName": "stinterlinked"}
BY_URI = {"AzureWebJobsStorage__blobServiceUri": "https://stinterlinked.blob.core.windows.net/"}
NEWS = ["needs a person"]


def memory(settings=ACCOUNT):
    return store_of(settings, None)


@pytest.mark.parametrize("settings", [ACCOUNT, BY_URI], ids=["account name", "service URI"])
async def test_container_and_blob_are_made_by_the_first_save(azure, settings):
    ours = memory(settings)
    assert await ours.load() == (b"", None)
    assert await ours.save(b"one", None)

    content, etag = await memory(settings).load()

    assert (content, azure.blobs.containers[CONTAINER][BLOB].etag) == (b"one", etag)


async def test_of_two_writers_the_second_is_told_of_the_first(azure):
    ours, theirs = memory(), memory()
    assert await ours.save(b"one", None)
    assert not await theirs.save(b"two", None)
    _, etag = await theirs.load()
    assert await ours.save(b"three", etag)
    assert not await theirs.save(b"four", etag)
    assert (await theirs.load())[0] == b"three"


async def test_what_two_instances_tell_at_the_same_moment_is_all_remembered(azure, caplog):
    first, second = Instance(memory(), caplog), Instance(memory(), caplog)
    await asyncio.gather(first.run(finding(EU), look_at=EU), second.run(finding(US), look_at=US))

    assert await Instance(memory(), caplog).run(finding(EU), finding(US)) == []


async def test_two_runs_of_one_instance_take_turns(azure, caplog):
    """The second is answered late, and with what was true before the first had saved."""
    latencies = iter([0.1, 2.0, 0.1, 0.1])

    async def handle(request):
        answer = await azure.handle(request)
        if HOST_SUFFIX in request.url:
            await asyncio.sleep(next(latencies, 0.1))
        return answer

    with installed(handle):
        instance = Instance(memory(), caplog)
        await asyncio.gather(*(instance.run(finding(EU)) for _ in range(2)))

    assert caplog.text.count("needs a person") == 1


async def test_a_restart_tells_nothing_twice(azure, caplog):
    assert await Instance(memory(), caplog).run(finding(EU)) == NEWS
    assert await Instance(memory(), caplog).run(finding(EU)) == []


async def test_an_untroubled_estate_is_read_once_by_a_process_and_an_event_reads_nothing(azure, caplog):
    instance = Instance(memory(), caplog)
    await instance.run(look_at=EU)
    assert azure.blobs.requests == []

    for _ in range(3):
        await instance.run()
    await instance.run(look_at=EU)

    assert azure.blobs.requests == [("GET", f"/{CONTAINER}/{BLOB}")]


async def test_a_troubled_estate_costs_one_read_a_run_and_a_write_a_change(azure, caplog):
    instance = Instance(memory(), caplog)
    await instance.run(finding(EU))
    azure.blobs.requests.clear()

    await instance.run(finding(EU))
    assert [method for method, _ in azure.blobs.requests] == ["GET"]
    await instance.run()
    assert [method for method, _ in azure.blobs.requests] == ["GET", "GET", "PUT"]


@pytest.mark.parametrize(
    ("methods", "lines"),
    [
        pytest.param(("GET", "PUT"), ("memory unavailable", *NEWS), id="all"),
        pytest.param(("PUT",), (*NEWS, "memory unavailable"), id="writes"),
    ],
)
async def test_storage_that_refuses_costs_one_line_and_what_was_told_is_saved_later(
    azure, caplog, methods, lines
):
    azure.blobs.refuses = dict.fromkeys(methods, (403, "AuthorizationPermissionMismatch"))
    instance = Instance(memory(), caplog)
    assert await instance.run(finding(EU)) == list(lines)
    assert "AuthorizationPermissionMismatch" in caplog.text
    assert await instance.run(finding(EU)) == []

    azure.blobs.refuses = dict.fromkeys(methods, (503, "ServerBusy"))
    assert await instance.run(finding(EU)) == ["memory unavailable"]
    azure.blobs.refuses = {}
    assert await instance.run() == ["recovered", "memory available again"]
    assert await instance.run(finding(EU), finding(US)) == NEWS * 2
    assert await Instance(memory(), caplog).run(finding(EU), finding(US)) == []


async def test_an_end_that_could_not_be_saved_is_saved_by_a_later_run_that_finds_nothing(azure, caplog):
    instance = Instance(memory(), caplog)
    await instance.run(finding(EU))
    azure.blobs.refuses = {"PUT": (503, "ServerBusy")}
    assert await instance.run() == ["recovered", "memory unavailable"]

    azure.blobs.refuses = {}

    assert await instance.run() == ["memory available again"]
    assert await Instance(memory(), caplog).run() == []


async def test_what_is_not_understood_and_cannot_be_overwritten_costs_one_line(azure, caplog):
    await memory().save(b"nonsense", None)
    azure.blobs.refuses = {"PUT": (503, "ServerBusy")}
    instance = Instance(memory(), caplog)

    assert await instance.run(finding(EU)) == ["memory discarded", *NEWS, "memory unavailable"]
    assert await instance.run(finding(EU)) == []


@pytest.mark.parametrize("silent", [HOST_SUFFIX, TOKEN_PATH])
async def test_storage_that_does_not_answer_keeps_no_run_waiting_for_long(azure, caplog, silent):
    async def handle(request):
        if silent in request.url:
            await asyncio.sleep(3600)
        return await azure.handle(request)

    loop = asyncio.get_running_loop()
    with installed(handle):
        instance, started = Instance(memory(), caplog), loop.time()
        assert await instance.run(finding(EU), seconds=2) == ["memory unavailable", *NEWS]
        assert loop.time() - started <= 2

        started = loop.time()
        caplog.clear()
        await asyncio.gather(*(instance.run(finding(EU), finding(US)) for _ in range(5)))
        assert loop.time() - started <= 5
        assert caplog.text.count("needs a person") == 1

    assert await instance.run(finding(EU), finding(US)) == ["memory available again"]
    assert await Instance(memory(), caplog).run(finding(EU), finding(US)) == []


async def test_a_container_deleted_meanwhile_is_made_again(azure, caplog):
    instance = Instance(memory(), caplog)
    await instance.run(finding(EU))
    azure.blobs.containers.clear()

    assert await instance.run(finding(EU)) == NEWS
    assert await Instance(memory(), caplog).run(finding(EU)) == []


async def test_an_oversized_blob_is_not_understood_and_overwritten(azure, caplog):
    ours = memory()
    await ours.save(b" " * 3_000_000, None)

    assert await Instance(memory(), caplog).run() == ["memory discarded"]
    assert len((await ours.load())[0]) < 100


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"AzureWebJobsStorage": "nonsense"}, id="connection string"),
        pytest.param({"AzureWebJobsStorage__blobServiceUri": "http://[/"}, id="service URI"),
    ],
)
async def test_a_malformed_setting_is_storage_that_cannot_be_had(settings, caplog):
    with pytest.raises(StoreUnavailableError):
        await memory(settings).load()
    assert await Instance(memory(settings), caplog).run(finding(EU)) == ["memory unavailable", *NEWS]


def advice_in(caplog):
    line = next(each for each in caplog.messages if each.startswith("memory unavailable "))
    return json.loads(line.removeprefix("memory unavailable "))["advice"]


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [
        pytest.param(403, "AuthorizationPermissionMismatch", "Storage Blob Data Contributor", id="no role"),
        pytest.param(403, "AuthorizationFailure", "firewall", id="firewall"),
        pytest.param(403, "AuthenticationFailed", "correct AzureWebJobsStorage", id="wrong key"),
        pytest.param(403, "KeyBasedAuthenticationNotPermitted", "AzureWebJobsStorage", id="keys are off"),
        pytest.param(503, "ServerBusy", "if it lasts", id="busy"),
    ],
)
async def test_the_advice_fits_what_storage_says(azure, caplog, status, code, advice):
    azure.blobs.refuses = {"GET": (status, code)}

    await Instance(memory(), caplog).run(finding(EU))

    assert advice in advice_in(caplog)
    assert ("Storage Blob Data" in advice_in(caplog)) is (code == "AuthorizationPermissionMismatch")


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"AzureWebJobsStorage": "nonsense"}, id="connection string"),
        pytest.param({"AzureWebJobsStorage": "AccountName=a;AccountKey=A"}, id="key"),
        pytest.param({"AzureWebJobsStorage__blobServiceUri": "http://[/"}, id="service URI"),
        pytest.param(
            {"AzureWebJobsStorage__blobServiceUri": "http://x.blob.core.windows.net"}, id="no HTTPS"
        ),
    ],
)
async def test_the_advice_on_a_malformed_setting_is_to_correct_it(azure, caplog, settings):
    await Instance(memory(settings), caplog).run(finding(EU))

    assert "correct AzureWebJobsStorage" in advice_in(caplog)
    assert "Storage Blob Data" not in advice_in(caplog)


async def test_the_advice_on_an_identity_without_a_token_names_the_identity(azure, caplog):
    async def handle(request):
        if TOKEN_PATH in request.url:
            return json_response(400, {"error": "invalid_request", "error_description": "Identity not found"})
        return await azure.handle(request)

    with installed(handle):
        await Instance(memory(), caplog).run(finding(EU))

    assert "AzureWebJobsStorage__clientId" in advice_in(caplog)
    assert "Storage Blob Data" not in advice_in(caplog)


@pytest.mark.looptime(False)
async def test_storage_that_is_down_costs_one_line(caplog):
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    nowhere = f"AccountName=gone;AccountKey=AAAA;BlobEndpoint=http://127.0.0.1:{port}/gone"
    down = memory({"AzureWebJobsStorage": nowhere})
    instance = Instance(down, caplog)

    assert await instance.run(finding(EU)) == ["memory unavailable", *NEWS]
    assert "firewall" in advice_in(caplog)
    assert await instance.run(finding(EU)) == []
    await down.close()


def test_without_a_storage_setting_the_process_remembers():
    assert isinstance(memory({"AzureWebJobsStorage": " "}), ProcessStore)


def test_nothing_of_storage_is_imported_before_it_is_needed():
    code = (
        "import asyncio, sys, shared.composition as b, shared.azure.blob\n"
        "shared.azure.blob.store_of({'AzureWebJobsStorage': 'UseDevelopmentStorage=true'}, None)\n"
        "assert not [name for name in sys.modules if name.startswith('azure.storage')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 (our own interpreter)
