"""`python -m demo`: the function app at work against a simulated Azure."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from demo.azure_client import AzureClient
from demo.processes import (
    APP_FOLDER,
    DemoError,
    Simulator,
    function_app,
    host_to_use,
    last_lines,
    port_to_use,
    simulator,
)
from demo.story import HUB_LOCATION, TIMER_SECONDS, play

_STAY_PORT, _STAY_APP_PORT = 8443, 7071
_TIME_SCALE = 30

_HOW_TO = """
A simulated Azure is at {endpoint}, the function app at http://localhost:{app_port};
what it looks after is shown at http://localhost:{app_port}/api/topology.
Its log follows. Ctrl-C stops both. In another terminal, in this folder:

  arm={endpoint}/subscriptions/{subscription}
  version='api-version=2024-05-01'
  call() {{ curl --silent --show-error --cacert {ca} -H 'Authorization: Bearer anything' "$@"; }}

  create a spoke
    call -X PUT "$arm/resourceGroups/rg-play?api-version=2021-04-01" \\
      -H 'Content-Type: application/json' -d '{{"location": "westeurope"}}'
    call -X PUT "$arm/resourceGroups/rg-play/providers/Microsoft.Network/virtualNetworks/vnet-play?$version" \\
      -H 'Content-Type: application/json' \\
      -d '{{"location": "westeurope", "properties": {{"addressSpace": {{"addressPrefixes": ["10.99.0.0/22"]}}}}}}'
  look at its peerings, some thirty seconds later
    call "$arm/resourceGroups/rg-play/providers/Microsoft.Network/virtualNetworks/vnet-play/virtualNetworkPeerings?$version"
  see what Event Grid has done, and lose the next three events
    call {endpoint}/simulator/counters
    call -X PUT {endpoint}/simulator/eventgrid -H 'Content-Type: application/json' -d '{{"lose": 3}}'
"""


def main(arguments: Sequence[str] | None = None) -> int:
    try:
        options = _parser().parse_args(arguments)
        asyncio.run(_until_ended(options))
    except argparse.ArgumentError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        return 0 if options.stay else 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__, exit_on_error=False)
    parser.add_argument("--stay", action="store_true", help="start both and leave them running to play with")
    parser.add_argument(
        "--port",
        type=int,
        metavar="PORT",
        help=f"the simulated Azure's; 0 takes a free one (default: 0, with --stay {_STAY_PORT})",
    )
    parser.add_argument(
        "--app-port",
        type=int,
        metavar="PORT",
        help=f"the function app's; 0 takes a free one (default: 0, with --stay {_STAY_APP_PORT})",
    )
    parser.add_argument(
        "--host", choices=["func", "devhost"], help="what runs the app (default: func if it is on PATH)"
    )
    parser.add_argument(
        "--state-dir",
        type=Path,
        metavar="DIR",
        default=APP_FOLDER / ".simulator",
        help="where --stay leaves ca.pem, settings.json and the simulator's log (default: .simulator)",
    )
    return parser


async def _until_ended(options: argparse.Namespace) -> None:
    """Both programs run in sessions of their own, which no signal to this one reaches."""
    if task := asyncio.current_task():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # under nohup
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    port = port_to_use(_given(options.port, _STAY_PORT if options.stay else 0), "--port")
    app_port = port_to_use(_given(options.app_port, _STAY_APP_PORT if options.stay else 0), "--app-port")
    host = host_to_use(options.host)
    if options.stay:
        await _stay(host, port, app_port, options.state_dir.resolve())
    else:
        with TemporaryDirectory(prefix="interlinked-") as folder:
            await _play(host, port, app_port, Path(folder))


def _given(port: int | None, default: int) -> int:
    return default if port is None else port


async def _play(host: str, port: int, app_port: int, state: Path) -> None:
    settings = {"HUB_LOCATION": HUB_LOCATION, "RECONCILE_SCHEDULE": f"*/{TIMER_SECONDS} * * * * *"}
    minutes = TIMER_SECONDS * _TIME_SCALE // 60
    print(
        f"Starting a simulated Azure ({_TIME_SCALE} times as fast) and the function app ({host}).\n"
        f"Its timer runs every {TIMER_SECONDS} seconds, which are {minutes} simulated minutes.\n",
        flush=True,
    )
    app_log = state / "app.log"
    try:
        async with (
            simulator(
                state,
                port=port,
                app_port=app_port,
                scenario="empty",
                time_scale=_TIME_SCALE,
                log=state / "simulator.log",
            ) as azure,
            function_app(host, azure, settings, port=app_port, log=app_log),
            AzureClient.connect(azure) as client,
        ):
            await play(client)
    except DemoError as error:
        if lines := last_lines(app_log):
            raise DemoError(f"{error}\nThe last lines of the app's log:\n{lines}") from error
        raise


async def _stay(host: str, port: int, app_port: int, state: Path) -> None:
    log = _new_log(state)
    settings = {"HUB_LOCATION": HUB_LOCATION, "RECONCILE_SCHEDULE": "0 * * * * *"}
    async with simulator(
        state, port=port, app_port=app_port, scenario="workshop", time_scale=1, log=log
    ) as azure:
        print(_how_to(azure, app_port), flush=True)
        async with function_app(host, azure, settings, port=app_port, log=None) as app:
            await app.wait()
    raise DemoError(f"the function app ended with exit code {app.returncode}")


def _new_log(state: Path) -> Path:
    log = state / "simulator.log"
    try:
        state.mkdir(parents=True, exist_ok=True)
        log.unlink(missing_ok=True)
    except OSError as error:
        raise DemoError(f"--state-dir {state} cannot be used: {error}") from error
    return log


def _how_to(azure: Simulator, app_port: int) -> str:
    return _HOW_TO.format(
        endpoint=azure.endpoint,
        app_port=app_port,
        subscription=azure.settings["AZURE_SUBSCRIPTION_ID"],
        ca=_as_seen_from(APP_FOLDER, azure.ca_file),
    )


def _as_seen_from(folder: Path, file: Path) -> Path:
    return file.relative_to(folder) if file.is_relative_to(folder) else file


if __name__ == "__main__":
    sys.exit(main())
