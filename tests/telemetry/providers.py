"""OpenTelemetry's SDK in place of the worker's exporters. The provider of spans is set once in a process."""

from functools import cache
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


@cache
def spans() -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


def measured(reader: InMemoryMetricReader) -> dict[str, tuple[str, str | None, dict[tuple[str, ...], Any]]]:
    """By metric: the kind of its data, its unit, and its points as value (or count and sum) by attributes."""
    data = reader.get_metrics_data()
    found = {}
    for resource in data.resource_metrics if data else ():
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                points = {
                    tuple(str(value) for _, value in sorted((point.attributes or {}).items())): (
                        point.value if hasattr(point, "value") else (point.count, point.sum)
                    )
                    for point in metric.data.data_points
                }
                found[metric.name] = (type(metric.data).__name__, metric.unit, points)
    return found
