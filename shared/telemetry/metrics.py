"""The facts of the log as OpenTelemetry metrics. They are made from the lines themselves, so the two cannot differ.

Imported only where telemetry is switched on.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import Any

from opentelemetry.metrics import MeterProvider, get_meter

from ..reporting.facts import Fact

BOUNDS_SECONDS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400)
"""Bounds of the histograms: from a quick write to a day without an event."""


class Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One measurement for each line that reports `fact` and has `field`; without `field`, each line counts 1.

    Where the field is a mapping there is one for each key, with the key as the attribute `each`. `by` are fields
    that become attributes.
    """

    name: str
    kind: Kind
    unit: str
    fact: str
    _: KW_ONLY
    field: str | None = None
    each: str | None = None
    by: tuple[str, ...] = ()
    only: tuple[str, str] | None = None
    """A field, and the value that it must have."""


METRICS = (
    Metric("interlinked.pairs", Kind.GAUGE, "{pair}", "reconciled", field="states", each="state"),
    Metric("interlinked.hub.peerings", Kind.GAUGE, "{peering}", "reconciled", field="hubs", each="hub"),
    Metric("interlinked.throttle.headroom", Kind.GAUGE, "{write}", "reconciled", field="writes_left"),
    Metric("interlinked.refusals", Kind.COUNTER, "{refusal}", "reconciled", field="refusals", each="code"),
    Metric("interlinked.writes", Kind.COUNTER, "{write}", "change applied", by=("change", "reason")),
    Metric("interlinked.drift", Kind.COUNTER, "{pair}", "drift found", by=("reason", "found_by")),
    Metric(
        "interlinked.drift.age", Kind.HISTOGRAM, "s", "drift found", field="age_seconds", by=("found_by",)
    ),
    Metric(
        "interlinked.missed_events",
        Kind.COUNTER,
        "{pair}",
        "drift found",
        by=("reason",),
        only=("found_by", "timer"),
    ),
    Metric(
        "interlinked.time_to_connected",
        Kind.HISTOGRAM,
        "s",
        "pair connected",
        field="seconds",
        by=("found_by",),
    ),
)

type _Attributes = Mapping[str, str]
type _Record = Callable[[float, _Attributes], None]


class MetricsHandler(logging.Handler):
    """Belongs on the logger of the run log."""

    def __init__(self, provider: MeterProvider | None = None) -> None:
        super().__init__()
        meter = get_meter("interlinked", meter_provider=provider)
        self._records: dict[str, _Record] = {}
        for metric in METRICS:
            match metric.kind:
                case Kind.COUNTER:
                    record: _Record = meter.create_counter(metric.name, metric.unit).add
                case Kind.GAUGE:
                    record = meter.create_gauge(metric.name, metric.unit).set
                case Kind.HISTOGRAM:
                    record = meter.create_histogram(
                        metric.name, metric.unit, explicit_bucket_boundaries_advisory=BOUNDS_SECONDS
                    ).record
            self._records[metric.name] = record

    def emit(self, record: logging.LogRecord) -> None:
        fact = record.msg
        if isinstance(fact, Fact):
            for metric in METRICS:
                for value, attributes in _measured(metric, fact):
                    self._records[metric.name](value, attributes)


def _measured(metric: Metric, fact: Fact) -> Iterator[tuple[float, _Attributes]]:
    fields = fact.fields
    if fact.name != metric.fact or (metric.only and fields.get(metric.only[0]) != metric.only[1]):
        return
    value: Any = fields.get(metric.field) if metric.field else 1
    attributes = {_attribute(name): str(fields[name]) for name in metric.by if name in fields}
    if metric.each:
        for key, number in (value or {}).items():
            yield number, {**attributes, _attribute(metric.each): key}
    elif value is not None:
        yield value, attributes


def _attribute(field: str) -> str:
    return f"interlinked.{field}"
