"""A store of reporting as a blob in the app's own storage account, the one that AzureWebJobsStorage names.

https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ..reporting.store import CONNECT_SECONDS, READ_SECONDS, ProcessStore, Store, StoreUnavailableError

if TYPE_CHECKING:
    from azure.storage.blob.aio import BlobClient, BlobServiceClient

CONTAINER, BLOB = "interlinked", "told.json"
_CONNECTION = "AzureWebJobsStorage"
_MOST_BYTES = 1024 * 1024
"""Several times what is ever written; a larger blob is cut off, so it is discarded as unreadable."""
_CLIENT_OPTIONS: Mapping[str, Any] = {
    "api_version": "2023-11-03",  # of those that Azurite knows as well
    "retry_total": 0,
    "connection_timeout": CONNECT_SECONDS,
    "read_timeout": READ_SECONDS,
}


def store_of(environ: Mapping[str, str], client_id: str | None, blob: str = BLOB) -> Store:
    """The store that the settings name. A connection string wins, as it does for the Functions host."""

    def setting(name: str) -> str:
        return environ.get(name, "").strip()

    text, uri = setting(_CONNECTION), setting(f"{_CONNECTION}__blobServiceUri")
    account = setting(f"{_CONNECTION}__accountName")
    if text:
        return BlobStore(lambda: _by_connection_string(text), blob)
    if uri or account:
        uri = uri or f"https://{account}.blob.core.windows.net"
        identity = setting(f"{_CONNECTION}__clientId") or client_id
        return BlobStore(lambda: _by_identity(uri, identity), blob)
    return ProcessStore()


def _by_connection_string(text: str) -> "BlobServiceClient":
    from azure.storage.blob.aio import BlobServiceClient

    return BlobServiceClient.from_connection_string(text, **_CLIENT_OPTIONS)


def _by_identity(uri: str, client_id: str | None) -> "BlobServiceClient":
    from azure.identity.aio import ManagedIdentityCredential
    from azure.storage.blob.aio import BlobServiceClient

    return BlobServiceClient(uri, ManagedIdentityCredential(client_id=client_id), **_CLIENT_OPTIONS)


class BlobStore:
    """Connects on first use: a run with nothing to store never imports the SDK."""

    def __init__(self, connect: Callable[[], "BlobServiceClient"], blob: str = BLOB) -> None:
        self._connect = connect
        self._name = blob
        self._service: BlobServiceClient | None = None

    def _blob(self) -> "BlobClient":
        if self._service is None:
            self._service = self._connect()
        return self._service.get_blob_client(CONTAINER, self._name)

    async def load(self) -> tuple[bytes, str | None]:
        async with _errors():
            from azure.core.exceptions import ResourceNotFoundError

            try:
                download = await self._blob().download_blob(offset=0, length=_MOST_BYTES)
                return await download.readall(), download.properties.etag
            except ResourceNotFoundError:
                return b"", None

    async def save(self, content: bytes, etag: str | None) -> bool:
        async with _errors():
            from azure.core.exceptions import ResourceNotFoundError

            try:
                return await self._upload(content, etag)
            except ResourceNotFoundError:
                await self._create_container()
                return await self._upload(content, None)

    async def _upload(self, content: bytes, etag: str | None) -> bool:
        from azure.core import MatchConditions
        from azure.core.exceptions import ResourceExistsError, ResourceModifiedError

        condition: dict[str, Any] = (
            {"etag": etag, "match_condition": MatchConditions.IfNotModified}
            if etag
            else {"match_condition": MatchConditions.IfMissing}
        )
        try:
            await self._blob().upload_blob(content, overwrite=True, **condition)
        except (ResourceExistsError, ResourceModifiedError):
            return False
        return True

    async def _create_container(self) -> None:
        from azure.core.exceptions import ResourceExistsError

        if self._service is not None:
            try:
                await self._service.create_container(CONTAINER)
            except ResourceExistsError:
                return

    async def close(self) -> None:
        if self._service is not None:
            await self._service.close()


@asynccontextmanager
async def _errors() -> AsyncIterator[None]:
    """Turns whatever storage, the SDK or a malformed setting raises into `StoreUnavailableError`."""
    try:
        yield
    except Exception as error:
        code = getattr(error, "error_code", None)
        name = str(getattr(code, "value", code) or type(error).__name__)
        raise StoreUnavailableError(name, str(error)) from error
