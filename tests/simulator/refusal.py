"""What a refusal looks like to the SDK."""

from dataclasses import dataclass
from typing import Any

from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    status: int
    code: str
    detail: str | None = None
    by_gateway: bool = False
    retry_after: bool = False

    def check(self, error: HttpResponseError) -> None:
        assert error.error
        assert (error.status_code, error.error.code) == (self.status, self.code)
        assert [detail.code for detail in error.error.details or ()] == ([self.detail] if self.detail else [])
        response: Any = error.response
        headers = response.headers
        assert (headers.get("x-ms-failure-cause") == "gateway") is self.by_gateway
        assert ("Retry-After" in headers) is self.retry_after
        assert headers["x-ms-request-id"]
        wanted = {401: ClientAuthenticationError, 404: ResourceNotFoundError, 409: ResourceExistsError}
        assert type(error) is wanted.get(self.status, HttpResponseError)
