"""The two programs the demo needs: a simulated Azure, and the function app on a local Functions host."""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp

APP_FOLDER = Path(__file__).resolve().parent.parent
EVENT_FUNCTION, TIMER_FUNCTION = "on_network_event", "on_schedule"

_START_SECONDS = 60.0
_STOP_SECONDS = 5.0
_LOG_LINES_SHOWN = 25


class DemoError(Exception):
    """What the demo ends with, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulator:
    """A simulated Azure that is ready."""

    endpoint: str
    ca_file: Path
    settings_file: Path
    settings: Mapping[str, str]

    @classmethod
    def running_in(cls, state: Path) -> "Simulator":
        """The one that uses this state directory."""
        try:
            endpoint = (state / "endpoint").read_text().strip()
            document = json.loads((state / "settings.json").read_text())
        except OSError as error:
            raise DemoError(f"no simulated Azure runs in {state}; make sim starts one") from error
        return cls(
            endpoint=endpoint,
            ca_file=state / "ca.pem",
            settings_file=state / "settings.json",
            settings=document["Values"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A deployment of the function app, and the subscription it looks after."""

    port: int
    subscription: str
    settings: Mapping[str, str]
    log: Path | None
    """Without one its output passes through."""


def port_to_use(port: int, option: str) -> int:
    """The port if it is free, or for 0 any free one."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise DemoError(
                f"port {port} cannot be used ({error}); choose another with {option}, or 0 for any"
            ) from error
        return int(probe.getsockname()[1])


def last_lines(log: Path) -> str:
    return "\n".join(_read(log).splitlines()[-_LOG_LINES_SHOWN:])


def timer_runs(log: Path) -> tuple[int, int]:
    """How many runs of the timer have begun and ended, in the words that `func` and `devhost` share."""
    text = _read(log)
    return text.count(f"Executing 'Functions.{TIMER_FUNCTION}'"), text.count(
        f"Executed 'Functions.{TIMER_FUNCTION}'"
    )


def _read(log: Path) -> str:
    return log.read_text(errors="replace") if log.is_file() else ""


def _delivery(app: App) -> str:
    """Event Grid's way to the app."""
    path = f"/runtime/webhooks/EventGrid?functionName={EVENT_FUNCTION}"
    return f"{app.subscription}=http://localhost:{app.port}{path}"


@asynccontextmanager
async def simulator(
    state: Path, *, port: int, apps: Sequence[App], scenario: str, time_scale: float, log: Path
) -> AsyncIterator[Simulator]:
    endpoint_file = state / "endpoint"
    endpoint_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "simulator", "serve", "--port", str(port), "--state-dir", str(state)]
    command += ["--time-scale", f"{time_scale:g}", "--scenario", scenario]
    command += [argument for app in apps for argument in ("--deliver", _delivery(app))]
    async with _running("the simulator", command, os.environ, log) as process:

        async def is_ready() -> bool:
            return endpoint_file.is_file() and bool(endpoint_file.read_text().strip())

        await _until_ready("the simulator", process, is_ready, log)
        yield Simulator.running_in(state)


@asynccontextmanager
async def function_apps(
    host: str, azure: Simulator, apps: Sequence[App]
) -> AsyncIterator[Sequence[asyncio.subprocess.Process]]:
    """The deployments on `func` or `devhost`, all at once."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        started = []
        for app in apps:
            running = _running("the function app", _command(host, azure, app), _environ(azure, app), app.log)
            started.append(await stack.enter_async_context(running))
        for app, process in zip(apps, started, strict=True):
            await _until_ready("the function app", process, partial(_answers, app, azure, http), app.log)
        yield started


def _command(host: str, azure: Simulator, app: App) -> list[str]:
    if host == "func":
        return [shutil.which("func") or "func", "start", "--port", str(app.port)]
    command = [sys.executable, "-m", "devhost", "--port", str(app.port), "--app", str(APP_FOLDER)]
    # Named, so that a local.settings.json of the developer's own does not mix in.
    return [*command, "--settings", str(azure.settings_file)]


def _environ(azure: Simulator, app: App) -> Mapping[str, str]:
    settings = {**azure.settings, "AZURE_SUBSCRIPTION_ID": app.subscription, **app.settings}
    # The demo's app is the simulated Azure's, whatever the shell is set up for.
    others = {"HUB_VNET_ID", "HUB_LOCATION", "TOPOLOGY", "TOPOLOGY_FILE", "AZURE_CLIENT_ID"}
    return {
        **{name: value for name, value in os.environ.items() if name not in others},
        "FUNCTIONS_WORKER_RUNTIME": "python",
        "VIRTUAL_ENV": sys.prefix,
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
        "PYTHONUNBUFFERED": "1",
        **settings,
    }


async def _answers(app: App, azure: Simulator, http: aiohttp.ClientSession) -> bool:
    if not azure.settings_file.with_name("events").is_file():
        return False  # an event sent before the webhook is validated would be lost
    try:
        async with http.get(f"http://localhost:{app.port}/admin/host/ping") as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


def host_to_use(wanted: str | None) -> str:
    """`func` where it is installed, unless something else is asked for."""
    if wanted == "func" and not shutil.which("func"):
        raise DemoError("func is not on PATH; leave out --host, or install Azure Functions Core Tools")
    return wanted or ("func" if shutil.which("func") else "devhost")


@asynccontextmanager
async def _running(
    name: str, command: Sequence[str], environ: Mapping[str, str], log: Path | None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Runs a program and whatever it starts in a session of its own, and ends them all at the end."""
    output = log.open("ab") if log else None
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=APP_FOLDER,
            env=environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT if output else None,
            start_new_session=True,
        )
    except OSError as error:
        raise DemoError(f"{name} does not start: {error}") from error
    finally:
        if output:
            output.close()
    try:
        yield process
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    _signal_session(process.pid, signal.SIGTERM)
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        pass
    finally:
        # Also reaches what a program that has ended left behind.
        _signal_session(process.pid, signal.SIGKILL)
    await process.wait()


def _signal_session(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


async def _until_ready(
    name: str, process: asyncio.subprocess.Process, is_ready: Callable[[], Awaitable[bool]], log: Path | None
) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not await is_ready():
        if process.returncode is not None:
            said = last_lines(log) if log else ""
            raise DemoError(f"{name} ended with exit code {process.returncode}\n{said}".rstrip())
        if time.monotonic() > deadline:
            raise DemoError(f"{name} was not ready within {_START_SECONDS:.0f} s")
        await asyncio.sleep(0.1)
