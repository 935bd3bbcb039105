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


def log_to_stdout() -> None:
    """The root logger at INFO with a single handler, as the real worker sets it up."""
    formatter = logging.Formatter(
        "[%(asctime)s.%(msecs)03dZ] %(levelname)-7s %(function)s%(message)s", "%Y-%m-%dT%H:%M:%S"
    )
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(FunctionNameFilter())
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # Failures of the library come back in its answers; what it logs besides is for its own developers.
    logging.getLogger("azure.functions").setLevel(logging.CRITICAL)
