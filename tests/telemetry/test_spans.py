"""A run as one trace: its writes, and the requests that the Azure SDK makes for them."""

import asyncio

import pytest
from azure.core.settings import settings as azure_settings
from azure.core.tracing.ext.opentelemetry_span import OpenTelemetrySpan
from opentelemetry.trace import SpanKind

from simulator import errors
from tests.clouds import HUB, US
from tests.stories.test_triggers import deployment
from tests.telemetry import providers


@pytest.fixture
def exporter():
    """With the SDK's requests in it, as the distribution has it where the worker configures that."""
    azure_settings.tracing_implementation = OpenTelemetrySpan
    exporter = providers.spans()
    exporter.clear()
    yield exporter
    azure_settings.tracing_implementation.unset_value()


def attributes(span):
    return {name.removeprefix("interlinked."): value for name, value in span.attributes.items()}


async def test_a_run_its_writes_and_their_requests_are_one_trace(exporter):
    async with deployment(PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY="true") as (azure, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(60)
        azure.losses.lose_all()
        cloud.delete_half(US, HUB)
        await asyncio.sleep(60)
        exporter.clear()
        await host.invoke("on_schedule")
    spans = exporter.get_finished_spans()

    (run,) = [span for span in spans if span.name == "reconcile"]
    assert attributes(run) == {"scope": "all", "outcome": "settled", "changes": 2}
    writes = [span for span in spans if span.name in ("put peering", "delete peering")]
    half = f"{cloud.vnet_id(US)}/virtualNetworkPeerings/peer-{US}-{HUB}"
    assert len(writes) == 2
    assert {"peering": half, "reason": "missing"} in map(attributes, writes)
    requests = [span for span in spans if span.kind is SpanKind.CLIENT]
    assert {"GET", "PUT"} <= {span.name for span in requests}
    assert {span.context.trace_id for span in spans} == {run.context.trace_id}


async def test_a_refused_write_and_an_unreadable_azure_say_why(exporter):
    async with deployment(PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY="true") as (azure, cloud, host):
        azure.losses.lose_all()
        await cloud.workshop()
        policy = errors.gateway_error(403, "RequestDisallowedByPolicy", "denied", target="peer")
        azure.arm.faults.refuse("PUT", f"/{US}/virtualNetworkPeerings/", policy)
        exporter.clear()
        await host.invoke("on_schedule")
        spans = exporter.get_finished_spans()
        assert "RequestDisallowedByPolicy" in {span.attributes.get("error.type") for span in spans}

        denied = errors.authorization_failed("Microsoft.Network/virtualNetworks/read", "/")
        azure.arm.faults.refuse("GET", "/virtualNetworks$", denied)
        exporter.clear()
        await host.invoke("on_schedule")
    (run,) = [span for span in exporter.get_finished_spans() if span.name == "reconcile"]
    assert (attributes(run)["outcome"], run.attributes["error.type"]) == ("unreadable", "AuthorizationFailed")
    assert not run.status.is_ok
