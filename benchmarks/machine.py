"""Processor time of what a fresh worker does, each in a process of its own, in turn and the least of several."""

import asyncio
import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from benchmarks.estates import HUB_ID, SETTINGS, Recorded, settled_world, spoke_name
from demo import processes
from devhost.host import FunctionHost
from shared import composition
from simulator.azure import IDENTITY_SECRET, TOKEN_PATH, Azure
from simulator.eventgrid.post import Answer
from simulator.http import Request, Response
from simulator.transport import installed
from tests.clouds import HUB

_TRIES = 3
_EVENTS = 200
_SDK = """
from azure.identity.aio import ManagedIdentityCredential
from azure.mgmt.network.aio import NetworkManagementClient
"""
_FIRST_EVENT = """
import asyncio, json, sys
import function_app
asyncio.run(function_app.on_network_event(sys.argv[1]))
"""
_USED = """
import time
seconds = time.process_time()
kilobytes = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(seconds, kilobytes)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cold:
    """Processor seconds from the start of the interpreter, and the megabytes of the process."""

    functions: float
    app: float
    sdk: float
    first_event: float
    sdk_megabytes: float
    megabytes: float


async def cold() -> Cold:
    with TemporaryDirectory() as folder:
        state = Path(folder)
        async with processes.simulator(
            state, port=0, apps=[], scenario="workshop-spokes", time_scale=1000, log=state / "sim.log"
        ) as azure:
            settings = dict(azure.settings)
            vnet = f"/subscriptions/{settings['AZURE_SUBSCRIPTION_ID']}/resourceGroups/rg-myteam-dev-eu/providers/"
            vnet += "Microsoft.Network/virtualNetworks/vnet-myteam-dev-eu"
            settings["HUB_VNET_ID"] = vnet.replace("-eu", "-hub")
            programs = ("import azure.functions", "import function_app", _SDK, _FIRST_EVENT)
            taken = [
                [await asyncio.to_thread(_used, program, settings, vnet) for program in programs]
                for _ in range(_TRIES)
            ]
    functions, app, sdk, first_event = (min(each) for each in zip(*taken, strict=True))
    return Cold(
        functions=functions[0],
        app=app[0],
        sdk=sdk[0],
        first_event=first_event[0],
        sdk_megabytes=sdk[1],
        megabytes=first_event[1],
    )


def _used(program: str, settings: dict[str, str], vnet: str) -> tuple[float, float]:
    """Processor seconds and megabytes of the program, run with an event about the network."""
    ran = subprocess.run(  # noqa: S603, our own interpreter and programs
        [sys.executable, "-c", program + _USED, event(vnet)],
        cwd=processes.APP_FOLDER,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, kilobytes = ran.stdout.split()[-2:]
    return float(seconds), float(kilobytes) / 1024


async def events_per_second() -> float:
    """Through the runtime library, about a spoke that is well, on an estate of 100; by processor time."""
    answers = Recorded(settled_world(100))

    async def post(*_: object, **__: object) -> Answer:
        raise ConnectionRefusedError

    azure = Azure(post=post)

    async def handle(request: Request) -> Response:
        return await (azure.handle if TOKEN_PATH in request.url else answers.handle)(request)

    settings = SETTINGS | {
        "IDENTITY_ENDPOINT": f"https://management.azure.com{TOKEN_PATH}",
        "IDENTITY_HEADER": IDENTITY_SECRET,
    }
    composition.forget()
    logging.getLogger("interlinked").setLevel(logging.CRITICAL)
    text = event(HUB_ID.replace(HUB, spoke_name(1)))
    with installed(handle):
        async with FunctionHost.start(processes.APP_FOLDER, settings) as host:
            await host.invoke("on_network_event", text)
            started = process_time()
            for _ in range(_EVENTS):
                outcome = await host.invoke("on_network_event", text)
                assert outcome.succeeded, outcome.error
            taken = process_time() - started
    composition.forget()
    return _EVENTS / taken


def event(resource_id: str) -> str:
    """As Event Grid tells that a resource was written."""
    return json.dumps(
        {
            "id": "00000000-0000-0000-0000-000000000000",
            "topic": "/".join(resource_id.split("/")[:3]),
            "subject": resource_id,
            "eventType": "Microsoft.Resources.ResourceWriteSuccess",
            "eventTime": "2026-01-05T08:00:00Z",
            "data": {"operationName": "Microsoft.Network/virtualNetworks/write"},
            "dataVersion": "2",
            "metadataVersion": "1",
        }
    )
