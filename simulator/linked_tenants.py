"""What a request may do across tenants, by the tokens it carries.

https://learn.microsoft.com/azure/azure-resource-manager/management/authenticate-multi-tenant
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from simulator import errors
from simulator.tokens import Caller, caller_of, expires_at

AUXILIARY = "x-ms-authorization-auxiliary"
_MOST = 3


def auxiliary_callers(headers: Mapping[str, str]) -> tuple[Caller, ...]:
    """Whose tokens accompany the request's own: at most three, and each of them has to be valid.

    Their expiry is by the clock of those who get tokens, not by simulated time.
    """
    tokens = list(_tokens(headers.get(AUXILIARY, "")))
    if len(tokens) > _MOST:
        raise errors.invalid_auxiliary_tokens(f"there are {len(tokens)} and at most {_MOST} are taken")
    callers = []
    for token in tokens:
        caller = caller_of(token)
        if caller is None:
            raise errors.invalid_auxiliary_tokens("one of them is no token")
        if expires_at(token) <= datetime.now(UTC).timestamp():
            raise errors.invalid_auxiliary_tokens(
                f"the token of client '{caller.client_id}' and tenant '{caller.tenant_id}' has expired"
            )
        callers.append(caller)
    return tuple(callers)


def _tokens(header: str) -> Iterator[str]:
    """The documentation separates them by commas, some clients by semicolons."""
    for part in header.replace(";", ",").split(","):
        if part.strip():
            scheme, _, token = part.strip().partition(" ")
            yield token.strip() if scheme.lower() == "bearer" else ""
