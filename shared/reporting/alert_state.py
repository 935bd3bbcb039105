"""The state of alerts, open changes and unsent outcome events: as the store has it, with what this process has not
saved yet."""

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
    """Raises nothing: while the store is unavailable it has what this process reported, and saves that later."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._alerts = UnsavedChanges[Alert, datetime](MAX_ALERTS)
        self._unsent = UnsavedChanges[str, OutcomeEvent](2 * MAX_UNSENT)
        self._etag: str | None = None
        self._was_read = False
        self._discarded: str | None = None
        """The ETag of content that could not be understood."""
        self._problem: str | None = None
        """The code of the last failure; None once the store works again."""

    @property
    def reported(self) -> dict[Alert, datetime]:
        """When each alert was reported, by any instance."""
        return self._alerts.entries

    @property
    def unsent(self) -> list[OutcomeEvent]:
        """The outcome events that are still to be sent, of any instance."""
        return list(self._unsent.entries.values())

    @property
    def is_saved(self) -> bool:
        """Whether the store was read at least once, and has everything."""
        return self._was_read and not self._alerts.unsaved and not self._unsent.unsaved

    def set_alert(self, alert: Alert, since: datetime | None) -> None:
        """Reported at that time; None is resolved."""
        self._alerts.set(alert, since)

    def add_unsent(self, event: OutcomeEvent) -> None:
        self._unsent.set(event.id, event)

    def remove_unsent(self, event: OutcomeEvent) -> None:
        self._unsent.set(event.id, None)

    async def read(self) -> bool:
        """Returns whether the store could be read. Content that cannot be understood counts as empty."""
        try:
            content, self._etag = await self._store.load()
        except StoreUnavailableError as error:
            self.report_failure(error)
            return False
        self._was_read = True
        try:
            saved = parse(content)
        except ValueError as error:
            saved = AlertContent()
            if self._etag != self._discarded:
                logger.warning(fact("memory discarded", reason=error))
            self._discarded = self._etag
        self._alerts.saved, self._unsent.saved = saved.reported, saved.unsent
        return True

    async def save(self) -> bool:
        """Returns whether everything is saved. Comes after a successful `read`; what others saved since then stays."""
        for _ in range(_TRIES):
            alerts, events = self._alerts.unsaved, self._unsent.unsaved
            wanted = AlertContent(reported=newest(self.reported), unsent=self._unsent.entries)
            is_changed = wanted != AlertContent(reported=self._alerts.saved, unsent=self._unsent.saved)
            if is_changed or (self._etag is not None and self._etag == self._discarded):
                try:
                    saved = await self._store.save(dump(wanted), self._etag)
                except StoreUnavailableError as error:
                    self.report_failure(error)
                    return False
                if not saved:
                    if not await self.read():
                        return False
                    continue
            self._alerts.mark_saved(wanted.reported, alerts)
            self._unsent.mark_saved(wanted.unsent, events)
            if self._problem is not None:
                logger.info(fact("memory available again"))
            self._problem = None
            return True
        self.report_failure(StoreUnavailableError("Conflict", f"others were quicker {_TRIES} times"))
        return False

    def report_failure(self, error: StoreUnavailableError) -> None:
        """Logs a failure of the store, once for as long as its code stays the same."""
        if error.code != self._problem:
            advice = f"{error.advice}; until then lines may be repeated"
            logger.warning(fact("memory unavailable", code=error.code, message=error, advice=advice))
        self._problem = error.code
