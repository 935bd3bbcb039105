"""Who the caller is: whatever login azure-identity finds, or the identity that a served simulator hands out.

The one file here that knows azure-identity. It is imported only when it is needed, after the environment is
complete: TLS trust is settled when the SDK's HTTP library is imported.
"""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ..config.settings import Settings
from ..model.errors import ErrorKind, NetworkError

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

    from ..azure.arm import ArmClient


_READ_BY_SDK = ("AZURE_", "IDENTITY_", "SSL_CERT_")


@asynccontextmanager
async def logged_in(
    settings: Settings, environ: Mapping[str, str]
) -> "AsyncIterator[tuple[ArmClient, AsyncTokenCredential]]":
    os.environ.update({name: value for name, value in environ.items() if name.startswith(_READ_BY_SDK)})
    from azure.identity.aio import DefaultAzureCredential

    from ..azure.arm import ArmClient
    from ..azure.credentials import logins

    tenants = settings.document.tenants
    credential = DefaultAzureCredential(
        managed_identity_client_id=settings.client_id,
        additionally_allowed_tenants=[tenant.id for tenant in tenants],
    )
    arm = ArmClient(credential, settings.arm_endpoint, logins(tenants, credential))
    try:
        yield arm, credential
    finally:
        await arm.close()


async def token_of(credential: "AsyncTokenCredential", settings: Settings) -> str:
    """Raises `NetworkError` where nobody is logged in."""
    from azure.core.exceptions import AzureError

    try:
        return (await credential.get_token(f"{settings.arm_endpoint}/.default")).token
    except AzureError as error:
        raise NetworkError(
            kind=ErrorKind.NEEDS_A_PERSON, code="AuthenticationFailed", message=error.message
        ) from error
