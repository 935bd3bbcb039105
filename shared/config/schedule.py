"""When the timer runs: NCRONTAB, as the Functions host reads it.

https://github.com/atifaziz/NCrontab
"""

import re
from calendar import Month
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from croniter import croniter

DEFAULT_SCHEDULE = "0 */5 * * * *"
_SCHEDULE_FORMAT = (
    f"NCRONTAB of six fields, seconds first, such as {DEFAULT_SCHEDULE}, or five without the seconds"
)


def parse_schedule(text: str) -> str:
    """The text itself. Raises `ValueError` where it is no schedule, or one that never comes."""
    try:
        # Raises ValueError for days that never come, such as 30 February.
        _ticks(text, datetime(2000, 1, 1, tzinfo=UTC)).get_next()
    except ValueError as error:
        raise ValueError(f"is not a schedule ({error}), accepted is {_SCHEDULE_FORMAT}") from error
    return text


def schedule_or_default(environ: Mapping[str, str]) -> str:
    """The schedule if it is valid, else the default; the problem itself is for `Settings.from_environ` to report."""
    text = environ.get("RECONCILE_SCHEDULE", "").strip()
    try:
        return parse_schedule(text) if text else DEFAULT_SCHEDULE
    except ValueError:
        return DEFAULT_SCHEDULE


def two_periods(schedule: str, now: datetime) -> timedelta:
    """How long the last two whole periods of the schedule before `now` took."""
    ticks = _ticks(schedule, now)
    last: datetime = ticks.get_prev()
    ticks.get_prev()
    before: datetime = ticks.get_prev()
    return last - before


def _ticks(schedule: str, start: datetime) -> "croniter":
    from croniter import croniter  # imported here, since whoever reads settings does not always need it

    lists = [
        ",".join(str(value) for value in sorted(_values(part, *limits)))
        for part, limits in zip(_split(schedule), _SCHEDULE_FIELDS, strict=True)
    ]
    return croniter(" ".join(lists), start, datetime, day_or=False, second_at_beginning=True)


_MONTHS = tuple(month.name for month in Month)
_DAYS = ("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")
_SCHEDULE_FIELDS: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (0, 59, ()),
    (0, 59, ()),
    (0, 23, ()),
    (1, 31, ()),
    (1, 12, _MONTHS),
    (0, 6, _DAYS),
)


def _split(text: str) -> list[str]:
    parts = [part for part in text.split(" ") if part]  # a tab is none of the host's separators
    if len(parts) not in {5, 6}:
        raise ValueError(f"it has {len(parts)} fields")
    return parts if len(parts) == 6 else ["0", *parts]


def _values(text: str, low: int, high: int, words: tuple[str, ...]) -> set[int]:
    """The numbers a field stands for, as NCrontab reads it: ranges may run backwards and Sunday is only ever 0."""
    return {value for part in text.split(",") for value in _part(part, low, high, words)}


def _part(text: str, low: int, high: int, words: tuple[str, ...]) -> Iterator[int]:
    span, slash, step = text.partition("/")
    if slash and not re.fullmatch("[0-9]{1,9}", step):
        raise ValueError(f"{text!r} has no number after the slash")
    first, dash, last = span.partition("-")
    if span == "*":
        start, end = low, high
    else:
        start = _number(first, low, high, words)
        end = _number(last, low, high, words) if dash else high if slash else start
    yield from range(min(start, end), max(start, end) + 1, max(int(step or 1), 1))


def _number(text: str, low: int, high: int, words: tuple[str, ...]) -> int:
    for number, word in enumerate(words, start=low):
        if text and word.startswith(text.upper()):
            return number
    if not re.fullmatch("[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise ValueError(f"{text!r} is not between {low} and {high}")
    return int(text)
