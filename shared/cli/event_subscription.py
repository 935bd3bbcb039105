"""What is wrong with the event subscription that brings a subscription's changes to the app, by its JSON. Pure.

https://learn.microsoft.com/azure/event-grid/event-filtering
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FUNCTION = "on_network_event"
READ = (
    "Microsoft.EventGrid/systemTopics/read",
    "Microsoft.EventGrid/systemTopics/eventSubscriptions/read",
    "Microsoft.EventGrid/eventSubscriptions/read",
)
EVENT_TYPES = ("Microsoft.Resources.ResourceWriteSuccess", "Microsoft.Resources.ResourceDeleteSuccess")
_VNETS = "Microsoft.Network/virtualNetworks"
_PEERINGS = f"{_VNETS}/virtualNetworkPeerings"
OPERATIONS = (f"{_VNETS}/write", f"{_VNETS}/delete", f"{_PEERINGS}/write", f"{_PEERINGS}/delete")
_SCHEMAS = ("EventGridSchema", "CloudEventSchemaV1_0")
_WEBHOOK = "/runtime/webhooks/eventgrid"
_FEWEST_ATTEMPTS, _FEWEST_MINUTES = 5, 60
_VERSION = "2025-02-15"
_SUBJECT = f"/providers/{_VNETS}/"
_SUBSCRIBED = (*OPERATIONS, "Microsoft.Resources/tags/write")
_FILTER: Mapping[str, Any] = {
    "includedEventTypes": EVENT_TYPES,
    "subjectBeginsWith": "",
    "subjectEndsWith": "",
    "isSubjectCaseSensitive": False,
    "advancedFilters": [
        {"operatorType": "StringIn", "key": "data.operationName", "values": _SUBSCRIBED},
        {"operatorType": "StringContains", "key": "subject", "values": [_SUBJECT]},
    ],
}
_RETRY = {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440}

type _Test = Callable[[str, str], bool]
_TESTS: Mapping[str, _Test] = {
    "In": str.__eq__,
    "Contains": str.__contains__,
    "BeginsWith": str.startswith,
    "EndsWith": str.endswith,
}
_KNOWN = frozenset(f"String{negation}{name}" for name in _TESTS for negation in ("", "Not"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    text: str
    command: str | None = None
    is_bad: bool = True
    """Or else nothing that keeps events from coming."""


def create(subscription: str) -> str:
    return (
        f"az eventgrid event-subscription create --name interlinked --source-resource-id /subscriptions/{subscription} "
        f"--endpoint-type azurefunction --endpoint <function app ID>/functions/{FUNCTION} "
        f"--included-event-types {' '.join(EVENT_TYPES)} "
        f"--advanced-filter data.operationName StringIn {' '.join(_SUBSCRIBED)} "
        f"--advanced-filter subject StringContains {_SUBJECT}"
    )


def is_ours(found: Mapping[str, Any]) -> bool:
    """Whether it delivers to the function; of a webhook only the address without the function is shown."""
    delivery = found["properties"].get("deliveryWithResourceIdentity") or {}
    destination = found["properties"].get("destination") or delivery.get("destination") or {}
    properties = destination.get("properties") or {}
    if destination.get("endpointType") == "AzureFunction":
        return str(properties.get("resourceId", "")).lower().endswith(f"/functions/{FUNCTION}")
    return str(properties.get("endpointBaseUrl", "")).lower().endswith(_WEBHOOK)


def flaws(found: Mapping[str, Any], subscription: str) -> Iterator[Flaw]:
    properties = found["properties"]
    right_filter = _change(found, filter=_FILTER)
    state = properties.get("provisioningState")
    if state != "Succeeded":
        yield Flaw(text=f"its provisioning is {state}", command=right_filter)
    schema = properties.get("eventDeliverySchema") or _SCHEMAS[0]
    if schema not in _SCHEMAS:
        again = f"az resource delete --ids {found['id']} && {create(subscription)}"
        yield Flaw(text=f"its schema is {schema}, which the function does not read", command=again)
    yield from _filters(properties.get("filter") or {}, subscription, right_filter)
    retry = properties.get("retryPolicy") or {}
    attempts, minutes = retry.get("maxDeliveryAttempts"), retry.get("eventTimeToLiveInMinutes")
    if (attempts or _FEWEST_ATTEMPTS) < _FEWEST_ATTEMPTS or (minutes or _FEWEST_MINUTES) < _FEWEST_MINUTES:
        yield Flaw(
            text=f"it gives events up after {attempts} attempts or {minutes} minutes",
            command=_change(found, retryPolicy=_RETRY),
            is_bad=False,
        )
    if not (properties.get("deadLetterDestination") or properties.get("deadLetterWithResourceIdentity")):
        yield Flaw(text="it keeps no dead letters: the timer makes up for what is given up", is_bad=False)


def _filters(wanted: Mapping[str, Any], subscription: str, command: str) -> Iterator[Flaw]:
    types = [str(each).lower() for each in wanted.get("includedEventTypes") or ()]
    missing = [each for each in EVENT_TYPES if types and types != ["all"] and each.lower() not in types]
    if missing:
        yield Flaw(text=f"it leaves out {' and '.join(missing)}", command=command)
    is_exact = bool(wanted.get("isSubjectCaseSensitive"))
    if is_exact and (wanted.get("subjectBeginsWith") or wanted.get("subjectEndsWith")):
        yield Flaw(text="it compares the case of subjects, which varies in Azure", command=command)
    excluded = [operation for operation in OPERATIONS if not _passes(wanted, _event(operation, subscription))]
    if excluded:
        yield Flaw(text=f"its filters leave out {', '.join(excluded)}", command=command)
    unknown = {each["operatorType"] for each in _advanced(wanted)} - _KNOWN
    if unknown:
        text = f"its filters with {', '.join(sorted(unknown))} are not judged"
        yield Flaw(text=text, is_bad=False)


def _event(operation: str, subscription: str) -> Mapping[str, str]:
    """What filters see of a change to any network."""
    subject = f"/subscriptions/{subscription}/resourceGroups/any/providers/{_VNETS}/any"
    if operation.startswith(_PEERINGS):
        subject += "/virtualNetworkPeerings/any"
    return {"subject": subject.lower(), "data.operationname": operation.lower()}


def _passes(wanted: Mapping[str, Any], event: Mapping[str, str]) -> bool:
    begin, end = (str(wanted.get(key) or "").lower() for key in ("subjectBeginsWith", "subjectEndsWith"))
    return (
        event["subject"].startswith(begin)
        and event["subject"].endswith(end)
        and all(_lets_through(each, event) for each in _advanced(wanted))
    )


def _advanced(wanted: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return wanted.get("advancedFilters") or ()


def _lets_through(condition: Mapping[str, Any], event: Mapping[str, str]) -> bool:
    """True as well for what cannot be judged: other operators and other keys."""
    operator, value = condition["operatorType"], event.get(str(condition.get("key", "")).lower())
    if operator not in _KNOWN or value is None:
        return True
    name = operator.removeprefix("String")
    test = _TESTS[name.removeprefix("Not")]
    met = any(test(value, str(each).lower()) for each in condition.get("values") or ())
    return met is not name.startswith("Not")


def _change(found: Mapping[str, Any], **properties: object) -> str:
    """Changes no more than these: `az eventgrid` cannot set all of them afterwards."""
    return f"az rest --method patch --url \"{found['id']}?api-version={_VERSION}\" --body '{json.dumps(properties)}'"
