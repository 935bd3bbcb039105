"""Where reporting keeps a few bytes across restarts. No decision rests on them."""

from typing import Protocol


class StoreUnavailableError(Exception):
    """The store cannot be read or written now; `code` stays the same while that lasts."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class Store(Protocol):
    """One piece of content that several instances share. Both methods raise `StoreUnavailableError`."""

    async def load(self) -> tuple[bytes, str | None]:
        """The content and its ETag; empty and None where nothing was saved yet."""
        ...

    async def save(self, content: bytes, etag: str | None) -> bool:
        """Returns whether it was saved: not if another instance saved since `etag` was read."""
        ...


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
