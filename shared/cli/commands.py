"""Which function each command is, and what an error that ends one comes to."""

from argparse import Namespace
from collections.abc import Awaitable, Callable

from ..config.peering_policy import HubError
from ..config.settings import SettingsError
from ..model.errors import NetworkError
from ..status.health import RIGHTS_CODES
from . import apply, explain, plan, show
from .doctor import Doctor
from .exit_codes import CommandError, ExitCode
from .session import Session
from .terminal import Terminal

type ReportedError = CommandError | SettingsError | HubError | NetworkError
ERRORS = (CommandError, SettingsError, HubError, NetworkError)


async def run(
    options: Namespace,
    session: Session,
    terminal: Terminal,
    token: Callable[[], Awaitable[str]],
    on_interrupt: apply.OnInterrupt,
) -> ExitCode:
    """Raises what `ERRORS` has."""
    match options.command:
        case "plan":
            return await plan.run(session, terminal, options.output, options.out)
        case "apply":
            seconds = options.timeout or float(session.settings.timer_budget_seconds)
            return await apply.run(session, terminal, options.plan, seconds, on_interrupt)
        case "status":
            return await show.status(session, terminal, options.output)
        case "graph":
            return await show.graph(session, terminal, options.output)
        case "explain":
            return await explain.run(session, terminal, options.vnet)
        case _:
            return await Doctor(session=session, terminal=terminal).examine(token)


def show_error(error: ReportedError, terminal: Terminal) -> ExitCode:
    """Prints it on one line, with what helps; returns the exit code."""
    match error:
        case SettingsError():
            terminal.show_error(
                f"{error}; set them in the environment, in a file of --settings, or by an option"
            )
        case NetworkError(code=code, message=message) if code in RIGHTS_CODES:
            first = message.strip().partition("\n")[0]  # then follow all ways to log in that were tried
            terminal.show_error(f"{code}: {first}; interlinked doctor tells what is missing")
        case _:
            terminal.show_error(str(error))
    return ExitCode.PERSON if isinstance(error, HubError) else ExitCode.ERROR
