"""Entries as they were last read from a store, and the changes to them that this process has not saved yet."""


class UnsavedChanges[Key, Value]:
    """Has at most `most_unsaved` changes: the oldest are dropped beyond that."""

    def __init__(self, most_unsaved: int) -> None:
        self.saved: dict[Key, Value] = {}
        """The entries of the store, as they were last read or saved."""
        self._unsaved: dict[Key, Value | None] = {}
        """None is removed."""
        self._most = most_unsaved

    @property
    def entries(self) -> dict[Key, Value]:
        """All entries, with the unsaved changes."""
        entries = self.saved | self._unsaved
        return {key: value for key, value in entries.items() if value is not None}

    @property
    def unsaved(self) -> dict[Key, Value | None]:
        """The unsaved changes; None is removed."""
        return dict(self._unsaved)

    def set(self, key: Key, value: Value | None) -> None:
        """Changes one entry; None removes it."""
        self._unsaved.pop(key, None)
        self._unsaved[key] = value
        if len(self._unsaved) > self._most:
            del self._unsaved[next(iter(self._unsaved))]

    def mark_saved(self, saved: dict[Key, Value], unsaved: dict[Key, Value | None]) -> None:
        """Takes the entries that were saved, and the changes among them; later changes stay unsaved."""
        self.saved = saved
        self._unsaved = {
            key: value for key, value in self._unsaved.items() if key not in unsaved or unsaved[key] != value
        }
