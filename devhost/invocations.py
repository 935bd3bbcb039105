"""Runs functions, one invocation after the other or many at once, and tells the log how each one went."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from azure_functions_runtime import invocation_id_cv

from devhost import worker
from devhost.functions import Function
from devhost.messages import StatusResult, TypedData
from devhost.worker import Call

logger = logging.getLogger(__name__)

_running: dict[str, str] = {}
"""Invocation id -> function name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one invocation ended."""

    error: str | None = None
    returned: TypedData | None = None

    @property
    def succeeded(self) -> bool:
        return self.error is None


type Invoke = Callable[[Function, Call], Awaitable[Outcome]]


def running_function() -> str | None:
    """The name of the function that the caller runs in."""
    return _running.get(invocation_id_cv.get() or "")


class Invoker:
    """Invokes with the function timeout of host.json, if there is one."""

    def __init__(self, timeout_seconds: float | None) -> None:
        self._timeout_seconds = timeout_seconds

    async def run(self, function: Function, call: Call) -> Outcome:
        loop = asyncio.get_running_loop()
        invocation_id = str(uuid.uuid4())
        started = loop.time()
        title = f"'Functions.{function.name}'"
        logger.info("Executing %s (Reason='%s', Id=%s)", title, call.reason, invocation_id)
        outcome, detail = await self._run(function, call, invocation_id)
        duration = (loop.time() - started) * 1000
        if outcome.succeeded:
            logger.info("Executed %s (Succeeded, Id=%s, Duration=%.0fms)", title, invocation_id, duration)
        else:
            logger.error(
                "Executed %s (Failed, Id=%s, Duration=%.0fms)\n%s", title, invocation_id, duration, detail
            )
        return outcome

    def refuse(self, function: Function, error: str) -> Outcome:
        """An invocation that fails before the function is reached."""
        logger.error("Executed 'Functions.%s' (Failed, Duration=0ms)\n%s", function.name, error)
        return Outcome(error=error)

    async def _run(self, function: Function, call: Call, invocation_id: str) -> tuple[Outcome, str]:
        _running[invocation_id] = function.name
        token = invocation_id_cv.set(invocation_id)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                answer = await worker.invoke(function, call, invocation_id)
        except TimeoutError:
            # Azure also restarts the worker process here, which ends every other invocation in it:
            # https://learn.microsoft.com/azure/azure-functions/functions-host-json#functiontimeout
            error = f"the function timeout of {self._timeout_seconds:g} s was exceeded"
            return Outcome(error=error), error
        finally:
            invocation_id_cv.reset(token)
            del _running[invocation_id]
        if answer.result.status == StatusResult.Success:
            return Outcome(returned=answer.return_value), ""
        failure = answer.result.exception
        return Outcome(error=failure.message), failure.stack_trace.rstrip()
