"""`python -m devhost`: what `func start` does, where there is no `func`."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from devhost.errors import StartError
from devhost.host import FunctionHost
from devhost.listener import bind
from devhost.listing import listing
from devhost.logs import log_to_stdout
from devhost.settings import DEFAULT_PORT, LocalSettings

DESCRIPTION = """\
Runs a Python function app on this machine, as `func start` would: same URLs, same port.
The app is run by Microsoft's own worker library; only the host around it is played.
"""

EXAMPLES = """\
Once it is listening, in another terminal:

  send an event as Event Grid does
    curl -i 'http://localhost:7071/runtime/webhooks/EventGrid?functionName=NAME' \\
      -H 'aeg-event-type: Notification' -d @event.json
  run a timer function now (how it went is in the log)
    curl -i http://localhost:7071/admin/functions/NAME -H 'Content-Type: application/json' -d '{}'
  call an HTTP function
    curl -i http://localhost:7071/api/ROUTE
  list the functions, ask whether the host is up
    curl http://localhost:7071/admin/functions
    curl -i http://localhost:7071/admin/host/ping

App settings come from "Values" in local.settings.json; variables of the shell win over them.
AzureWebJobs.NAME.Disabled=true there keeps a function quiet. Code changes need a restart.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    try:
        options = _parser().parse_args(arguments)
        log_to_stdout()
        asyncio.run(_run(options.app, options.settings, options.port))
    except argparse.ArgumentError as error:
        print(f"devhost: {error}", file=sys.stderr)
        return 2
    except StartError as error:
        print(f"devhost: {error}", file=sys.stderr)
        return 1
    # The app's connections last until its process ends, which asyncio would complain of.
    logging.getLogger("asyncio").disabled = True
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m devhost",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        exit_on_error=False,
    )
    parser.add_argument(
        "--port",
        type=int,
        metavar="PORT",
        help=f"where to listen on 127.0.0.1; 0 takes a free port (default: Host.LocalHttpPort of the settings, or {DEFAULT_PORT})",
    )
    parser.add_argument(
        "--app",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="the folder with host.json and function_app.py (default: this one)",
    )
    parser.add_argument(
        "--settings",
        type=Path,
        metavar="FILE",
        help="app settings for this run (default: local.settings.json of the app, if it has one)",
    )
    return parser


async def _run(app_folder: Path, settings_file: Path | None, port: int | None) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    settings = LocalSettings.of_app(app_folder, settings_file)
    with bind(settings.port if port is None else port) as listener:
        port = listener.getsockname()[1]
        async with FunctionHost.start(app_folder, settings.values, port=port) as host:
            # Only now: it imports aiohttp, which reads SSL_CERT_FILE once and for all, the app's included.
            from devhost.server import serving

            async with serving(host, listener), asyncio.TaskGroup() as tasks:
                url = f"http://localhost:{port}"
                print(listing(host.functions, url))
                print(f"Listening on {url} (Ctrl-C stops)", flush=True)
                timers = tasks.create_task(host.run_timers())
                await stopped.wait()
                timers.cancel()


if __name__ == "__main__":
    sys.exit(main())
