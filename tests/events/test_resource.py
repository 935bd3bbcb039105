import json

import pytest

from shared.events.resource import MAX_EVENT_BYTES, BadEventError, Skip, SkipReason, read_event
from shared.model.ids import PEERING_ID_FORMAT, VNET_ID_FORMAT, PeeringId, VnetId

SUBSCRIPTION = "11111111-aaaa-4bbb-8ccc-222222222222"
OTHER = "99999999-aaaa-4bbb-8ccc-222222222222"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
VNET = f"{NETWORK}/virtualNetworks/spoke"
PEERING = f"{VNET}/virtualNetworkPeerings/to-hub"
TAGS = "/providers/Microsoft.Resources/tags/default"
WRITE = "Microsoft.Resources.ResourceWriteSuccess"
DELETE = "Microsoft.Resources.ResourceDeleteSuccess"


def read(**event):
    return read_event(json.dumps({"eventType": WRITE, **event}), subscriptions=[SUBSCRIPTION])


@pytest.mark.parametrize(
    ("event", "found"),
    [
        pytest.param({"eventType": WRITE, "subject": VNET}, VnetId.parse(VNET), id="vnet written"),
        pytest.param({"eventType": DELETE, "subject": VNET}, VnetId.parse(VNET), id="vnet deleted"),
        pytest.param(
            {"eventType": DELETE, "subject": PEERING}, PeeringId.parse(PEERING), id="peering deleted"
        ),
        pytest.param(
            {"specversion": "1.0", "type": WRITE, "subject": PEERING},
            PeeringId.parse(PEERING),
            id="CloudEvents",
        ),
        pytest.param(
            {"eventType": WRITE, "data": {"resourceUri": VNET}}, VnetId.parse(VNET), id="no subject"
        ),
        pytest.param(
            {"eventType": WRITE, "subject": "", "data": {"resourceUri": VNET}},
            VnetId.parse(VNET),
            id="empty subject",
        ),
        pytest.param(
            {"eventType": WRITE.upper(), "subject": VNET.upper()}, VnetId.parse(VNET), id="upper case"
        ),
        pytest.param({"eventType": WRITE, "subject": VNET + TAGS}, VnetId.parse(VNET), id="tags"),
        pytest.param(
            {"eventType": WRITE, "subject": VNET + TAGS.lower()}, VnetId.parse(VNET), id="tags, lower case"
        ),
        pytest.param(
            {"eventType": WRITE, "subject": VNET, "data": {"resourceUri": "x", "operationName": 1}},
            VnetId.parse(VNET),
            id="the rest is not believed",
        ),
    ],
)
def test_found(event, found):
    assert read_event(json.dumps(event), subscriptions=[SUBSCRIPTION]) == found


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(f"/subscriptions/{SUBSCRIPTION}", id="subscription"),
        pytest.param(GROUP, id="group"),
        pytest.param(f"{GROUP}{TAGS}", id="tags of a group"),
        pytest.param(f"{VNET}/subnets/default", id="subnet"),
        pytest.param(f"{VNET}/providers/Microsoft.Insights/diagnosticSettings/all", id="extension"),
        pytest.param(f"{NETWORK}/networkSecurityGroups/nsg", id="other network resource"),
        pytest.param(f"{GROUP}/providers/Microsoft.Storage/storageAccounts/acc", id="other provider"),
        pytest.param(f"{GROUP}/providers/Microsoft.Other/virtualNetworks/spoke", id="same type elsewhere"),
    ],
)
def test_other_provider(subject):
    detail = f"subject {subject!r} is neither a virtual network nor a peering"
    assert read(subject=subject) == Skip(reason=SkipReason.OTHER_PROVIDER, detail=detail)


