"""What was told, by this process and by others, what of it is still to be sent, and how both get into the shared
memory and out of it."""

import logging
from datetime import datetime

from .alerts import MAX_ALERTS, MAX_UNSENT, Alert, AlertContent, dump, newest, parse
from .facts import fact
from .outcome_events import OutcomeEvent
from .store import Store, StoreUnavailableError
from .unsaved_changes import UnsavedChanges

logger = logging.getLogger("interlinked")

_TRIES = 4


class AlertState:
    """Never fails: without its memory it knows what this process told, and keeps that until it can be saved."""

    def __init__(self, memory: Store) -> None:
        self._memory = memory
        self._told = UnsavedChanges[Alert, datetime](MAX_ALERTS)
        """Since when."""
        self._unsent = UnsavedChanges[str, OutcomeEvent](2 * MAX_UNSENT)
        """By ID."""
        self._etag: str | None = None
        self._was_read = False
        self._discarded: str | None = None
        """The ETag of content that could not be understood."""
        self._problem: str | None = None

    @property
    def told(self) -> dict[Alert, datetime]:
        return self._told.entries

    @property
    def unsent(self) -> list[OutcomeEvent]:
        return list(self._unsent.entries.values())

    @property
    def is_in_step(self) -> bool:
        """Whether the memory was read at least once, and holds all there is to say."""
        return self._was_read and not self._told.unsaved and not self._unsent.unsaved

    def note(self, notice: Alert, since: datetime | None) -> None:
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
        except StoreUnavailableError as error:
            self.fails(error)
            return False
        self._was_read = True
        try:
            kept = parse(content)
        except ValueError as error:
            kept = AlertContent()
            if self._etag != self._discarded:
                logger.warning(fact("memory discarded", reason=error))
            self._discarded = self._etag
        self._told.kept, self._unsent.kept = kept.told, kept.unsent
        return True

    async def save(self) -> bool:
        """To be called after a successful `read`; what others saved since then is kept."""
        for _ in range(_TRIES):
            notices, messages = self._told.unsaved, self._unsent.unsaved
            wanted = AlertContent(told=newest(self.told), unsent=self._unsent.entries)
            is_news = wanted != AlertContent(told=self._told.kept, unsent=self._unsent.kept)
            if is_news or (self._etag is not None and self._etag == self._discarded):
                try:
                    saved = await self._memory.save(dump(wanted), self._etag)
                except StoreUnavailableError as error:
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
        self.fails(StoreUnavailableError("Conflict", f"others were quicker {_TRIES} times"))
        return False

    def fails(self, error: StoreUnavailableError) -> None:
        if error.code != self._problem:
            advice = f"{error.advice}; until then lines may be repeated"
            logger.warning(fact("memory unavailable", code=error.code, message=error, advice=advice))
        self._problem = error.code

    def _works(self) -> None:
        if self._problem is not None:
            logger.info(fact("memory available again"))
        self._problem = None
