"""The memory against Azurite, Microsoft's own storage emulator, over real HTTP."""

import asyncio
import os
import shutil
import socket
import subprocess
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from shared.azure.blob import store_of
from tests.reporting.reports import EU, US, Instance, finding
from tests.simulator.processes import PATIENCE_SECONDS

ROOT = Path(__file__).parents[2]
AZURITE = shutil.which("azurite-blob") or shutil.which("azurite-blob", path=ROOT / "node_modules/.bin")
ACCOUNT, KEY = "interlinked", "a2V5"

pytestmark = [
    pytest.mark.looptime(False),
    pytest.mark.skipif(AZURITE is None, reason="no azurite-blob: npm install --no-save azurite"),
]


@pytest.fixture
def settings(tmp_path):
    """The app's storage setting for an Azurite of our own."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [AZURITE, "--blobPort", str(port), "--location", tmp_path, "--silent", "--disableTelemetry"]
    environ = os.environ | {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"}
    with subprocess.Popen(  # noqa: S603 (the emulator)
        command, env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert any("successfully listen" in line for line in process.stdout)
            yield {
                "AzureWebJobsStorage": f"AccountName={ACCOUNT};AccountKey={KEY};"
                f"BlobEndpoint=http://127.0.0.1:{port}/{ACCOUNT};"
            }
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


@asynccontextmanager
async def memories(settings, count):
    """As many instances' views of one account."""
    opened = [store_of(settings, None) for _ in range(count)]
    try:
        yield opened
    finally:
        for memory in opened:
            await memory.close()


async def test_what_one_saves_the_other_loads_and_etags_decide_who_was_first(settings):
    async with memories(settings, 2) as (ours, theirs):
        assert await ours.load() == (b"", None)
        assert sorted(await asyncio.gather(ours.save(b"1", None), theirs.save(b"2", None))) == [False, True]
        first, etag = await theirs.load()
        assert first in (b"1", b"2")
        assert sorted(await asyncio.gather(ours.save(b"3", etag), theirs.save(b"4", etag))) == [False, True]
        assert (await ours.load())[0] in (b"3", b"4")


async def test_racing_instances_lose_nothing_and_a_restart_repeats_nothing(settings, caplog):
    async with memories(settings, 3) as (ours, theirs, later):
        first, second = Instance(ours, caplog), Instance(theirs, caplog)
        await asyncio.gather(first.run(finding(EU), look_at=EU), second.run(finding(US), look_at=US))

        restarted = Instance(later, caplog)
        assert await restarted.run(finding(EU), finding(US)) == []
        assert await restarted.run(finding(US)) == ["recovered"]
        assert await first.run(finding(US)) == []
