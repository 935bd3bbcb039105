"""How much Event Grid has done."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Counters:
    """Numbers since the start.

    `published` counts events; `attempts` and `retried` count requests; the others count events per
    subscription. With nothing under way, and no subscription ended before its events were,
    matched + duplicated = delivered + lost + dead_lettered + dropped.
    """

    published: int = 0
    matched: int = 0
    duplicated: int = 0
    attempts: int = 0
    retried: int = 0
    delivered: int = 0
    lost: int = 0
    dead_lettered: int = 0
    dropped: int = 0
