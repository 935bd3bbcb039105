"""Credentials for the subscriptions of other tenants.

A managed identity gets tokens of its own tenant only. An application that several tenants know signs in to each of
them, and takes the identity's token as proof of who it is; no secret is involved.
https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import ClientAuthenticationError
from azure.identity.aio import ClientAssertionCredential

from ..config.document.model import Tenant
from ..model.error_codes import CODES
from ..model.errors import ErrorKind, NetworkError

_EXCHANGE = "api://AzureADTokenExchange/.default"
_EXCHANGE_OF_CLOUD = {
    "https://management.usgovcloudapi.net/.default": "api://AzureADTokenExchangeUSGov/.default",
    "https://management.chinacloudapi.cn/.default": "api://AzureADTokenExchangeChina/.default",
}
"""By the scope of its Resource Manager; the public cloud's is the rest. Which authority signs in, AZURE_AUTHORITY_HOST says.
https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity"""
_REFUSAL = re.compile(r"AADSTS\d+")
_BOOKKEEPING = re.compile(r"\s*Trace ID: .*", re.DOTALL)

type Credentials = Mapping[str, AsyncTokenCredential]
"""By subscription, in lower case."""


def applications(tenants: Iterable[Tenant], identity: AsyncTokenCredential) -> Credentials:
    """The app's own: each tenant's application, vouched for by the managed identity."""
    return _by_subscription(tenants, lambda tenant: _Application(tenant, identity))


def logins(tenants: Iterable[Tenant], login: AsyncTokenCredential) -> Credentials:
    """A person's: the same login, for each tenant."""
    return _by_subscription(tenants, lambda tenant: _Login(tenant, login))


def _by_subscription(
    tenants: Iterable[Tenant], make: Callable[[Tenant], AsyncTokenCredential]
) -> Credentials:
    made = [(tenant, make(tenant)) for tenant in tenants]
    return {subscription: credential for tenant, credential in made for subscription in tenant.subscriptions}


class _InTenant(AsyncTokenCredential):
    """`get_token` raises `NetworkError` where the tenant refuses the sign-in."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    async def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        try:
            return await self._sign_in(*scopes, **options)
        except ClientAuthenticationError as error:
            refusal = _REFUSAL.search(error.message)
            if refusal is None:
                raise
            code = refusal[0]
            raise NetworkError(
                kind=CODES[code].kind if code in CODES else ErrorKind.NEEDS_A_PERSON,
                code=code,
                message=f"tenant {self._tenant.id} refuses the sign-in: "
                f"{_BOOKKEEPING.sub('', error.message[refusal.end() :]).lstrip(': ')}",
            ) from error

    async def _sign_in(self, *scopes: str, **options: Any) -> AccessToken:
        raise NotImplementedError

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class _Application(_InTenant):
    def __init__(self, tenant: Tenant, identity: AsyncTokenCredential) -> None:
        super().__init__(tenant)
        self._identity = identity
        self._assertion = ""
        self._credential = ClientAssertionCredential(tenant.id, tenant.client_id, lambda: self._assertion)

    async def _sign_in(self, *scopes: str, **options: Any) -> AccessToken:
        exchange = _EXCHANGE_OF_CLOUD.get(scopes[0], _EXCHANGE)
        self._assertion = (await self._identity.get_token(exchange)).token
        return await self._credential.get_token(*scopes, **options)

    async def close(self) -> None:
        await self._credential.close()


class _Login(_InTenant):
    def __init__(self, tenant: Tenant, login: AsyncTokenCredential) -> None:
        super().__init__(tenant)
        self._login = login

    async def _sign_in(self, *scopes: str, **options: Any) -> AccessToken:
        return await self._login.get_token(*scopes, **(options | {"tenant_id": self._tenant.id}))

    async def close(self) -> None:
        """The login is closed by whoever made it."""
