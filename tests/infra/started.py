"""Starts a package where nothing else can be imported, calls it, and prints as JSON what that came to.

Run as a script: python -I -S started.py PACKAGE HOST, where HOST is a folder with `devhost` in it. The library that
runs the app comes out of the package.
"""

import asyncio
import json
import logging
import sys
import time
from pathlib import Path

SETTINGS = {
    "AZURE_SUBSCRIPTION_ID": "11111111-1111-1111-1111-111111111111",
    "HUB_LOCATION": "swedencentral",
    "ARM_ENDPOINT": "https://127.0.0.1:1",
    "IDENTITY_ENDPOINT": "http://127.0.0.1:1/token",
    "IDENTITY_HEADER": "none",
    "EVENT_BUDGET_SECONDS": "1",
}
EVENT = {
    "id": "1",
    "eventType": "Microsoft.Resources.ResourceWriteSuccess",
    "subject": f"/subscriptions/{SETTINGS['AZURE_SUBSCRIPTION_ID']}/resourceGroups/rg"
    "/providers/Microsoft.Network/virtualNetworks/vnet",
    "eventTime": "2026-01-01T00:00:00Z",
    "data": {},
    "dataVersion": "1",
}


async def _run(package: Path) -> dict[str, object]:
    from devhost.host import FunctionHost

    started = time.perf_counter()
    async with FunctionHost.start(package, SETTINGS) as host:
        indexed = time.perf_counter()
        import shared.azure.arm  # noqa: F401 (how long the SDK takes)

        imported = time.perf_counter()
        outcome = await host.invoke("on_network_event", json.dumps(EVENT))
        return {
            "functions": sorted(each.name for each in host.functions),
            "outcome": str(outcome),
            "index_seconds": indexed - started,
            "import_seconds": imported - indexed,
            "imported_from": sorted(
                {
                    str(file)
                    for each in list(sys.modules.values())
                    if (file := getattr(each, "__file__", None))
                }
            ),
        }


if __name__ == "__main__":
    package, host = map(Path, sys.argv[1:])
    sys.path[:0] = [str(package), str(package / ".python_packages/lib/site-packages")]
    sys.path.append(str(host))
    logging.basicConfig(level=logging.INFO)
    result = asyncio.run(_run(package))
    print(f"\n{json.dumps(result)}")  # noqa: T201 (read by the test)
