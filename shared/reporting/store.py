"""Where reporting keeps a few bytes across restarts. No decision rests on them."""

from typing import Protocol

CONNECT_SECONDS, READ_SECONDS = 2.0, 3.0
MAX_STORE_SECONDS = CONNECT_SECONDS + READ_SECONDS
"""How long the store may keep a run waiting."""
_SETTING = "correct AzureWebJobsStorage, or the setting that begins with it"
_IDENTITY = "give the app the identity that AzureWebJobsStorage__clientId or AZURE_CLIENT_ID names"
_REACH = "see that the storage account exists, and that its firewall lets the app through"
_ADVICE = {
    "AuthorizationPermissionMismatch": "give the app's identity Storage Blob Data Contributor or Owner on its "
    "storage account",
    **dict.fromkeys(("ClientAuthenticationError", "CredentialUnavailableError"), _IDENTITY),
    **dict.fromkeys(("AuthenticationFailed", "AzureSigningError", "ValueError"), _SETTING),
    "KeyBasedAuthenticationNotPermitted": "name the account in AzureWebJobsStorage__accountName, without a key",
    **dict.fromkeys(("AuthorizationFailure", "ServiceRequestError"), _REACH),
}
"""By the code of storage, or the name of the SDK's error or of Python's."""


class StoreUnavailableError(Exception):
    """The store cannot be read or written now; `code` stays the same while that lasts."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
        self.advice = _ADVICE.get(code, "nothing for now; if it lasts, look at the storage account")


class Store(Protocol):
    """One piece of content that several instances share. Both methods raise `StoreUnavailableError`."""

    async def load(self) -> tuple[bytes, str | None]:
        """The content and its ETag; empty and None where nothing was saved yet."""

    async def save(self, content: bytes, etag: str | None) -> bool:
        """Returns whether it was saved: not if another instance saved since `etag` was read."""


class ProcessStore:
    """The store of an app without storage: it lasts as long as the process."""

    def __init__(self) -> None:
        self._content = b""
        self._version = 0

    def _etag(self) -> str | None:
        return str(self._version) if self._version else None

    async def load(self) -> tuple[bytes, str | None]:
        return self._content, self._etag()

    async def save(self, content: bytes, etag: str | None) -> bool:
        if etag != self._etag():
            return False
        self._content, self._version = content, self._version + 1
        return True
