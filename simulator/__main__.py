"""`python -m simulator serve`: a simulated Azure for any ARM client on this machine."""

import argparse
import asyncio
import json
import signal
import ssl
import sys
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import aiohttp

from simulator.azure import IDENTITY_SECRET, TOKEN_PATH, Azure, network_events
from simulator.certificates import CA_FILE, server_context
from simulator.eventgrid.handshake import HandshakeError
from simulator.eventgrid.subscription import EventSubscription
from simulator.eventgrid.webhook import webhook
from simulator.network.locks import LockMode
from simulator.options import parser
from simulator.scenarios import SCENARIOS, SUBSCRIPTION
from simulator.server import bind, served

_ENDPOINT_FILE, _EVENTS_FILE = "endpoint", "events"


class StartError(Exception):
    """The simulator cannot start. The message is for the person at the keyboard and fits on one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    try:
        options = parser().parse_args(arguments)
        asyncio.run(_serve(options))
    except argparse.ArgumentError as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 2
    except StartError as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        # The port comes first, so that one in use leaves the state directory to whoever uses it.
        with _needed(f"--port {options.port}"):
            listener = stack.enter_context(bind(options.port))
        folder: Path = options.state_dir
        with _needed(f"--state-dir {folder}"):
            tls = _prepare(folder, http=options.http)
        stack.callback(_forget, folder)
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
        endpoint = await stack.enter_async_context(served(azure.handle, port=listener, tls=tls))
        await _until_it_answers(endpoint, folder)
        with _needed(f"--state-dir {folder}"):
            _write(folder / "settings.json", _settings(endpoint, folder))
            _write(folder / _ENDPOINT_FILE, endpoint + "\n")
        print(f"Simulated Azure at {endpoint} (Ctrl-C stops)", flush=True)
        if options.deliver:
            delivering = asyncio.create_task(_deliver(azure, options.deliver, folder))
            stack.callback(delivering.cancel)
        await stop.wait()


@contextmanager
def _needed(argument: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StartError(f"{argument} cannot be used: {error}") from error


def _prepare(folder: Path, *, http: bool) -> ssl.SSLContext | None:
    folder.mkdir(parents=True, exist_ok=True)
    _forget(folder)
    return None if http else server_context(folder)


def _forget(folder: Path) -> None:
    """Nobody shall take a simulator that has ended for a running one."""
    for name in (_ENDPOINT_FILE, _EVENTS_FILE):
        (folder / name).unlink(missing_ok=True)


def _write(file: Path, text: str) -> None:
    """Whoever sees the file sees all of it."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.write_text(text)
    unfinished.replace(file)


async def _until_it_answers(endpoint: str, folder: Path) -> None:
    context = ssl.create_default_context(cafile=folder / CA_FILE) if endpoint.startswith("https") else None
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{endpoint}/simulator/clock", ssl=context or True) as answer,
        ):
            answer.raise_for_status()
    except aiohttp.ClientError as error:
        raise StartError(f"{endpoint} does not answer: {error}") from error


def _settings(endpoint: str, folder: Path) -> str:
    """What an app needs in its environment to take this for Azure, as local.settings.json."""
    settings = {
        "ARM_ENDPOINT": endpoint,
        "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
        "IDENTITY_ENDPOINT": endpoint + TOKEN_PATH,
        "IDENTITY_HEADER": IDENTITY_SECRET,
    }
    if endpoint.startswith("https"):
        settings["SSL_CERT_FILE"] = str((folder / CA_FILE).resolve())
    return json.dumps({"IsEncrypted": False, "Values": settings}, indent=2)


async def _deliver(azure: Azure, deliveries: Sequence[tuple[str, str]], folder: Path) -> None:
    subscriptions = [
        network_events(subscription, url, name=f"interlinked-{number}")
        for number, (subscription, url) in enumerate(deliveries)
    ]
    await asyncio.gather(*(_subscribe(azure, each) for each in subscriptions))
    _write(folder / _EVENTS_FILE, "".join(f"{url}\n" for _, url in deliveries))


async def _subscribe(azure: Azure, subscription: EventSubscription) -> None:
    """Subscribes the webhook as soon as it answers; Azure itself would refuse until then."""
    url, told = subscription.endpoint, ""
    while True:
        try:
            await azure.eventgrid.subscribe(subscription)
        except (HandshakeError, OSError) as error:
            if str(error) != told:
                told = str(error)
                print(f"Events wait for {url}: {told}", flush=True)
            await asyncio.sleep(1)
        else:
            print(f"Events go to {url}", flush=True)
            return


if __name__ == "__main__":
    sys.exit(main())
