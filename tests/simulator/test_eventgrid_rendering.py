"""Events as they appear on the wire, read back with Microsoft's own libraries."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from azure.core.messaging import CloudEvent
from azure.eventgrid import EventGridEvent
from azure.functions.eventgrid import EventGridEventInConverter
from azure.functions.meta import Datum

from simulator.eventgrid.event import HttpRequest, Outcome, ResourceEvent
from simulator.eventgrid.schema import DeliverySchema, render
from simulator.eventgrid.subscription import EventSubscription

SUBSCRIPTION = "0a6b0e6c-7d2f-4a5e-8b1c-2f1d3c4b5a69"
VNET = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/RG-Web/providers/Microsoft.Network/virtualNetworks/vnet-web"
VNET_AS_WRITTEN = VNET.replace("resourceGroups", "resourcegroups")
URL = f"https://management.azure.com{VNET}?api-version=2024-05-01"


def vnet_event(**changes) -> ResourceEvent:
    event = ResourceEvent(
        id="e1f6a5d2-3b47-4f0e-9a77-4c1d2e3f4a5b",
        time=datetime(2026, 1, 5, 9, 30, 15, 123456, tzinfo=UTC),
        resource_id=VNET,
        operation_name="Microsoft.Network/virtualNetworks/write",
        tenant_id="b7c8d9e0-1f2a-4b3c-8d4e-5f6a7b8c9d0e",
        correlation_id="c0ffee00-1111-4222-8333-444455556666",
        claims={"appid": "d1d2d3d4-5555-4666-8777-888899990000"},
        evidence={"role": "Contributor", "principalType": "ServicePrincipal"},
        request=HttpRequest(
            method="PUT",
            url=URL,
            client_request_id="a1a2a3a4-0000-4000-8000-000000000001",
            client_ip_address="203.0.113.7",
        ),
    )
    return dataclasses.replace(event, **changes)


def vnet_deleted() -> ResourceEvent:
    return vnet_event(operation_name="Microsoft.Network/virtualNetworks/delete", evidence={})


def data_of(event: ResourceEvent):
    return render(event, DeliverySchema.EVENT_GRID)["data"]


def test_a_written_vnet_in_the_event_grid_schema():
    assert render(vnet_event(), DeliverySchema.EVENT_GRID) == {
        "id": "e1f6a5d2-3b47-4f0e-9a77-4c1d2e3f4a5b",
        "topic": f"/subscriptions/{SUBSCRIPTION}",
        "subject": VNET_AS_WRITTEN,
        "eventType": "Microsoft.Resources.ResourceWriteSuccess",
        "eventTime": "2026-01-05T09:30:15.1234560Z",
        "dataVersion": "2",
        "metadataVersion": "1",
        "data": {
            "authorization": {
                "scope": VNET_AS_WRITTEN,
                "action": "Microsoft.Network/virtualNetworks/write",
                "evidence": {"role": "Contributor", "principalType": "ServicePrincipal"},
            },
            "claims": {"appid": "d1d2d3d4-5555-4666-8777-888899990000"},
            "correlationId": "c0ffee00-1111-4222-8333-444455556666",
            "httpRequest": {
                "clientRequestId": "a1a2a3a4-0000-4000-8000-000000000001",
                "clientIpAddress": "203.0.113.7",
                "method": "PUT",
                "url": URL,
            },
            "resourceProvider": "Microsoft.Network",
            "resourceUri": VNET_AS_WRITTEN,
            "operationName": "Microsoft.Network/virtualNetworks/write",
            "status": "Succeeded",
            "subscriptionId": SUBSCRIPTION,
            "tenantId": "b7c8d9e0-1f2a-4b3c-8d4e-5f6a7b8c9d0e",
        },
    }


def test_cloud_events_carry_the_same_data_in_another_envelope():
    event = vnet_event(request=None)

    assert render(event, DeliverySchema.CLOUD_EVENTS) == {
        "specversion": "1.0",
        "id": "e1f6a5d2-3b47-4f0e-9a77-4c1d2e3f4a5b",
        "source": f"/subscriptions/{SUBSCRIPTION}",
        "subject": VNET_AS_WRITTEN,
        "type": "Microsoft.Resources.ResourceWriteSuccess",
        "time": "2026-01-05T09:30:15.1234560Z",
        "data": data_of(event),
    }
    assert "httpRequest" not in data_of(event)


def test_a_delete_keeps_the_casing_of_its_resource_group_and_may_lack_evidence():
    rendered = render(vnet_deleted(), DeliverySchema.EVENT_GRID)

    assert rendered["subject"] == VNET
    assert rendered["eventType"] == "Microsoft.Resources.ResourceDeleteSuccess"
    assert rendered["data"]["resourceUri"] == VNET
    assert rendered["data"]["authorization"]["evidence"] == []


@pytest.mark.parametrize(
    ("operation", "outcome", "event_type", "status"),
    [
        ("Microsoft.Network/virtualNetworks/write", Outcome.FAILURE, "ResourceWriteFailure", "Failed"),
        ("Microsoft.Network/virtualNetworks/delete", Outcome.CANCEL, "ResourceDeleteCancel", "Canceled"),
        (
            "Microsoft.Storage/storageAccounts/listKeys/action",
            Outcome.SUCCESS,
            "ResourceActionSuccess",
            "Succeeded",
        ),
    ],
)
def test_type_and_status_follow_the_operation_and_its_outcome(operation, outcome, event_type, status):
    event = vnet_event(operation_name=operation, outcome=outcome)

    assert event.event_type == f"Microsoft.Resources.{event_type}"
    assert data_of(event)["status"] == status


def test_times_are_utc():
    local = datetime(2026, 1, 5, 12, tzinfo=timezone(timedelta(hours=3)))

    assert (
        render(vnet_event(time=local), DeliverySchema.EVENT_GRID)["eventTime"]
        == "2026-01-05T09:00:00.0000000Z"
    )


def test_reading_raises_no_event():
    with pytest.raises(ValueError, match="raises no event"):
        vnet_event(operation_name="Microsoft.Network/virtualNetworks/read")


@pytest.mark.parametrize("event", [vnet_event(), vnet_deleted()], ids=["written", "deleted"])
def test_the_client_library_reads_both_schemas(event):
    one = EventGridEvent.from_dict(render(event, DeliverySchema.EVENT_GRID))
    other = CloudEvent.from_dict(render(event, DeliverySchema.CLOUD_EVENTS))

    assert (one.id, one.topic, one.subject, one.event_type) == (
        other.id,
        other.source,
        other.subject,
        other.type,
    )
    assert one.event_time == other.time == event.time
    assert one.data == other.data == data_of(event)
    assert one.data_version == "2"


@pytest.mark.parametrize("schema", DeliverySchema)
def test_the_functions_library_reads_both_schemas(schema):
    arrived = Datum(value=json.dumps(render(vnet_event(), schema)), type="json")

    event = EventGridEventInConverter.decode(arrived, trigger_metadata={})

    assert event.subject == VNET_AS_WRITTEN
    assert data_of(vnet_event()) == event.get_json()


@pytest.mark.parametrize(
    ("filters", "matches"),
    [
        pytest.param({}, True, id="no filter"),
        pytest.param({"subscription_id": SUBSCRIPTION.upper()}, True, id="its subscription, other casing"),
        pytest.param({"subscription_id": "another"}, False, id="another subscription"),
        pytest.param(
            {"included_event_types": ("microsoft.resources.resourcewritesuccess",)}, True, id="its type"
        ),
        pytest.param(
            {"included_event_types": ("Microsoft.Resources.ResourceDeleteSuccess",)}, False, id="other type"
        ),
        pytest.param(
            {"operation_names": ("x", "MICROSOFT.NETWORK/virtualnetworks/WRITE")}, True, id="its operation"
        ),
        pytest.param(
            {"operation_names": ("Microsoft.Network/virtualNetworks",)}, False, id="part of its operation"
        ),
        pytest.param({"subject_begins_with": VNET.upper()}, True, id="begins, other casing"),
        pytest.param({"subject_begins_with": "/virtualNetworks"}, False, id="begins otherwise"),
        pytest.param({"subject_ends_with": "/VNET-WEB"}, True, id="ends, other casing"),
        pytest.param({"subject_ends_with": "/vnet"}, False, id="ends otherwise"),
        pytest.param({"subject_contains": ("/x/", "/VIRTUALnetworks/")}, True, id="contains one"),
        pytest.param({"subject_contains": ("/x/", "/y/")}, False, id="contains none"),
        pytest.param(
            {"operation_names": ("Microsoft.Network/virtualNetworks/write",), "subject_ends_with": "/other"},
            False,
            id="one filter of two",
        ),
    ],
)
def test_filters(filters, matches):
    wanted = {"name": "app", "endpoint": "https://app.example", "subscription_id": SUBSCRIPTION} | filters

    assert EventSubscription(**wanted).matches(vnet_event()) is matches


@pytest.mark.parametrize("field", ["max_events_per_batch", "time_to_live_minutes", "max_delivery_attempts"])
@pytest.mark.parametrize("value", [0, 5001])
def test_a_subscription_keeps_within_azures_limits(field, value):
    with pytest.raises(ValueError, match=field):
        EventSubscription(name="app", endpoint="", subscription_id=SUBSCRIPTION, **{field: value})
