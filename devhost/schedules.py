"""NCRONTAB, the schedule language of timer triggers.

`{second} {minute} {hour} {day} {month} {day of week}`, the first of them optional, in UTC:
https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions. The fields are
read here as NCrontab reads them (https://github.com/atifaziz/NCrontab, `NCrontab/CrontabFieldImpl.cs`), so that an
expression is accepted or refused as in Azure. Against the usual cron: the day of the month and the day of the week
must both match, Sunday is 0 and never 7, a range written backwards is turned around, and there is no `L`, `#`, `?`
or `@daily`. Finding the next match in the calendar is left to croniter.
"""

import re
from calendar import Month
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from croniter import CroniterBadDateError, croniter


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()

    def values(self, text: str) -> set[int]:
        return {value for part in text.split(",") for value in self._part(part)}

    def _part(self, part: str) -> Iterator[int]:
        span, slash, step = part.partition("/")
        if slash and not _is_number(step):
            raise ValueError(f"{part!r} has no number after the slash")
        first, dash, last = span.partition("-")
        if span == "*":
            start, end = self.low, self.high
        else:
            start = self._number(first)
            end = self._number(last) if dash else self.high if slash else start
        yield from range(min(start, end), max(start, end) + 1, max(int(step or 1), 1))

    def _number(self, text: str) -> int:
        for number, word in enumerate(self.words, start=self.low):
            if text and word.startswith(text.upper()):
                return number
        if not _is_number(text) or not self.low <= int(text) <= self.high:
            raise ValueError(f"{text!r} is not a {self.name} ({self.low} to {self.high})")
        return int(text)


_FIELDS = (
    _Field(name="second", low=0, high=59),
    _Field(name="minute", low=0, high=59),
    _Field(name="hour", low=0, high=23),
    _Field(name="day of the month", low=1, high=31),
    _Field(name="month", low=1, high=12, words=tuple(month.name for month in Month)),
    _Field(
        name="day of the week",
        low=0,
        high=6,
        words=("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"),
    ),
)


def _is_number(text: str) -> bool:
    """Digits of other scripts are none, and ten digits overflow in the host."""
    return re.fullmatch("[0-9]{1,9}", text) is not None


def _split(text: str) -> list[str]:
    parts = [part for part in text.split(" ") if part]  # at no other white space
    if len(parts) not in {5, 6}:
        raise ValueError(f"it has {len(parts)} fields, not 6 (or 5, without the seconds)")
    return parts if len(parts) == 6 else ["0", *parts]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a timer fires."""

    text: str
    lists: str
    """The same with every field as a list of numbers, a form that leaves croniter nothing to interpret."""

    @classmethod
    def parse(cls, text: str) -> "Schedule":
        try:
            fields = [field.values(part) for field, part in zip(_FIELDS, _split(text), strict=True)]
            schedule = cls(text, " ".join(",".join(map(str, sorted(values))) for values in fields))
            schedule.next_after(datetime(2000, 1, 1, tzinfo=UTC))
        except CroniterBadDateError as error:
            raise ValueError(f"{text!r} is not a schedule: no such day ever comes") from error
        except ValueError as error:
            raise ValueError(f"{text!r} is not a schedule: {error}") from error
        return schedule

    def next_after(self, moment: datetime) -> datetime:
        """The first match in a second later than this one."""
        whole_second = moment.replace(microsecond=0)
        found: datetime = croniter(
            self.lists, whole_second, datetime, day_or=False, second_at_beginning=True
        ).get_next()
        return found

    def is_under_a_minute(self, now: datetime) -> bool:
        """Whether it fires more than once in the minute to come."""
        return self.next_after(self.next_after(now)) <= now + timedelta(minutes=1)
