"""What a right document becomes, and what its values mean."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.config.document.conditions import Conditions
from shared.config.document.loading import load_document, parse_document
from shared.config.document.model import (
    ChangeWindow,
    Day,
    Hub,
    IncludeRule,
    Limits,
    Tenant,
    TopologyDocument,
    Unselected,
    document_of_hub,
)
from shared.model.ids import VnetId
from tests.config.documents import FULL, HUBS, LEAST, PROD, TEST, WEU

FULL_DOCUMENT = TopologyDocument(
    hubs=(
        Hub(name="weu", id=VnetId.parse(WEU), regions=("westeurope", "northeurope")),
        Hub(
            name="eus",
            location="eastus2",
            tags={"network-role": "hub"},
            subscription=HUBS,
            if_several={"network-role": "main hub"},
        ),
    ),
    default_hub="weu",
    mesh=True,
    include=(
        IncludeRule(
            path="spokes.include[0]",
            conditions=Conditions(
                name=("vnet-prod-*", "vnet-test-?"), resource_group=("rg-*",), subscription=(PROD,)
            ),
            hub="EUS",
        ),
        IncludeRule(
            path="spokes.include[1]",
            conditions=Conditions(
                location=("westeurope", "eastus2"),
                tags={"environment": "*"},
                address_space=("10.0.0.0/8",),
            ),
        ),
    ),
    exclude=(IncludeRule(path="spokes.exclude[0]", conditions=Conditions(name=("*-sandbox",))),),
    unselected=Unselected.REMOVE,
    tag_prefix="network-",
    limits=Limits(deletions=3, deletions_percent=50, changes=100),
    change_windows=(
        ChangeWindow(
            days=(Day.SATURDAY, Day.SUNDAY), start=22 * 60, end=4 * 60 + 30, time_zone="Europe/Stockholm"
        ),
    ),
    subscriptions=(PROD, TEST),
    tenants=(Tenant(id=TEST, client_id=HUBS, subscriptions=(HUBS,)),),
)


def test_everything_that_can_be_said_in_yaml():
    assert parse_document(FULL) == FULL_DOCUMENT


def test_the_same_in_json():
    as_json = json.dumps(yaml.safe_load(FULL))
    assert parse_document(as_json) == FULL_DOCUMENT
    assert parse_document("\n\t" + as_json.replace(", ", ",\n\t")) == FULL_DOCUMENT


def test_a_file_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "topology.yaml"
    path.write_text(FULL, encoding="utf-8-sig")
    assert load_document(path) == FULL_DOCUMENT


def test_defaults():
    found = parse_document(json.dumps(LEAST))
    assert found == TopologyDocument(hubs=(Hub(name="weu", id=VnetId.parse(WEU)),))
    assert (found.unselected, found.mesh, found.mode_tag, found.hub_tag) == (
        Unselected.KEEP,
        False,
        "peering-mode",
        "peering-hub",
    )
    assert (found.limits.deletions, found.limits.deletions_percent, found.limits.changes) == (10, 25, None)


@pytest.mark.parametrize(
    ("hub_vnet_id", "hub_location", "text"),
    [
        pytest.param(VnetId.parse(WEU), None, f"hubs: [{{name: hub, id: {WEU}}}]", id="HUB_VNET_ID"),
        pytest.param(
            None,
            "westeurope",
            "hubs: [{name: hub, location: westeurope, ifSeveral: {peering-role: hub}}]",
            id="HUB_LOCATION",
        ),
    ],
)
def test_the_short_form_is_a_document(hub_vnet_id, hub_location, text):
    assert document_of_hub(hub_vnet_id, hub_location) == parse_document(text)


def test_words_that_older_yaml_takes_for_something_else():
    text = "hubs: [{name: no, location: westeurope, tags: {peering-mode: off, at: 12:30, on: 2020-01-01}}]"
    [hub] = parse_document(text).hubs
    [window] = parse_document(f"{text}\nchangeWindows: [{{start: 12:30, end: 13:00}}]").change_windows
    assert (window.start, window.end) == (750, 780)
    assert (hub.name, hub.tags) == ("no", {"peering-mode": "off", "at": "12:30", "on": "2020-01-01"})


@pytest.mark.parametrize(
    ("peerings", "allowed"), [(0, 0), (1, 1), (2, 1), (4, 1), (5, 2), (40, 10), (41, 10), (500, 10)]
)
def test_deletions_are_limited_by_the_lesser_of_number_and_percentage(peerings, allowed):
    assert Limits().deletions_allowed(peerings) == allowed


@given(st.integers(0, 500), st.integers(0, 100), st.integers(0, 500))
def test_a_limit_is_never_exceeded_by_a_whole_peering(deletions, percent, peerings):
    allowed = Limits(deletions=deletions, deletions_percent=percent).deletions_allowed(peerings)
    assert 0 <= allowed <= min(deletions, peerings)
    assert allowed < peerings * percent / 100 + 1


def at(day, hour, minute=0):
    """A moment in the week that begins on Monday, 5 January 2026."""
    return datetime(2026, 1, 4 + day, hour, minute, tzinfo=UTC)


NIGHT = ChangeWindow(days=(Day.SATURDAY,), start=22 * 60, end=4 * 60)


@pytest.mark.parametrize(
    ("window", "moment", "is_open"),
    [
        pytest.param(NIGHT, at(6, 21, 59), False, id="before"),
        pytest.param(NIGHT, at(6, 22), True, id="as it opens"),
        pytest.param(NIGHT, at(7, 3, 59), True, id="after midnight"),
        pytest.param(NIGHT, at(7, 4), False, id="as it closes"),
        pytest.param(NIGHT, at(6, 3), False, id="the night before"),
        pytest.param(ChangeWindow(start=9 * 60, end=17 * 60), at(3, 12), True, id="any day"),
        pytest.param(ChangeWindow(start=0, end=24 * 60), at(3, 23, 59), True, id="the whole day"),
        pytest.param(
            ChangeWindow(start=9 * 60, end=10 * 60, time_zone="Europe/Stockholm"),
            at(3, 8, 30),
            True,
            id="zone",
        ),
        pytest.param(
            ChangeWindow(days=(Day.MONDAY,), start=0, end=60, time_zone="Asia/Tokyo"),
            datetime(2026, 1, 4, 15, 30, tzinfo=UTC),
            True,
            id="Monday there, Sunday here",
        ),
    ],
)
def test_change_windows(window, moment, is_open):
    assert window.is_open(moment) is is_open
    document = TopologyDocument(hubs=(), change_windows=(window,))
    assert document.may_only_add(moment) is not is_open


@pytest.mark.parametrize(
    ("window", "moment", "opening"),
    [
        pytest.param(NIGHT, at(1, 8), "2026-01-10 22:00 UTC", id="later in the week"),
        pytest.param(NIGHT, at(6, 22, 30), "2026-01-17 22:00 UTC", id="a week later"),
        pytest.param(ChangeWindow(start=540, end=600), at(3, 8, 59), "2026-01-07 09:00 UTC", id="today"),
        pytest.param(ChangeWindow(start=540, end=600), at(3, 11), "2026-01-08 09:00 UTC", id="tomorrow"),
        pytest.param(
            ChangeWindow(days=(Day.MONDAY,), start=0, end=60, time_zone="Asia/Tokyo"),
            at(7, 12),
            "2026-01-12 00:00 JST",
            id="Monday there, Sunday here",
        ),
    ],
)
def test_when_a_window_opens_next(window, moment, opening):
    other = ChangeWindow(days=(Day.SUNDAY,), start=23 * 60, end=24 * 60, time_zone="Pacific/Honolulu")
    document = TopologyDocument(hubs=(), change_windows=(other, window))
    assert f"{window.next_opening(moment):%Y-%m-%d %H:%M %Z}" == opening
    assert document.next_opening(moment) == min(each.next_opening(moment) for each in (other, window))


@given(
    days=st.sets(st.sampled_from(list(Day)), min_size=1),
    start=st.integers(0, 24 * 60),
    minutes=st.integers(1, 24 * 60 - 1),
    time_zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/Los_Angeles"]),
    later=st.timedeltas(timedelta(0), timedelta(days=14)),
    share=st.floats(0, 1, exclude_max=True),
)
def test_nothing_is_open_before_the_next_opening(days, start, minutes, time_zone, later, share):
    moment = at(1, 0) + later
    end = (start + minutes) % (24 * 60)
    window = ChangeWindow(days=tuple(days), start=start, end=end, time_zone=time_zone)
    assume(not window.is_open(moment))
    opening = window.next_opening(moment)
    assert opening > moment
    assert window.is_open(opening)
    last = opening.astimezone(UTC) - timedelta.resolution
    assert not window.is_open(min(moment + share * (opening - moment), last))  # shares are rounded


BERLIN = "Europe/Berlin"
"""On 29 March 2026 its clocks went from 02:00 to 03:00, at 01:00 UTC."""
SKIPPED = ChangeWindow(days=(Day.SUNDAY,), start=135, end=165, time_zone=BERLIN)


def at_skip(minute, second=0):
    return datetime(2026, 3, 29, 1, tzinfo=UTC) + timedelta(minutes=minute, seconds=second)


@pytest.mark.parametrize(
    ("window", "opens", "closes"),
    [
        pytest.param(SKIPPED, 0, 30, id="wholly skipped: as long as ever, once the clocks are put forward"),
        pytest.param(ChangeWindow(start=150, end=300, time_zone=BERLIN), 0, 120, id="its start is skipped"),
        pytest.param(ChangeWindow(start=150, end=180, time_zone=BERLIN), 0, 30, id="it ends with the skip"),
        pytest.param(ChangeWindow(start=150, end=60, time_zone=BERLIN), 0, 22 * 60, id="until the next day"),
        pytest.param(ChangeWindow(start=90, end=150, time_zone=BERLIN), -30, 0, id="its end is skipped"),
        pytest.param(
            ChangeWindow(start=180, end=240, time_zone=BERLIN), 0, 60, id="it starts after the skip"
        ),
    ],
)
def test_a_window_in_the_hour_that_daylight_saving_skips(window, opens, closes):
    assert window.next_opening(at_skip(opens, -1)) == at_skip(opens)
    assert [window.is_open(at_skip(opens, second)) for second in (-1, 0)] == [False, True]
    assert [window.is_open(at_skip(closes, second)) for second in (-1, 0)] == [True, False]


def test_a_skipped_window_opens_on_its_days_only():
    tuesdays = replace(SKIPPED, days=(Day.TUESDAY,))
    assert not tuesdays.is_open(at_skip(0))
    assert f"{tuesdays.next_opening(at_skip(0)):%Y-%m-%d %H:%M %Z}" == "2026-03-31 02:15 CEST"
    assert f"{SKIPPED.next_opening(at_skip(-60)):%Y-%m-%d %H:%M %Z}" == "2026-03-29 03:00 CEST"


def test_without_windows_changes_are_made_at_any_time():
    assert not TopologyDocument(hubs=()).may_only_add(at(1, 0))
