"""`python -m simulator serve`: a simulated Azure for any ARM client on this machine."""

import argparse
import asyncio
import contextlib
import json
import signal
import ssl
import sys
from dataclasses import fields
from pathlib import Path

import aiohttp

from simulator.azure import IDENTITY_SECRET, TOKEN_PATH, Azure, network_events
from simulator.certificates import CA_FILE, server_context
from simulator.eventgrid.handshake import HandshakeError
from simulator.eventgrid.webhook import webhook
from simulator.network.durations import Durations
from simulator.network.locks import LockMode
from simulator.scenarios import SCENARIOS, SUBSCRIPTION
from simulator.server import served


def main() -> int:
    options = _parser().parse_args()
    options.state_dir.mkdir(parents=True, exist_ok=True)
    for stale in ("endpoint", "events"):
        (options.state_dir / stale).unlink(missing_ok=True)
    try:
        asyncio.run(_serve(options))
    except OSError as error:
        print(f"simulator: port {options.port} cannot be used: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve(options: argparse.Namespace) -> None:
    folder: Path = options.state_dir
    tls = None if options.http else server_context(folder)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        azure = Azure(
            post=webhook(session),
            seed=options.seed,
            scale=options.time_scale,
            durations=options.durations,
            lock_mode=LockMode(options.lock_mode),
        )
        stack.push_async_callback(azure.aclose)
        SCENARIOS[options.scenario](azure.world)
        endpoint = await stack.enter_async_context(served(azure.handle, port=options.port, tls=tls))
        await _until_it_answers(endpoint, folder)
        _write_settings(folder, endpoint, tls)
        (folder / "endpoint").write_text(endpoint + "\n")
        print(f"Simulated Azure at {endpoint} (Ctrl-C stops)", flush=True)
        if options.deliver:
            delivering = asyncio.create_task(_deliver(azure, options.deliver, folder))
            stack.callback(delivering.cancel)
        await stop.wait()


async def _until_it_answers(endpoint: str, folder: Path) -> None:
    context = ssl.create_default_context(cafile=folder / CA_FILE) if endpoint.startswith("https") else None
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{endpoint}/simulator/clock", ssl=context or True) as answer,
    ):
        answer.raise_for_status()


def _write_settings(folder: Path, endpoint: str, tls: ssl.SSLContext | None) -> None:
    """What an app needs in its environment to take this for Azure."""
    settings = {
        "ARM_ENDPOINT": endpoint,
        "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
        "IDENTITY_ENDPOINT": endpoint + TOKEN_PATH,
        "IDENTITY_HEADER": IDENTITY_SECRET,
    }
    if tls:
        settings["SSL_CERT_FILE"] = str((folder / CA_FILE).resolve())
    (folder / "settings.json").write_text(json.dumps({"IsEncrypted": False, "Values": settings}, indent=2))


async def _deliver(azure: Azure, url: str, folder: Path) -> None:
    """Subscribes the webhook as soon as it answers; Azure itself would refuse until then."""
    told = ""
    while True:
        try:
            await azure.eventgrid.subscribe(network_events(SUBSCRIPTION, url))
        except (HandshakeError, OSError) as error:
            if str(error) != told:
                told = str(error)
                print(f"Events wait for {url}: {told}", flush=True)
            await asyncio.sleep(1)
        else:
            (folder / "events").write_text(url + "\n")
            print(f"Events go to {url}", flush=True)
            return


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    serve = parser.add_subparsers(required=True, metavar="serve").add_parser(
        "serve", help="serve a simulated Azure", description="Serves a simulated Azure until Ctrl-C."
    )
    serve.add_argument("--port", type=int, default=8443, help="TCP port on 127.0.0.1, 0 for any (8443)")
    serve.add_argument(
        "--state-dir",
        type=Path,
        required=True,
        metavar="DIR",
        help="gets ca.pem, settings.json, endpoint and, once the webhook is validated, events; the state itself survives nothing",
    )
    serve.add_argument(
        "--time-scale", type=_positive, default=1.0, metavar="X", help="simulated seconds per real second (1)"
    )
    serve.add_argument(
        "--lock-mode",
        choices=[str(mode) for mode in LockMode],
        default=str(LockMode.PARALLEL),
        help="what a write is answered that meets another one on its network (parallel-ok)",
    )
    serve.add_argument(
        "--scenario", choices=sorted(SCENARIOS), default="empty", help="what is there at first"
    )
    serve.add_argument(
        "--deliver", metavar="URL", help="a webhook for the events of the scenarios' subscription"
    )
    serve.add_argument("--http", action="store_true", help="plain HTTP instead of HTTPS")
    serve.add_argument(
        "--seed", type=int, default=0, help="the same seed gives the same guids and choices (0)"
    )
    serve.add_argument(
        "--durations",
        type=_durations,
        default=Durations(),
        metavar="NAME=SECONDS,...",
        help="how long operations take, of " + ", ".join(field.name for field in fields(Durations)),
    )
    return parser


def _positive(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text} is not greater than 0")
    return value


def _durations(text: str) -> Durations:
    known = {field.name for field in fields(Durations)}
    chosen: dict[str, float] = {}
    for part in text.split(","):
        name, _, seconds = part.partition("=")
        if name not in known:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(sorted(known))}")
        try:
            chosen[name] = float(seconds)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{name}: {seconds!r} is not a number of seconds") from error
    try:
        return Durations(**chosen)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
