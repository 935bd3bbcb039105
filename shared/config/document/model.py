"""The topology document: which networks are hubs and spokes, and the limits on changing them.

A document from outside goes through `parsing.read_document`, which reports everything wrong with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from ...model.ids import VnetId
from ..peering_policy import HUB_ROLE_TAG
from .conditions import Conditions

DEFAULT_TAG_PREFIX = "peering-"
NO_TAGS: Mapping[str, str] = MappingProxyType({})


class Unselected(StrEnum):
    """What becomes of the peerings of a network that the rules no longer make a spoke."""

    KEEP = "keep"
    REMOVE = "remove"


class Day(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_WEEK = tuple(Day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A hub, by its ID or by how to recognise it."""

    name: str
    id: VnetId | None = None
    location: str | None = None
    tags: Mapping[str, str] = NO_TAGS
    subscription: str | None = None
    """Where to look for it, if not in the subscriptions looked after."""
    if_several: Mapping[str, str] = NO_TAGS
    """Tags that decide where several networks fit."""
    regions: tuple[str, ...] = ()
    """Regions whose spokes it serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncludeRule:
    """Networks that are spokes or not; `path` is where it stands in the document."""

    path: str
    conditions: Conditions
    hub: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one run may change without a person."""

    deletions: int = 10
    deletions_percent: int = 25
    changes: int | None = None

    def deletions_allowed(self, peerings: int) -> int:
        """How many of a hub's `peerings` one run may delete; rounded up, so that a small hub can lose one."""
        return min(self.deletions, -(-peerings * self.deletions_percent // 100))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWindow:
    """A time of the week; where the end is not after the start, it is on the next day."""

    days: tuple[Day, ...] = _WEEK
    start: int
    """Minutes after midnight."""
    end: int
    """Minutes after midnight, up to 24:00."""
    time_zone: str = "UTC"

    def is_open(self, moment: datetime) -> bool:
        """`moment` has to be aware of its time zone."""
        local = moment.astimezone(ZoneInfo(self.time_zone))
        minute, today = local.hour * 60 + local.minute, _WEEK[local.weekday()]
        opening = self._opening(local)
        if self.start < self.end <= opening.hour * 60 + opening.minute:  # wholly skipped, so it comes later
            is_over = local >= opening + timedelta(minutes=self.end - self.start)
            return today in self.days and local >= opening and not is_over
        if self.start < self.end:
            return today in self.days and self.start <= minute < self.end
        yesterday = _WEEK[(local - timedelta(days=1)).weekday()]
        return (today in self.days and minute >= self.start) or (yesterday in self.days and minute < self.end)

    def next_opening(self, moment: datetime) -> datetime:
        """The first start after `moment`, in the time zone of the window."""
        local = moment.astimezone(ZoneInfo(self.time_zone))
        days = (local + timedelta(days=number) for number in range(-1, len(_WEEK) + 1))
        starts = (self._opening(day) for day in days if _WEEK[day.weekday()] in self.days)
        return next(start for start in starts if start.astimezone(UTC) > moment)

    def _opening(self, day: datetime) -> datetime:
        """When it opens on a day; where daylight saving skips its start, when the clocks are put forward."""
        start = day.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + timedelta(minutes=self.start)
        while start.astimezone(UTC).astimezone(start.tzinfo) != start:
            start += timedelta(minutes=1)
        return start


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A Microsoft Entra tenant, ours or another, and the application that is known there."""

    id: str
    client_id: str
    subscriptions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopologyDocument:
    hubs: tuple[Hub, ...]
    default_hub: str | None = None
    mesh: bool = False
    include: tuple[IncludeRule, ...] = ()
    """Without any, every network is included."""
    exclude: tuple[IncludeRule, ...] = ()
    unselected: Unselected = Unselected.KEEP
    tag_prefix: str = DEFAULT_TAG_PREFIX
    limits: Limits = field(default_factory=Limits)
    change_windows: tuple[ChangeWindow, ...] = ()
    subscriptions: tuple[str, ...] = ()
    """The first is the default one; without any, the deployment's own."""
    tenants: tuple[Tenant, ...] = ()

    @property
    def fallback(self) -> str | None:
        """The name of the hub of spokes for which nothing else names one."""
        return self.hubs[0].name if len(self.hubs) == 1 else self.default_hub

    @property
    def mode_tag(self) -> str:
        return f"{self.tag_prefix}mode"

    @property
    def hub_tag(self) -> str:
        return f"{self.tag_prefix}hub"

    def hub(self, name: str) -> Hub | None:
        return next((hub for hub in self.hubs if hub.name.lower() == name.lower()), None)

    def hub_serving(self, region: str) -> Hub | None:
        return next((hub for hub in self.hubs if region in hub.regions), None)

    def looked_after(self, own: str) -> tuple[str, ...]:
        """The subscriptions whose networks may be spokes; `own` is the deployment's."""
        return self.subscriptions or (own.lower(),)

    def may_only_add(self, moment: datetime) -> bool:
        """Whether it is outside every change window, where there are any."""
        return bool(self.change_windows) and not any(window.is_open(moment) for window in self.change_windows)

    def next_opening(self, moment: datetime) -> datetime:
        """When the next change window opens; there has to be one."""
        openings = (window.next_opening(moment) for window in self.change_windows)
        return min(openings, key=lambda opening: opening.astimezone(UTC))


def document_of_hub(hub_vnet_id: VnetId | None, hub_location: str | None) -> TopologyDocument:
    """The document that the settings `HUB_VNET_ID` and `HUB_LOCATION` stand for; exactly one is set."""
    if hub_vnet_id:
        return TopologyDocument(hubs=(Hub(name="hub", id=hub_vnet_id),))
    return TopologyDocument(hubs=(Hub(name="hub", location=hub_location, if_several={HUB_ROLE_TAG: "hub"}),))
