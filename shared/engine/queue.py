"""A work queue with the semantics of client-go's: https://pkg.go.dev/k8s.io/client-go/util/workqueue

A key that is added twice is worked on once. One that is added while a worker has it is worked on again afterwards.
No two workers have the same key.
"""

import asyncio
from collections.abc import Callable, Collection, Hashable


class WorkQueue[Key: Hashable, Hint]:
    """Keys in the order in which they were added, each with the joined hints of all who added it.

    `join` puts two hints together; `on_ready` is called when `get` may have something new.
    """

    def __init__(self, join: Callable[[Hint, Hint], Hint], on_ready: Callable[[], None]) -> None:
        self._join = join
        self._on_ready = on_ready
        self._waiting: dict[Key, Hint | None] = {}
        self._held: set[Key] = set()
        self._timers: dict[Key, asyncio.TimerHandle] = {}
        self._done_at: dict[Key, int] = {}
        self._wake: dict[Key, set[Key]] = {}
        """By a key: those to add when it is let go."""
        self._count = 0

    def __len__(self) -> int:
        """How many keys wait for a worker, those with a delay included."""
        return len(self._waiting) + len(self._timers)

    def __contains__(self, key: Key) -> bool:
        """Whether it is to be worked on, again where somebody has it."""
        return key in self._waiting or key in self._timers

    def add(self, key: Key, hint: Hint | None = None) -> None:
        """To be worked on as soon as a worker is free; a delay that it had is over."""
        if timer := self._timers.pop(key, None):
            timer.cancel()
        known = self._waiting.get(key)
        self._waiting[key] = (
            self._join(known, hint) if known is not None and hint is not None else hint or known
        )
        self._on_ready()

    def add_after(self, key: Key, seconds: float) -> None:
        """To be worked on in `seconds`, unless it is added before."""
        if seconds <= 0 or key in self._waiting:
            self.add(key)
            return
        if timer := self._timers.pop(key, None):
            timer.cancel()
        self._timers[key] = asyncio.get_running_loop().call_later(seconds, self.add, key)

    def add_when_done(self, key: Key, others: Collection[Key]) -> None:
        """To be worked on when the first of `others`, which are held, is let go."""
        for other in others:
            self._wake.setdefault(other, set()).add(key)

    def get(self) -> tuple[Key, Hint | None] | None:
        """The next key that nobody has; it is held until `done`."""
        key = next((key for key in self._waiting if key not in self._held), None)
        if key is None:
            return None
        self._held.add(key)
        return key, self._waiting.pop(key)

    def mark(self) -> int:
        """A moment for `hold`: what is looked at from now on shows all that was done until now."""
        return self._count

    def hold(self, key: Key, since: int) -> bool:
        """Takes a key for another key's worker, unless somebody has it or has had it since that moment."""
        if key in self._held or self._done_at.get(key, 0) > since:
            return False
        self._held.add(key)
        return True

    def is_held(self, key: Key) -> bool:
        return key in self._held

    def done(self, key: Key) -> None:
        """Lets a key go. Whoever added it meanwhile is served by a look that begins later."""
        self._held.discard(key)
        self._count += 1
        self._done_at[key] = self._count
        for other in self._wake.pop(key, ()):
            self.add(other)
        self._on_ready()

    def clear(self) -> None:
        """Drops what waits."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._waiting.clear()
        self._wake.clear()
