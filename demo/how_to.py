"""What `make sim` prints: how to play with what it started."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from demo.processes import APP_FOLDER, App, Simulator

_TEXT = """
A simulated Azure is at {endpoint}. {apps}
The log follows. Ctrl-C stops everything. In another terminal, in this folder:

  arm={endpoint}/subscriptions/{subscription}
  play="$arm/resourceGroups/rg-play/providers/Microsoft.Network/virtualNetworks"
  version='api-version=2024-05-01'
  call() {{ curl --silent --show-error --cacert {ca} -H 'Authorization: Bearer anything' \\
    -H 'Content-Type: application/json' "$@"; echo; }}
  network() {{ call -X PUT "$play/$1?$version" \\
    -d '{{"location": "westeurope", "properties": {{"addressSpace": {{"addressPrefixes": ['"$2"']}}}}}}'; }}

  create a spoke
    call -X PUT "$arm/resourceGroups/rg-play?api-version=2021-04-01" -d '{{"location": "westeurope"}}'
    network vnet-play '"10.99.0.0/22"'
  look at all networks and peerings; the spoke is peered after some thirty seconds
    {show}
  delete one half of its peering; the other is Disconnected until the app repairs both, within seconds
    call -X DELETE "$play/vnet-play/virtualNetworkPeerings/peer-vnet-play-{hub}?$version"
  grow its address space; the hub's half is not in sync until the app has written it
    network vnet-play '"10.99.0.0/22", "10.98.0.0/22"'
  create a network that overlaps it; it is left alone, and the log says why
    network vnet-overlapping '"10.99.1.0/24"'
  delete it again; the log says that the trouble is over at the timer's next run, a minute later at most
    call -X DELETE "$play/vnet-overlapping?$version"
  see what Event Grid has done, and lose the next three events
    call {endpoint}/simulator/counters
    call -X PUT {endpoint}/simulator/eventgrid -d '{{"lose": 3}}'
"""


def how_to(azure: Simulator, apps: Sequence[App], hub: str) -> str:
    """`hub` is the one of a new spoke in westeurope."""
    pages = "".join(f"\n  http://localhost:{app.port}/api/topology" for app in apps)
    return _TEXT.format(
        endpoint=azure.endpoint,
        apps=f"What the app looks after is shown at{pages}",
        hub=hub,
        subscription=azure.settings["AZURE_SUBSCRIPTION_ID"],
        ca=_typed(azure.ca_file),
        show=f"{_typed(Path(sys.executable))} -m demo --show --state-dir {_typed(azure.ca_file.parent)}",
    )


def _typed(file: Path) -> str:
    """As one would type it in the app's folder."""
    return shlex.quote(str(file.relative_to(APP_FOLDER) if file.is_relative_to(APP_FOLDER) else file))
