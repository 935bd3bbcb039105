"""From arguments to an exit code: every error that can be named becomes one line, and Ctrl-C ends in order."""

import asyncio
import logging
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from shared.cli import apply, explain, plan, show
from shared.cli.arguments import parse
from shared.cli.doctor import Doctor
from shared.cli.ending import CommandError, Exit
from shared.cli.environment import merged
from shared.cli.login import logged_in, token_of
from shared.cli.session import Session
from shared.cli.terminal import Terminal
from shared.desired import HubError
from shared.health import RIGHTS_CODES
from shared.network import NetworkError
from shared.settings import Settings, SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    terminal = Terminal.of(sys.stdout, sys.stderr, os.environ)
    for name in ("azure", "interlinked"):
        logging.getLogger(name).addHandler(logging.NullHandler())  # the commands tell what there is to tell
    try:
        options = parse(arguments)
        environ = merged(options, os.environ)
        return asyncio.run(_interruptible(options, environ, terminal))
    except CommandError as error:
        terminal.complain(str(error))
        return Exit.ERROR
    except SettingsError as error:
        terminal.complain(f"{error}; set them in the environment, in a file of --settings, or by an option")
        return Exit.ERROR
    except HubError as error:
        terminal.complain(str(error))
        return Exit.PERSON
    except NetworkError as error:
        hint = "; interlinked doctor tells what is missing" if error.code in RIGHTS_CODES else ""
        terminal.complain(f"{error}{hint}")
        return Exit.ERROR
    except (asyncio.CancelledError, KeyboardInterrupt):
        terminal.complain(
            "interrupted; nothing more is written, and what Azure had accepted it brings to its end: "
            "interlinked plan tells what is left"
        )
        return Exit.INTERRUPTED
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # else the interpreter complains at its end
        return Exit.ERROR


async def _interruptible(options: Namespace, environ: Mapping[str, str], terminal: Terminal) -> Exit:
    settings = Settings.from_environ(environ)
    interruption = _Interruption(lambda: work.cancel())
    work = asyncio.create_task(_run(options, settings, environ, terminal, interruption))
    return await work


async def _run(
    options: Namespace,
    settings: Settings,
    environ: Mapping[str, str],
    terminal: Terminal,
    interruption: "_Interruption",
) -> Exit:
    async with logged_in(settings, environ) as (arm, credential):
        session = Session(settings=settings, network=arm)
        match options.command:
            case "plan":
                return await plan.run(session, terminal, options.output, options.out)
            case "apply":
                seconds = options.timeout or float(settings.timer_budget_seconds)
                return await apply.run(session, terminal, options.plan, seconds, interruption.first_does)
            case "status":
                return await show.status(session, terminal, options.output)
            case "graph":
                return await show.graph(session, terminal, options.output)
            case "explain":
                return await explain.run(session, terminal, options.vnet)
            case _:
                doctor = Doctor(session=session, terminal=terminal)
                return await doctor.examine(lambda: token_of(credential, settings))


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
