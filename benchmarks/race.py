"""Against others, in real time: the same spokes on a simulator served over HTTPS, ten times as fast as Azure.

Operations and what Azure asks its clients to wait are a tenth as long for all; the app's own pauses are not.
Every contestant gets a simulator of its own. The two scripts, which mostly wait, run at the same time.
"""

import asyncio
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from benchmarks import rivals
from benchmarks.estates import prefix, spoke_name
from demo import processes
from demo.azure_client import AzureClient
from simulator.scenarios import SUBSCRIPTION

TIME_SCALE = 10.0
_HUB = "hub"
_SETTINGS = {
    "HUB_VNET_ID": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-{_HUB}"
    f"/providers/Microsoft.Network/virtualNetworks/{_HUB}",
    "RECONCILE_SCHEDULE": "0 0 0 1 1 *",
}


class Contestant(StrEnum):
    TIMER = "Interlinked, one run of its timer"
    EVENTS = "Interlinked, by events"
    SCRIPT = "SDK script, one pair after another"
    THREADS = "SDK script, 10 threads, a lock per network"


_OURS = (Contestant.TIMER, Contestant.EVENTS)


async def all_of(spokes: int) -> dict[str, float]:
    """Seconds by contestant."""
    ours = {str(each): await race(each, spokes) for each in _OURS}
    scripts = (Contestant.SCRIPT, Contestant.THREADS)
    taken = await asyncio.gather(*(race(each, spokes) for each in scripts))
    return ours | dict(zip(map(str, scripts), taken, strict=True))


async def race(contestant: Contestant, spokes: int) -> float:
    """Seconds from when all networks are there, by events from when the first is asked for, to all Connected."""
    names = [spoke_name(number) for number in range(1, spokes + 1)]
    with TemporaryDirectory() as folder:
        state = Path(folder)
        port = processes.port_to_use(0, "--port")
        app = processes.App(port=port, subscription=SUBSCRIPTION, settings=_SETTINGS, log=state / "app.log")
        apps = [app] if contestant in _OURS else []
        async with (
            processes.simulator(
                state, port=0, apps=apps, scenario="empty", time_scale=TIME_SCALE, log=state / "sim.log"
            ) as azure,
            processes.function_apps("devhost", azure, apps),
            AzureClient.connect(azure) as client,
        ):
            if contestant is not Contestant.EVENTS:
                await client.lose_events("all")
            await client.put_group(f"rg-{_HUB}", "swedencentral")
            await client.put_vnet(f"rg-{_HUB}", _HUB, "swedencentral", prefix(0))
            started = monotonic()
            await asyncio.gather(*(_create(client, name, number) for number, name in enumerate(names, 1)))
            if contestant is not Contestant.EVENTS:
                started = monotonic()
            work = asyncio.create_task(_work(contestant, azure, client, port, names))
            while not await _all_connected(client, spokes):
                await asyncio.sleep(0.2)
            taken = monotonic() - started
            await work
            return taken


async def _work(
    contestant: Contestant, azure: processes.Simulator, client: AzureClient, port: int, names: list[str]
) -> None:
    match contestant:
        case Contestant.EVENTS:
            return
        case Contestant.TIMER:
            url = f"http://localhost:{port}/admin/functions/on_schedule"
            async with client.http.post(url, json={"input": ""}) as answer:
                answer.raise_for_status()
        case Contestant.SCRIPT | Contestant.THREADS:
            script = rivals.ten_threads if contestant is Contestant.THREADS else rivals.one_after_another
            sdk = rivals.connect(azure.endpoint, client.subscription, azure.ca_file)
            await asyncio.to_thread(script, sdk, _HUB, names)


async def _create(client: AzureClient, name: str, number: int) -> None:
    await client.put_group(f"rg-{name}", "westeurope")
    await client.put_vnet(f"rg-{name}", name, "westeurope", prefix(number))


async def _all_connected(client: AzureClient, spokes: int) -> bool:
    halves = [
        half for vnet in await client.list_vnets() for half in vnet["properties"]["virtualNetworkPeerings"]
    ]
    good = [half for half in halves if half["properties"]["peeringState"] == "Connected"]
    return len(good) == 2 * spokes and all(
        half["properties"]["provisioningState"] == "Succeeded" for half in good
    )
