"""What was told, by this process and by others, and how it gets into the shared memory and out of it."""

import logging
from datetime import datetime

from shared.journal.memory import Memory, MemoryUnavailableError
from shared.journal.told import MOST_NOTICES, Notice, dump, newest, parse
from shared.telemetry import fact

logger = logging.getLogger("interlinked")

_TRIES = 4


class Ledger:
    """Never fails: without its memory it knows what this process told, and keeps that until it can be saved."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._kept: dict[Notice, datetime] = {}
        self._etag: str | None = None
        self._unsaved: dict[Notice, datetime | None] = {}
        """Since when each was told; None is over."""
        self._was_read = False
        self._discarded: str | None = None
        """The ETag of content that could not be understood."""
        self._problem: str | None = None

    @property
    def told(self) -> dict[Notice, datetime]:
        told = dict(self._kept)
        for notice, since in self._unsaved.items():
            if since is None:
                told.pop(notice, None)
            else:
                told[notice] = since
        return told

    @property
    def is_in_step(self) -> bool:
        """Whether the memory was read at least once, and holds all there is to say."""
        return self._was_read and not self._unsaved

    def note(self, notice: Notice, since: datetime | None) -> None:
        self._unsaved.pop(notice, None)
        self._unsaved[notice] = since
        if len(self._unsaved) > MOST_NOTICES:
            del self._unsaved[next(iter(self._unsaved))]

    async def read(self) -> bool:
        try:
            content, self._etag = await self._memory.load()
        except MemoryUnavailableError as error:
            self.fails(error)
            return False
        self._was_read = True
        try:
            self._kept = parse(content)
        except ValueError as error:
            self._kept = {}
            if self._etag != self._discarded:
                logger.warning(fact("memory discarded", reason=error))
            self._discarded = self._etag
        return True

    async def save(self) -> bool:
        """To be called after a successful `read`; what others saved since then is kept."""
        for _ in range(_TRIES):
            unsaved, wanted = dict(self._unsaved), newest(self.told)
            if wanted != self._kept or (self._etag is not None and self._etag == self._discarded):
                try:
                    saved = await self._memory.save(dump(wanted), self._etag)
                except MemoryUnavailableError as error:
                    self.fails(error)
                    return False
                if not saved:
                    if not await self.read():
                        return False
                    continue
            self._kept = wanted
            self._unsaved = {
                notice: since
                for notice, since in self._unsaved.items()
                if notice not in unsaved or unsaved[notice] != since
            }
            self._works()
            return True
        self.fails(MemoryUnavailableError("Conflict", f"others were quicker {_TRIES} times"))
        return False

    def fails(self, error: MemoryUnavailableError) -> None:
        if error.code != self._problem:
            logger.warning(
                fact(
                    "memory unavailable",
                    code=error.code,
                    message=error,
                    advice="give the app's identity Storage Blob Data Contributor or Owner on its storage "
                    "account; until then lines may be repeated",
                )
            )
        self._problem = error.code

    def _works(self) -> None:
        if self._problem is not None:
            logger.info(fact("memory available again"))
        self._problem = None
