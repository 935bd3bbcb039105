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
    App,
    DemoError,
    Simulator,
    function_apps,
    host_to_use,
    last_lines,
    port_to_use,
    simulator,
)
from demo.scenarios import SCENARIOS, Scenario
from demo.stage import Stage
from demo.stories.workshop import TIMER_SECONDS
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
    parser.add_argument(
        "--scenario",
        choices=list(SCENARIOS),
        default="workshop",
        help="the estate, and the story that is played with it (default: workshop)",
    )
    parser.add_argument("--stay", action="store_true", help="start it all and leave it running to play with")
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
        help="the function app's, and of further deployments the following ones; 0 takes free ones "
        f"(default: 0, with --stay {_STAY_APP_PORT})",
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
    """The programs run in sessions of their own, which no signal to this one reaches."""
    if task := asyncio.current_task():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # under nohup
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    if options.show:
        return await _show(_state(options.state_dir, _given(options.port, _STAY_PORT)))
    port = port_to_use(_given(options.port, _STAY_PORT if options.stay else 0), "--port")
    app_port = _given(options.app_port, _STAY_APP_PORT if options.stay else 0)
    scenario = SCENARIOS[options.scenario]
    ports = [
        port_to_use(app_port and app_port + number, "--app-port")
        for number, _ in enumerate(scenario.deployments)
    ]
    host = host_to_use(options.host)
    if options.stay:
        return await _stay(scenario, host, port, ports, _state(options.state_dir, port))
    return await _play(scenario, host, port, ports)


def _given(port: int | None, default: int) -> int:
    return default if port is None else port


def _state(given: Path | None, port: int) -> Path:
    """A second one beside the first must not take its certificate authority away."""
    default = APP_FOLDER / ".simulator"
    return (given or (default if port == _STAY_PORT else default / str(port))).resolve()


async def _show(state: Path) -> None:
    async with AzureClient.connect(Simulator.running_in(state)) as client:
        print(topology_table(await client.list_vnets()))


async def _play(scenario: Scenario, host: str, port: int, app_ports: Sequence[int]) -> None:
    state, keep = Path(mkdtemp(prefix="interlinked-")), False
    apps = _apps(scenario, app_ports, f"*/{TIMER_SECONDS} * * * * *", state)
    minutes = TIMER_SECONDS * _TIME_SCALE // 60
    several = f", {len(apps)} deployments" if len(apps) > 1 else ""
    print(
        f"Starting a simulated Azure ({_TIME_SCALE} times as fast) and the function app ({host}{several}).\n"
        f"Its timer runs every {TIMER_SECONDS} seconds, which are {minutes} simulated minutes.\n",
        flush=True,
    )
    app_log = state / "app-1.log"
    try:
        async with (
            simulator(
                state,
                port=port,
                apps=apps,
                scenario=scenario.begins_with,
                time_scale=_TIME_SCALE,
                log=state / "simulator.log",
            ) as azure,
            function_apps(host, azure, apps),
            AzureClient.connect(azure) as client,
        ):
            await scenario.story(Stage(client, app_log))
    except DemoError as error:
        if lines := last_lines(app_log):
            keep = True
            others = ", those of the other deployments are beside it" if len(apps) > 1 else ""
            raise DemoError(
                f"{error}\nThe app's log is {app_log}{others}. Its last lines:\n{lines}"
            ) from error
        raise
    finally:
        if not keep:
            rmtree(state)


async def _stay(scenario: Scenario, host: str, port: int, app_ports: Sequence[int], state: Path) -> None:
    log = _new_log(state)
    apps = _apps(scenario, app_ports, "0 * * * * *")
    async with simulator(
        state, port=port, apps=apps, scenario=scenario.stays_with, time_scale=1, log=log
    ) as azure:
        print(how_to(azure, apps, scenario.hub), flush=True)
        async with function_apps(host, azure, apps) as started:
            waiting = [asyncio.ensure_future(process.wait()) for process in started]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    ended = next(process for process in started if process.returncode is not None)
    raise DemoError(f"the function app ended with exit code {ended.returncode}")


def _apps(scenario: Scenario, ports: Sequence[int], schedule: str, logs: Path | None = None) -> list[App]:
    deployed = zip(ports, scenario.deployments.items(), strict=True)
    return [
        App(
            port=port,
            subscription=subscription,
            settings={"RECONCILE_SCHEDULE": schedule, **settings},
            log=logs / f"app-{number}.log" if logs else None,
        )
        for number, (port, (subscription, settings)) in enumerate(deployed, 1)
    ]


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
