"""The log of host and app on standard output, one line per fact."""

import logging
import sys
import time

from devhost.invocations import running_function


class FunctionNameFilter(logging.Filter):
    """Gives each record the name of the function it was written in, or an empty one."""

    def filter(self, record: logging.LogRecord) -> bool:
        name = running_function()
        record.function = f"{name}: " if name else ""
        return True


def is_for_the_reader(record: logging.LogRecord) -> bool:
    """All but the library's warning that an app without HTTP functions has no HTTP auth level either."""
    return not str(record.msg).startswith("Auth level is not applied")


def log_to_stdout() -> None:
    """The root logger at INFO with a single handler, as the real worker sets it up."""
    formatter = logging.Formatter(
        "[%(asctime)s.%(msecs)03dZ] %(levelname)-7s %(function)s%(message)s", "%Y-%m-%dT%H:%M:%S"
    )
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(FunctionNameFilter())
    handler.addFilter(is_for_the_reader)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # Failures of the library come back in its answers; what it logs besides is for its own developers.
    logging.getLogger("azure.functions").setLevel(logging.CRITICAL)
