"""The managed identity of a function app: the local endpoint its SDK gets tokens from.

App Service tells the app where it is by IDENTITY_ENDPOINT and IDENTITY_HEADER.
https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import NamedTuple
from uuid import UUID

from simulator.tokens import access_token

API_VERSION = "2019-08-01"
TOKEN_LIFETIME_SECONDS = 24 * 3600

_NAMING = ("client_id", "principal_id", "object_id", "mi_res_id")
_NOT_FOUND = (
    "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedIdentity:
    """A user-assigned identity, or with no resource id the system-assigned one."""

    tenant_id: str
    principal_id: str
    client_id: str
    resource_id: str | None = None


class Reply(NamedTuple):
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes


class TokenEndpoint:
    """Answers requests for tokens of one identity.

    The address and `secret` are what the app is given as IDENTITY_ENDPOINT and IDENTITY_HEADER.
    """

    def __init__(self, identity: ManagedIdentity, *, secret: str, random: Random) -> None:
        self._identity = identity
        self._secret = secret
        self._random = random

    def answer(
        self, method: str, query: Mapping[str, str], headers: Mapping[str, str], *, now: datetime
    ) -> Reply:
        """A token for `resource`, or the reason why not.

        `now` is the time on the app's wall clock, not simulated time: the SDK compares `expires_on` with
        its own clock and would take a token of another age for expired.
        """
        # Of the refusals only those of `_mistaken_identity` were seen in Azure; the texts of these are ours.
        if method != "GET":
            refusal = self._refusal(405, f"{method} is not offered; tokens are for GET.")
            return refusal._replace(headers=refusal.headers | {"Allow": "GET"})
        shown = next((value for name, value in headers.items() if name.lower() == "x-identity-header"), None)
        if shown != self._secret:
            return self._refusal(401, "X-IDENTITY-HEADER is missing or wrong.")
        if query.get("api-version") != API_VERSION:
            return self._refusal(400, f"api-version is not {API_VERSION}.")
        resource = query.get("resource")
        if not resource:
            return self._refusal(400, "resource is missing.")
        mistake = self._mistaken_identity(query)
        return self._refusal(400, mistake) if mistake else self._token(resource, now)

    def _mistaken_identity(self, query: Mapping[str, str]) -> str | None:
        """A user-assigned identity has to be named, the system-assigned one must not be.

        https://github.com/Azure/azure-functions-host/issues/8037,
        https://github.com/Azure/azure-sdk-for-net/issues/43691,
        https://github.com/Azure/azure-sdk-for-python/issues/35015
        """
        given = {name: query[name].lower() for name in _NAMING if name in query}
        if not self._identity.resource_id:
            return _NOT_FOUND if given else None
        if not given:
            return "Unable to load the proper Managed Identity."
        known = {
            "client_id": self._identity.client_id.lower(),
            "principal_id": self._identity.principal_id.lower(),
            "object_id": self._identity.principal_id.lower(),
            "mi_res_id": self._identity.resource_id.lower(),
        }
        return None if given.items() <= known.items() else _NOT_FOUND

    def _token(self, resource: str, now: datetime) -> Reply:
        expires = int(now.timestamp()) + TOKEN_LIFETIME_SECONDS
        token = access_token(
            audience=resource,
            tenant_id=self._identity.tenant_id,
            client_id=self._identity.client_id,
            principal_id=self._identity.principal_id,
            issued=now,
            seconds=TOKEN_LIFETIME_SECONDS,
        )
        return _json(
            200,
            {
                "access_token": token,
                "expires_on": str(expires),
                "resource": resource,
                "token_type": "Bearer",
                "client_id": self._identity.client_id,
            },
        )

    def _refusal(self, status: int, message: str) -> Reply:
        correlation_id = str(UUID(int=self._random.getrandbits(128), version=4))
        return _json(status, {"statusCode": status, "message": message, "correlationId": correlation_id})


def _json(status: int, content: Mapping[str, object]) -> Reply:
    return Reply(status, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(content).encode())
