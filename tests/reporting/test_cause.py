"""Who caused a repair is passed on as what an event claims, and as nothing more."""

import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from shared.events.attribution import MOST_CHARACTERS, EventAttribution, attribution_of
from shared.model.ids import PeeringId, VnetId
from shared.reporting.store import ProcessStore
from tests.clouds import EU, HUB, US, Cloud
from tests.reporting.topics import published, publisher
from tests.signed_in import simulated

CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
JANE = EventAttribution(actor="jane@contoso.com")


@asynccontextmanager
async def workshop(monkeypatch):
    """All peered, and a topic."""
    async with simulated(monkeypatch) as azure:
        cloud = Cloud.of(azure)
        await cloud.workshop()
        await cloud.reconciler().reconcile(None, budget_seconds=600)
        yield azure, cloud


def half_id(cloud, local, remote):
    return PeeringId(vnet=cloud.vnet_id(local), name=f"peer-{local}-{remote}")


async def repaired(azure, cloud, look_at, attribution=JANE):
    """The causes that are told of, by network, by the run for the event and the next pass."""
    app = cloud.reconciler(ProcessStore(), publisher=publisher())
    await app.reconcile(look_at, budget_seconds=600, attribution=attribution)
    await app.reconcile(None, budget_seconds=600)
    events = list(azure.topic.published)
    assert {kind for kind, _ in published(azure)} == {"Peering.Repaired"}
    return {event["subject"].rpartition("/")[2]: event["data"].get("reportedCause") for event in events}


@pytest.mark.parametrize(("local", "remote"), [(US, HUB), (HUB, US)])
async def test_the_event_about_a_half_names_who_deleted_it(monkeypatch, local, remote):
    async with workshop(monkeypatch) as (azure, cloud):
        half = half_id(cloud, local, remote)
        cloud.delete_half(local, remote)
        assert await repaired(azure, cloud, half) == {US: JANE.actor}


async def test_what_was_wrong_beside_it_is_not_laid_at_the_same_door(monkeypatch):
    async with workshop(monkeypatch) as (azure, cloud):
        half = half_id(cloud, HUB, US)
        cloud.delete_half(HUB, US)
        cloud.delete_half(EU, HUB)
        assert await repaired(azure, cloud, half) == {US: JANE.actor, EU: None}


async def test_an_event_about_the_hub_accuses_nobody(monkeypatch):
    async with workshop(monkeypatch) as (azure, cloud):
        cloud.delete_half(US, HUB)
        assert await repaired(azure, cloud, VnetId.parse(cloud.find(HUB).id)) == {US: None}


async def test_what_the_timer_finds_has_no_cause(monkeypatch):
    async with workshop(monkeypatch) as (azure, cloud):
        cloud.delete_half(US, HUB)
        assert await repaired(azure, cloud, None, attribution=None) == {US: None}


@pytest.mark.parametrize(
    ("claims", "actor"),
    [
        ({f"{CLAIMS}/upn": "jane@contoso.com", "appid": "1"}, "jane@contoso.com"),
        ({f"{CLAIMS}/name": "jane@contoso.com", "name": "Jane"}, "jane@contoso.com"),
        ({"name": "Jane", "appid": "1"}, "Jane"),
        ({"appid": "2c1f"}, "2c1f"),
        ({"appid": "ours", f"{CLAIMS}/name": "jane@contoso.com"}, None),
        ({"name": " a\nb\tc\u202e\x00d\ud800 "}, "a b cd"),
        ({"name": "x" * 5000}, "x" * MOST_CHARACTERS),
        ({"name": {"$ref": "x"}, "appid": 7}, None),
        ({"name": "\u200b", "appid": "2c1f"}, "2c1f"),
        ({}, None),
        (None, None),
        ([{"name": "Jane"}], None),
    ],
)
def test_a_claim_is_a_short_line_of_text(claims, actor):
    assert attribution_of(json.dumps({"data": {"claims": claims}}), "ours").actor == actor


@pytest.mark.parametrize(
    ("fields", "happened"),
    [
        ({"eventTime": "2026-01-05T08:00:00.1234567Z"}, datetime(2026, 1, 5, 8, 0, 0, 123456, UTC)),
        ({"time": "2026-01-05T08:00:00Z"}, datetime(2026, 1, 5, 8, tzinfo=UTC)),
        ({"time": "2026-01-05T08:00:00"}, None),
        ({"time": "yesterday"}, None),
        ({"time": 5}, None),
        ({"data": "text"}, None),
    ],
)
def test_when_it_happened_is_a_time_or_nothing(fields, happened):
    assert attribution_of(json.dumps(fields), None) == EventAttribution(happened=happened)