@pytest.mark.parametrize(
    ("event_type", "shown"),
    [
        pytest.param("Microsoft.Resources.ResourceActionSuccess", None, id="action"),
        pytest.param("", "''", id="empty"),
        pytest.param(None, "None", id="missing"),
        pytest.param(["x"], "a JSON array", id="not text"),
    ],
)
def test_other_type(event_type, shown):
    skip = read_event(json.dumps({"type": event_type}), subscriptions=[SUBSCRIPTION])
    detail = f"event type {shown or repr(event_type)}, accepted is {WRITE} or {DELETE}"
    assert skip == Skip(reason=SkipReason.OTHER_TYPE, detail=detail)


@pytest.mark.parametrize("resource", [VNET, PEERING])
def test_other_subscription(resource):
    detail = f"subscription {OTHER}, accepted is {SUBSCRIPTION}"
    skip = Skip(reason=SkipReason.OTHER_SUBSCRIPTION, detail=detail)
    assert read(subject=resource.replace(SUBSCRIPTION, OTHER)) == skip


def shortened(text):
    return f"{repr(text)[:240]}..."


NOT_A_RESOURCE = "is not a resource ID, accepted is /subscriptions/<guid>/..."
BAD_VNET, BAD_PEERING = f"{NETWORK}/virtualNetworks/a b", f"{VNET}/virtualNetworkPeerings/-"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({}, "subject, data.resourceUri: neither is set, accepted is a resource ID", id="none"),
        pytest.param(
            {"data": "x"},
            "subject, data.resourceUri: neither is set, accepted is a resource ID",
            id="data is text",
        ),
        pytest.param({"subject": 7}, "subject: 7 is not text, accepted is a resource ID", id="number"),
        pytest.param({"subject": "spoke"}, f"subject: 'spoke' {NOT_A_RESOURCE}", id="only a name"),
        pytest.param(
            {"data": {"resourceUri": "x"}}, f"data.resourceUri: 'x' {NOT_A_RESOURCE}", id="resource URI"
        ),
        pytest.param(
            {"subject": "/subscriptions/a"}, f"subject: '/subscriptions/a' {NOT_A_RESOURCE}", id="no GUID"
        ),
        pytest.param({"subject": "x" * 999}, f"subject: {shortened('x' * 999)} {NOT_A_RESOURCE}", id="long"),
        pytest.param({"subject": f"{VNET}/"}, f"subject: {f'{VNET}/'!r} {NOT_A_RESOURCE}", id="slash"),
        pytest.param(
            {"subject": BAD_VNET},
            f"subject: {BAD_VNET!r} is not legal, accepted is {VNET_ID_FORMAT}",
            id="vnet",
        ),
        pytest.param(
            {"subject": BAD_PEERING},
            f"subject: {BAD_PEERING!r} is not legal, accepted is {PEERING_ID_FORMAT}",
            id="peering",
        ),
    ],
)
def test_bad_resource(fields, message):
    with pytest.raises(BadEventError) as caught:
        read(**fields)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{", "event: '{' is not JSON, accepted is a JSON object", id="malformed"),
        pytest.param("[]", "event: a JSON array is not an object, accepted is a JSON object", id="array"),
        pytest.param("null", "event: None is not an object, accepted is a JSON object", id="null"),
        pytest.param(
            "[" * 500_000, f"event: {shortened('[' * 500)} is not JSON, accepted is a JSON object", id="deep"
        ),
        pytest.param(
            "9" * 5000, f"event: {shortened('9' * 500)} is not JSON, accepted is a JSON object", id="digits"
        ),
        pytest.param(
            "é" * (MAX_EVENT_BYTES // 2 + 1),
            "event: 1048578 bytes, accepted are at most 1048576",
            id="too large",
        ),
    ],
)
def test_bad_event(text, message):
    with pytest.raises(BadEventError) as caught:
        read_event(text, subscriptions=[SUBSCRIPTION])
    assert str(caught.value) == message


def test_the_largest_event_is_read():
    text = json.dumps({"eventType": WRITE, "subject": VNET})
    assert read_event(text.ljust(MAX_EVENT_BYTES), subscriptions=[SUBSCRIPTION]) == VnetId.parse(VNET)
