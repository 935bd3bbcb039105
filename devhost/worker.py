"""The real worker library: loads the app once per process and runs one function at a time on request."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import azure_functions_runtime as runtime

from devhost import messages
from devhost.errors import StartError
from devhost.functions import Function
from devhost.messages import InvocationResponse, ParameterBinding, StatusResult, TypedData

_loaded: dict[Path, tuple[Function, ...]] = {}
"""At most one entry: the library's registry, its modules and its thread pool belong to the process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What the host hands over for one invocation, and why."""

    reason: str
    data: TypedData
    trigger_metadata: Mapping[str, TypedData] = field(default_factory=dict)


async def load(folder: Path) -> tuple[Function, ...]:
    """Imports and indexes the app of this folder; later calls in the same process find it already there."""
    folder = _claim(folder)
    if folder not in _loaded:
        runtime.start_threadpool_executor()
        _loaded[folder] = await _index(folder)
    return _loaded[folder]


async def invoke(function: Function, call: Call, invocation_id: str) -> InvocationResponse:
    """Runs one function. Whatever the function raises comes back in the answer."""
    request = SimpleNamespace(
        invocation_id=invocation_id,
        function_id=function.id,
        input_data=[ParameterBinding(name=function.trigger.parameter, data=call.data)],
        trigger_metadata=call.trigger_metadata,
        trace_context=SimpleNamespace(trace_parent="", trace_state="", attributes={}),
        retry_context=SimpleNamespace(retry_count=0, max_retry_count=0, exception=None),
    )
    answer: InvocationResponse = await runtime.invocation_request(_envelope(invocation_request=request))
    return answer


def _claim(folder: Path) -> Path:
    """Makes sure that this process can run the app, and can import it."""
    folder = folder.resolve()
    script = os.environ.get("PYTHON_SCRIPT_FILE_NAME", "function_app.py")
    if not (folder / script).is_file():
        raise StartError(f"{folder}: there is no {script} here")
    for other in _loaded.keys() - {folder}:
        raise StartError(f"{folder}: this process already runs the app in {other}, and can run only one")
    module = sys.modules.get(Path(script).stem)
    if module is not None and Path(module.__file__ or "").resolve() != folder / script:
        raise StartError(f"{folder}: this process has already imported another {script}, {module.__file__}")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return folder


async def _index(folder: Path) -> tuple[Function, ...]:
    init = SimpleNamespace(capabilities={}, function_app_directory=str(folder))
    answer = await runtime.worker_init_request(_envelope(worker_init_request=init))
    if answer.result.status == StatusResult.Failure:
        failure = answer.result.exception
        raise StartError(f"the app cannot be loaded: {failure.message}{_place(failure.stack_trace, folder)}")
    metadata = await runtime.functions_metadata_request(_envelope())
    if not metadata.function_metadata_results:
        raise StartError(f"{folder}: the app declares no functions")
    return tuple(Function.from_metadata(each) for each in metadata.function_metadata_results)


def _place(stack_trace: str, folder: Path) -> str:
    """The innermost line of the app itself that a stack trace passes through."""
    places = re.findall(rf'File "{re.escape(str(folder))}/(?!\.)([^"]+)", line (\d+)', stack_trace)
    return f" ({places[-1][0]}, line {places[-1][1]})" if places else ""


def _envelope(**message: object) -> SimpleNamespace:
    properties = {"protos": messages, "host": "127.0.0.1"}
    return SimpleNamespace(request=SimpleNamespace(**message), properties=properties)
