"""What was told, by this process and by others, what of it is still to be sent, and how both get into the shared
memory and out of it."""

import logging
from datetime import datetime

from shared.journal.memory import Memory, MemoryUnavailableError
from shared.journal.outcomes import OutcomeEvent
from shared.journal.overlay import Overlay
from shared.journal.told import MOST_NOTICES, MOST_UNSENT, Kept, Notice, dump, newest, parse
from shared.telemetry import fact

logger = logging.getLogger("interlinked")

_TRIES = 4


class Ledger:
    """Never fails: without its memory it knows what this process told, and keeps that until it can be saved."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._told = Overlay[Notice, datetime](MOST_NOTICES)
        """Since when."""
        self._unsent = Overlay[str, OutcomeEvent](2 * MOST_UNSENT)
        """By ID."""
        self._etag: str | None = None
        self._was_read = False
        self._discarded: str | None = None
        """The ETag of content that could not be understood."""
        self._problem: str | None = None

    @property
    def told(self) -> dict[Notice, datetime]:
        return self._told.entries

    @property
    def unsent(self) -> list[OutcomeEvent]:
        return list(self._unsent.entries.values())

    @property
    def is_in_step(self) -> bool:
        """Whether the memory was read at least once, and holds all there is to say."""
        return self._was_read and not self._told.unsaved and not self._unsent.unsaved

    def note(self, notice: Notice, since: datetime | None) -> None:
        """Told since then; None is over."""
        self._told.note(notice, since)

    def keep(self, event: OutcomeEvent) -> None:
        """Until it is sent, or given up."""
        self._unsent.note(event.id, event)

    def drop(self, event: OutcomeEvent) -> None:
        self._unsent.note(event.id, None)

    async def read(self) -> bool:
        try:
            content, self._etag = await self._memory.load()
        except MemoryUnavailableError as error:
            self.fails(error)
            return False
        self._was_read = True
        try:
            kept = parse(content)
        except ValueError as error:
            kept = Kept()
            if self._etag != self._discarded:
                logger.warning(fact("memory discarded", reason=error))
            self._discarded = self._etag
        self._told.kept, self._unsent.kept = kept.told, kept.unsent
        return True

    async def save(self) -> bool:
        """To be called after a successful `read`; what others saved since then is kept."""
        for _ in range(_TRIES):
            notices, messages = self._told.unsaved, self._unsent.unsaved
            wanted = Kept(told=newest(self.told), unsent=self._unsent.entries)
            is_news = wanted != Kept(told=self._told.kept, unsent=self._unsent.kept)
            if is_news or (self._etag is not None and self._etag == self._discarded):
                try:
                    saved = await self._memory.save(dump(wanted), self._etag)
                except MemoryUnavailableError as error:
                    self.fails(error)
                    return False
                if not saved:
                    if not await self.read():
                        return False
                    continue
            self._told.saved(wanted.told, notices)
            self._unsent.saved(wanted.unsent, messages)
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
