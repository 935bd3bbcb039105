"""The messages of the worker's protocol, as plain classes instead of generated protobuf ones.

The runtime library is handed this module and builds its answers from it, so names and constants are those of the
protocol: https://github.com/Azure/azure-functions-language-worker-protobuf. A message keeps the keyword arguments
it was made with; reading a field that was not given raises AttributeError, which the library counts on.
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any


class _Message:
    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)


class _OneOf(_Message):
    """A message with at most one field set."""

    def set_field(self, group: str) -> str | None:
        del group  # each of our messages has a single group
        return next(iter(self.__dict__), None)

    WhichOneof = set_field


class TypedData(_OneOf):
    """A value on its way into or out of a function: `json`, `string`, `bytes`, `http`, ... or nothing."""

    json: str
    string: str
    http: "RpcHttp"


class ParameterBinding(_Message):
    """A value and the name of the parameter it is for."""

    name: str
    data: TypedData

    def which_kind(self, group: str) -> str:
        del group
        return "data"  # the other kind is shared memory, gone from Python 3.13

    WhichOneof = which_kind


class RpcHttp(_Message):
    status_code: str
    headers: Mapping[str, str]
    cookies: "Sequence[RpcHttpCookie] | None"
    body: Any


class NullableString(_Message):
    value: str


class NullableBool(_Message):
    value: bool


class NullableDouble(_Message):
    value: float


class Timestamp(_Message):
    seconds: int


class NullableTimestamp(_Message):
    value: Timestamp


class RpcHttpCookie(_Message):
    # A member called None can only be given as text.
    SameSite = IntEnum("SameSite", {"None": 0, "Lax": 1, "Strict": 2, "ExplicitNone": 3})

    name: str
    value: str
    domain: NullableString | None
    path: NullableString | None
    expires: NullableTimestamp | None
    secure: NullableBool | None
    http_only: NullableBool | None
    same_site: IntEnum
    max_age: NullableDouble | None


class RpcException(_Message):
    message: str
    stack_trace: str


class StatusResult(_Message):
    Failure = 0
    Success = 1

    status: int
    exception: RpcException


class BindingInfo(_Message):
    undefined = 0
    out = 1
    inout = 2


class RpcRetryOptions(_Message):
    pass


class RpcFunctionMetadata(_Message):
    name: str
    function_id: str
    raw_bindings: Sequence[str]
    retry_options: RpcRetryOptions | None


class WorkerMetadata(_Message):
    pass


class WorkerInitResponse(_Message):
    result: StatusResult


class FunctionMetadataResponse(_Message):
    function_metadata_results: Sequence[RpcFunctionMetadata] | None


class FunctionLoadResponse(_Message):
    pass


class InvocationResponse(_Message):
    result: StatusResult
    return_value: TypedData | None
