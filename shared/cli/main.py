"""From arguments to an exit code: errors become one line, and Ctrl-C ends in order."""

import asyncio
import logging
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from ..azure.event_subscriptions import event_subscriptions
from ..config.settings import Settings
from . import commands
from .arguments import parse
from .environment import merged
from .exit_codes import ExitCode
from .login import logged_in, token_of
from .session import Session
from .terminal import Terminal


def main(arguments: Sequence[str] | None = None) -> int:
    terminal = Terminal.of(sys.stdout, sys.stderr, os.environ)
    for name in ("azure", "interlinked"):
        logging.getLogger(name).addHandler(logging.NullHandler())  # the commands print what matters
    try:
        options = parse(arguments)
        return asyncio.run(_run(options, merged(options, os.environ), terminal))
    except commands.ERRORS as error:
        return commands.show_error(error, terminal)
    except (asyncio.CancelledError, KeyboardInterrupt):
        terminal.show_error(
            "interrupted; nothing more is written, and what Azure had accepted it brings to its end: "
            "interlinked plan tells what is left"
        )
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains while it ends
        return ExitCode.ERROR


async def _run(options: Namespace, environ: Mapping[str, str], terminal: Terminal) -> ExitCode:
    settings = Settings.from_environ(environ)
    async with logged_in(settings, environ) as (arm, credential):
        interruption = _Interruption(lambda: work.cancel())
        work = asyncio.create_task(
            commands.run(
                options,
                Session(
                    settings=settings,
                    network=arm,
                    event_subscriptions=partial(event_subscriptions, arm),
                    now=lambda: datetime.now(UTC),
                ),
                terminal,
                lambda: token_of(credential, settings),
                interruption.first_does,
            )
        )
        return await work


class _Interruption:
    """The first Ctrl-C does what the command asked for, if it asked; any other one cancels it."""

    def __init__(self, cancel: Callable[[], object]) -> None:
        self._first: Callable[[], None] | None = None
        self._cancel = cancel
        with suppress(NotImplementedError):  # on Windows, where asyncio itself cancels at the first
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, self._interrupt)

    def first_does(self, action: Callable[[], None]) -> None:
        self._first = action

    def _interrupt(self) -> None:
        if self._first is None:
            self._cancel()
        else:
            first, self._first = self._first, None
            first()
