"""Turns what azure-core raises into `NetworkError`, in one place."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
)

from ..model.error_codes import CODES
from ..model.errors import ErrorKind, NetworkError

_GONE = {"ResourceNotFound", "ResourceGroupNotFound", "NotFound", "ParentResourceNotFound"}


@asynccontextmanager
async def sorted_errors() -> AsyncIterator[None]:
    """Raises `NetworkError` for everything the SDK raises, and for answers that cannot be read."""
    try:
        yield
    except HttpResponseError as error:
        raise _sorted(error) from error
    except AzureError as error:
        raise NetworkError(
            kind=ErrorKind.UNAVAILABLE, code=type(error).__name__, message=error.message
        ) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NetworkError(
            kind=ErrorKind.UNAVAILABLE, code="UnreadableAnswer", message=f"{type(error).__name__}: {error}"
        ) from error


def _sorted(error: HttpResponseError) -> NetworkError:
    details = getattr(error.error, "details", None) or []
    codes = [str(detail.code) for detail in details if detail.code] + [_code(error)]
    status = error.status_code or 0
    kind = next((CODES[code].kind for code in codes if code in CODES), None)
    if kind is None and (status == 429):
        kind = ErrorKind.THROTTLED
    if kind is None and (status == 408 or status >= 500 or status == 0):
        kind = ErrorKind.UNAVAILABLE
    return NetworkError(
        kind=kind or ErrorKind.NEEDS_A_PERSON,
        code=_code(error),
        message=getattr(error.error, "message", None) or error.message,
        retry_after_seconds=_retry_after(error),
    )


def _code(error: HttpResponseError) -> str:
    code = getattr(error.error, "code", None)
    if code:
        return str(code)
    return (
        "AuthenticationFailed" if isinstance(error, ClientAuthenticationError) else f"Http{error.status_code}"
    )


def _retry_after(error: HttpResponseError) -> float | None:
    headers: Mapping[str, str] = getattr(error.response, "headers", {})
    value = headers.get("Retry-After")
    try:
        return max(0.0, float(value)) if value is not None else None
    except ValueError:
        return None


def check_gone(error: ResourceNotFoundError) -> None:
    """Raises `error` again unless its code is Azure's own: a 404 of a proxy proves nothing."""
    if _code(error) not in _GONE:
        raise error
