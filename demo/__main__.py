"""`python -m demo`: the function app at work against a simulated Azure."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from demo.azure_client import AzureClient
from demo.how_to import how_to
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
from demo.table import topology_table

_STAY_PORT, _STAY_APP_PORT = 8443, 7071
_TIME_SCALE = 30


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
        "--show",
        action="store_true",
        help="print the networks and peerings of what --stay has left running, and end",
    )
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
        help=f"where --stay leaves ca.pem, settings.json and the simulator's log (default: .simulator, with a port other than {_STAY_PORT} .simulator/PORT)",
    )
    return parser


async def _until_ended(options: argparse.Namespace) -> None:
    """Both programs run in sessions of their own, which no signal to this one reaches."""
    if task := asyncio.current_task():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # under nohup
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    if options.show:
        return await _show(_state(options.state_dir, _given(options.port, _STAY_PORT)))
    port = port_to_use(_given(options.port, _STAY_PORT if options.stay else 0), "--port")
    app_port = port_to_use(_given(options.app_port, _STAY_APP_PORT if options.stay else 0), "--app-port")
    host = host_to_use(options.host)
    if options.stay:
        return await _stay(host, port, app_port, _state(options.state_dir, port))
    return await _play(host, port, app_port)


def _given(port: int | None, default: int) -> int:
    return default if port is None else port


def _state(given: Path | None, port: int) -> Path:
    """A second one beside the first must not take its certificate authority away."""
    default = APP_FOLDER / ".simulator"
    return (given or (default if port == _STAY_PORT else default / str(port))).resolve()


async def _show(state: Path) -> None:
    async with AzureClient.connect(Simulator.running_in(state)) as client:
        print(topology_table(await client.list_vnets()))


async def _play(host: str, port: int, app_port: int) -> None:
    state, keep = Path(mkdtemp(prefix="interlinked-")), False
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
            await play(client, app_log)
    except DemoError as error:
        if lines := last_lines(app_log):
            keep = True
            raise DemoError(f"{error}\nThe app's log is {app_log}. Its last lines:\n{lines}") from error
        raise
    finally:
        if not keep:
            rmtree(state)


async def _stay(host: str, port: int, app_port: int, state: Path) -> None:
    log = _new_log(state)
    settings = {"HUB_LOCATION": HUB_LOCATION, "RECONCILE_SCHEDULE": "0 * * * * *"}
    async with simulator(
        state, port=port, app_port=app_port, scenario="workshop", time_scale=1, log=log
    ) as azure:
        print(how_to(azure, app_port), flush=True)
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


if __name__ == "__main__":
    sys.exit(main())
