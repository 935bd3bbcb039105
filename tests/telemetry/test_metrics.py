"""What is measured of the simulated estate, through OpenTelemetry's SDK."""

import asyncio
import logging
import re
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from shared.events.attribution import EventAttribution
from shared.telemetry.metrics import METRICS, MetricsHandler
from simulator import errors
from simulator.transport import installed
from tests.clouds import EU, HUB, US, Cloud
from tests.infra import code
from tests.telemetry.providers import measured

PAGE = Path(__file__).parents[2] / "docs/telemetry.md"
POINTS = {"Sum": "counter", "Gauge": "gauge", "Histogram": "histogram"}


@contextmanager
def meters():
    reader = InMemoryMetricReader()
    handler = MetricsHandler(MeterProvider(metric_readers=[reader]))
    logger = logging.getLogger("interlinked")
    logger.addHandler(handler)
    level, _ = logger.level, logger.setLevel(logging.INFO)
    try:
        yield reader
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


async def play():
    """A story in which every metric has something to tell."""
    cloud = Cloud()
    await cloud.workshop()
    with installed(cloud.arm.handle), meters() as reader:
        app = cloud.reconciler()
        created = cloud.world.clock.utc() - timedelta(seconds=30)
        await app.reconcile(
            cloud.vnet_id(EU), budget_seconds=600, attribution=EventAttribution(happened=created)
        )
        await app.reconcile(None, budget_seconds=600)
        cloud.delete_half(US, HUB)
        await asyncio.sleep(300)
        busy = errors.provider_error(429, "AnotherOperationInProgress", "busy")
        cloud.arm.faults.refuse("PUT", f"/{US}/virtualNetworkPeerings/", busy, times=1)
        await app.reconcile(None, budget_seconds=600)
        return cloud, measured(reader)


async def test_the_story_in_numbers():
    cloud, found = await play()
    points = {name: each[2] for name, each in found.items()}

    assert points["interlinked.pairs"] == {("settled",): 2, ("unsettled",): 0, ("blocked",): 0}
    assert points["interlinked.hub.peerings"] == {(str(cloud.vnet_id(HUB)),): 2}
    assert sum(points["interlinked.writes"].values()) == cloud.writes() - 1
    assert sum(points["interlinked.refusals"].values()) == 1
    assert 0 < points["interlinked.throttle.headroom"][()] < 200
    assert points["interlinked.drift"] == {
        ("event", "missing"): 1,
        ("timer", "missing"): 1,
        ("timer", "disconnected"): 1,
    }
    assert points["interlinked.missed_events"] == {("missing",): 1, ("disconnected",): 1}
    assert points["interlinked.drift.age"][("event",)][1] == pytest.approx(30, abs=1)
    assert points["interlinked.drift.age"][("timer",)] == (1, pytest.approx(300, abs=60))
    by_event, by_timer = (points["interlinked.time_to_connected"][(by,)] for by in ("event", "timer"))
    assert by_event[0] == by_timer[0] == 1
    assert by_event[1] > 30 > by_timer[1] > 0


async def test_names_kinds_and_units_are_those_that_are_documented():
    _, found = await play()
    rows = re.findall(
        r"^\| `(interlinked[.\w]+)` \| (\w+) \| `([^`]+)` \| `([^`]+)`(?:, `(\w+)`)? \|",
        PAGE.read_text(),
        re.MULTILINE,
    )

    assert {name: (POINTS[kind], unit) for name, (kind, unit, _) in found.items()} == {
        name: (kind, unit) for name, kind, unit, *_ in rows
    }
    assert {(metric.name, metric.fact, metric.field or "") for metric in METRICS} == {
        (name, told, field) for name, _, _, told, field in rows
    }


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_metrics_are_made_of_facts_that_are_told(metric):
    fields = {metric.field, *metric.by, *(metric.only[:1] if metric.only else ())} - {None}

    assert fields <= code.facts()[metric.fact]
