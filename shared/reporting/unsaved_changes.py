"""Entries as they were last read, and what this process changed since and has not saved yet."""


class UnsavedChanges[Key, Value]:
    def __init__(self, most_unsaved: int) -> None:
        self.kept: dict[Key, Value] = {}
        self._unsaved: dict[Key, Value | None] = {}
        """None is gone."""
        self._most = most_unsaved

    @property
    def entries(self) -> dict[Key, Value]:
        entries = dict(self.kept)
        for key, value in self._unsaved.items():
            if value is None:
                entries.pop(key, None)
            else:
                entries[key] = value
        return entries

    @property
    def unsaved(self) -> dict[Key, Value | None]:
        return dict(self._unsaved)

    def note(self, key: Key, value: Value | None) -> None:
        """The oldest gives way where there are too many."""
        self._unsaved.pop(key, None)
        self._unsaved[key] = value
        if len(self._unsaved) > self._most:
            del self._unsaved[next(iter(self._unsaved))]

    def saved(self, kept: dict[Key, Value], unsaved: dict[Key, Value | None]) -> None:
        """`kept` is what was saved, and has what `unsaved` was then."""
        self.kept = kept
        self._unsaved = {
            key: value for key, value in self._unsaved.items() if key not in unsaved or unsaved[key] != value
        }
