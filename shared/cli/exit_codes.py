"""How a command ends: its exit code, and the errors that end it early."""

from enum import IntEnum

from ..plan.look import Look


class ExitCode(IntEnum):
    """Documented in `--help` and docs/command-line.md."""

    DONE = 0
    """Nothing is to be done."""
    ERROR = 1
    DUE = 2
    """Something is to be changed, or still under way."""
    PERSON = 3
    """Something needs a person, whether or not something else is due."""
    INTERRUPTED = 130


class CommandError(Exception):
    """Ends a command with one line that says why."""


def exit_code_of(look: Look) -> ExitCode:
    if look.unreadable or look.for_a_person:
        return ExitCode.PERSON
    return ExitCode.DUE if look.unsettled else ExitCode.DONE
