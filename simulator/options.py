"""The command line of `python -m simulator`: what is accepted, and what is said of anything else."""

import argparse
import math
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from simulator.network.durations import Durations
from simulator.network.locks import LockMode
from simulator.scenarios import SCENARIOS, SUBSCRIPTION

_SLOWEST, _FASTEST = 0.001, 100_000.0
"""Python's dates end with the year 9999, which the fastest time reaches after a month."""


def parser() -> argparse.ArgumentParser:
    """Raises `argparse.ArgumentError`, whose text fits on one line, instead of printing the usage."""
    commands = argparse.ArgumentParser(
        prog="python -m simulator", description="A simulated Azure for any ARM client.", exit_on_error=False
    )
    serve = commands.add_subparsers(required=True, metavar="serve").add_parser(
        "serve",
        help="serve a simulated Azure",
        description="Serves a simulated Azure until Ctrl-C.",
        exit_on_error=False,
    )
    serve.add_argument("--port", type=_port, default=8443, help="TCP port on 127.0.0.1, 0 for any (8443)")
    serve.add_argument(
        "--state-dir",
        type=Path,
        required=True,
        metavar="DIR",
        help="gets ca.pem, settings.json, endpoint and, once the webhook is validated, events; the state itself survives nothing",
    )
    serve.add_argument(
        "--time-scale",
        type=_time_scale,
        default=1.0,
        metavar="X",
        help="simulated seconds per real second (1)",
    )
    serve.add_argument(
        "--lock-mode",
        choices=[str(mode) for mode in LockMode],
        default=str(LockMode.PARALLEL),
        help="what a write is answered that meets another one on its network (parallel-ok)",
    )
    serve.add_argument(
        "--scenario", choices=sorted(SCENARIOS), default="empty", help="what is there at first (empty)"
    )
    serve.add_argument(
        "--deliver",
        type=_delivery,
        action="append",
        default=[],
        metavar="[SUBSCRIPTION=]URL",
        help=f"a webhook for the events of a subscription ({SUBSCRIPTION}); may be given several times",
    )
    serve.add_argument("--http", action="store_true", help="plain HTTP instead of HTTPS")
    serve.add_argument(
        "--seed",
        type=_whole_number,
        default=0,
        metavar="N",
        help="the same seed gives the same guids and choices (0)",
    )
    serve.add_argument(
        "--durations",
        type=_durations,
        default=Durations(),
        metavar="NAME=SECONDS,...",
        help=f"how long operations take, of {_duration_names()}",
    )
    return commands


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from error


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 65535")
    return port


def _number(text: str) -> float:
    """What is no number is NaN, which lies in no range."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _time_scale(text: str) -> float:
    scale = _number(text)
    if not _SLOWEST <= scale <= _FASTEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {_SLOWEST:g} to {_FASTEST:.0f}")
    return scale


def _delivery(text: str) -> tuple[str, str]:
    """The subscription and the webhook; an address alone has no = before its scheme."""
    subscription, is_named, url = text.partition("=")
    if not is_named or "/" in subscription:
        return SUBSCRIPTION, _web_address(text)
    try:
        return str(UUID(subscription)), _web_address(url)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{subscription!r} is not the ID of a subscription") from error


def _web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a URL that begins with http:// or https:// and a host"
        )
    return text


def _durations(text: str) -> Durations:
    known = {field.name for field in fields(Durations)}
    chosen: dict[str, float] = {}
    for part in text.split(","):
        name, _, seconds = part.partition("=")
        if name not in known:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {_duration_names()}")
        chosen[name] = _number(seconds)
        if not 0 <= chosen[name] < math.inf:
            raise argparse.ArgumentTypeError(f"{name}: {seconds!r} is not a number of seconds, 0 or more")
    return Durations(**chosen)


def _duration_names() -> str:
    return ", ".join(field.name for field in fields(Durations))
