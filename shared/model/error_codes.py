"""How Azure's error codes are sorted: what each means for what to do next, and what a person can do about it.

Decided by `error.code` and never by status or text: Azure is busy with 400, 409 and 429 alike, and texts are
localized. A code that is not listed needs a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .errors import ErrorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCode:
    kind: ErrorKind
    advice: str | None = None


def _person(advice: str) -> ErrorCode:
    return ErrorCode(kind=ErrorKind.NEEDS_A_PERSON, advice=advice)


_BUSY = ErrorCode(kind=ErrorKind.BUSY)
_THROTTLED = ErrorCode(kind=ErrorKind.THROTTLED)
_STALE = ErrorCode(kind=ErrorKind.STALE)
_UNAVAILABLE = ErrorCode(kind=ErrorKind.UNAVAILABLE)

CODES: Mapping[str, ErrorCode] = {
    "AnotherOperationInProgress": _BUSY,
    "Canceled": _BUSY,
    "CanceledAndSupersededDueToAnotherOperation": _BUSY,
    "OperationPreempted": _BUSY,
    "ReferencedResourceNotProvisioned": _BUSY,
    "ResourcesBeingMoved": _BUSY,
    "RetryableError": _BUSY,
    "RetryableErrorDueToAnotherOperation": _BUSY,
    "RetryableErrorDueToTooManyCalls": _THROTTLED,
    "RetryableErrorDueTooHighReadDataSize": _THROTTLED,
    "SubscriptionRequestsThrottled": _THROTTLED,
    "TooManyRequests": _THROTTLED,
    "InvalidGlobalResourceReference": _STALE,
    "InvalidResourceReference": _STALE,
    "NotFound": _STALE,
    "ParentResourceNotFound": _STALE,
    "PreconditionFailed": _STALE,
    "RemotePeeringIsDisconnected": _STALE,
    "ResourceGroupBeingDeleted": _STALE,
    "ResourceGroupNotFound": _STALE,
    "ResourceNotFound": _STALE,
    "GatewayTimeout": _UNAVAILABLE,
    "InternalServerError": _UNAVAILABLE,
    "ServiceUnavailable": _UNAVAILABLE,
    "AADSTS90033": _UNAVAILABLE,
    "AADSTS50020": _person("log in as somebody who is a member or a guest of that tenant"),
    "AADSTS700016": _person(
        "have an administrator of that tenant create the application's service principal there, or correct "
        "`clientId` under `tenants`"
    ),
    "AADSTS700213": _person("give the application the app's managed identity as a federated credential"),
    "AADSTS700236": _person("register the application in the managed identity's own tenant"),
    "AADSTS90002": _person("correct `id` under `tenants` of the topology document"),
    "AnotherPeeringAlreadyReferencesRemoteVnet": ErrorCode(
        kind=ErrorKind.STALE,  # one that has come since the look is adopted at the next
        advice="remove the other peering between the two networks",
    ),
    "AuthorizationFailed": _person(
        "assign the app's identity the role with the action that the message names, on the scope it names"
    ),
    "DenyAssignmentAuthorizationFailed": _person(
        "exclude the network: another service manages its group and denies changes"
    ),
    "InvalidAuthenticationTokenTenant": _person(
        "name the tenant that the message tells, with this subscription, under `tenants` of the topology document"
    ),
    "InvalidAuxiliaryTokens": _person(
        "correct the application of the tenant that the message tells, under `tenants` of the topology document"
    ),
    "LinkedAuthorizationFailed": _person(
        "assign the app's identity Microsoft.Network/virtualNetworks/peer/action on the other network; where that "
        "is in another tenant, name it under `tenants` of the topology document and give the role to its application"
    ),
    "MissingSubscriptionRegistration": _person(
        "register the resource provider Microsoft.Network in the subscription"
    ),
    "NoEffect": _person(
        "look in the activity log for who or what undoes it: a policy that modifies peerings, other automation"
    ),
    "ReadOnlyDisabledSubscription": _person("enable the subscription again"),
    "RemoteVnetHasNoGateways": _person(
        "create a gateway in the hub, or set GATEWAY_TRANSIT to when-available or never"
    ),
    "RequestDisallowedByPolicy": _person(
        "exempt the peering from the policy assignment that the message names, or change the policy"
    ),
    "ScopeLocked": _person("remove the lock from the scope that the message names"),
    "SubscriptionNotFound": _person("check the subscription in the settings"),
    "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet": _person(
        "give the network an address space that nothing peered to the hub uses, or remove the stale peering "
        "that holds it"
    ),
    "VnetAddressSpacesOverlap": _person("give one of the two networks another address space"),
}


def advice_on(code: str) -> str:
    """What a person can do about an error code; for unknown codes that is to read the message."""
    known = CODES.get(code)
    return (known and known.advice) or "see the message; it is tried again on every timer run"
