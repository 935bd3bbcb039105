"""How Azure refuses: the shape of every error, and those of Azure Resource Manager itself.

Codes and statuses are those seen in public recordings and issue threads; where nobody has published the code
a function says so. Clients must go by `code`: messages are free text and can be localized.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any


@dataclass(slots=True, kw_only=True)
class ArmError(Exception):
    """An answer in the shape `{"error": {"code", "message", "details"}}`."""

    status: int
    code: str
    message: str
    details: Sequence[dict[str, str]] = ()
    target: str | None = None
    additional_info: Sequence[dict[str, Any]] = ()
    retry_after_seconds: float | None = None
    by_gateway: bool = False
    """Refused by Azure Resource Manager itself rather than by the network provider."""
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if not self.by_gateway or self.details:
            error["details"] = list(self.details)
        if self.target is not None:
            error["target"] = self.target
        if self.additional_info:
            error["additionalInfo"] = list(self.additional_info)
        return {"error": error}


def gateway_error(status: int, code: str, message: str, **more: Any) -> ArmError:
    return ArmError(status=status, code=code, message=message, by_gateway=True, **more)


def provider_error(status: int, code: str, message: str, **more: Any) -> ArmError:
    return ArmError(status=status, code=code, message=message, **more)


def unauthenticated() -> ArmError:
    return gateway_error(
        401,
        "AuthenticationFailed",
        "Authentication failed. The 'Authorization' header is missing or carries no bearer token.",
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )


def resource_not_found(resource_type: str, name: str, group: str) -> ArmError:
    return gateway_error(
        404,
        "ResourceNotFound",
        f"The Resource '{resource_type}/{name}' under resource group '{group}' was not found.",
    )


def group_not_found(group: str) -> ArmError:
    return gateway_error(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def subscription_not_found(subscription: str) -> ArmError:
    return gateway_error(
        404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found."
    )


def group_being_deleted(group: str) -> ArmError:
    return gateway_error(
        409,
        "ResourceGroupBeingDeleted",
        f"The resource group '{group}' is in deprovisioning state and cannot perform this operation.",
    )


def location_is_fixed(name: str, group: str, location: str) -> ArmError:
    return gateway_error(
        409,
        "InvalidResourceLocation",
        f"The resource '{name}' already exists in location '{location}' in resource group '{group}'. "
        "A resource with the same name cannot be created in another location.",
    )


def invalid_subscription(subscription: str) -> ArmError:
    return gateway_error(
        400,
        "InvalidSubscriptionId",
        f"The provided subscription identifier '{subscription}' is malformed.",
    )


def read_only_subscription(subscription: str) -> ArmError:
    """The code is known from microsoft/vscode-azureappservice#1646, its status by analogy."""
    return gateway_error(
        409,
        "ReadOnlyDisabledSubscription",
        f"The subscription '{subscription}' is disabled and can therefore only be read.",
    )


def missing_registration(namespace: str) -> ArmError:
    """The SDK takes the namespace to register from the quotation marks in the text."""
    message = f"The subscription is not registered to use namespace '{namespace}'."
    detail = {"code": "MissingSubscriptionRegistration", "target": namespace, "message": message}
    return gateway_error(409, "MissingSubscriptionRegistration", message, details=[detail])


def resources_being_moved(group: str) -> ArmError:
    """Status by analogy with a group that is being deleted."""
    return gateway_error(
        409, "ResourcesBeingMoved", f"Resources of '{group}' are being moved and cannot be written meanwhile."
    )


def scope_locked(path: str, operation: str, locked: Sequence[str]) -> ArmError:
    """Azure/azure-sdk-for-java#2560."""
    scopes = ",".join(dict.fromkeys(locked))
    return gateway_error(
        409,
        "ScopeLocked",
        f"The scope '{path}' cannot perform {operation} operation because these scopes are locked: "
        f"'{scopes}'. Remove the lock and try again.",
    )


def throttled(seconds: float, *, of_subscription: bool) -> ArmError:
    return gateway_error(
        429,
        "SubscriptionRequestsThrottled" if of_subscription else "TooManyRequests",
        f"The number of requests exceeds what is allowed. Try again after {ceil(seconds)} seconds.",
        retry_after_seconds=seconds,
    )


# --- who may do what -----------------------------------------------------------------------------------


def token_of_wrong_tenant(issuer: str, tenant: str) -> ArmError:
    """Azure/azure-libraries-for-java#993."""
    return gateway_error(
        401,
        "InvalidAuthenticationTokenTenant",
        f"The access token is from the wrong issuer 'https://sts.windows.net/{issuer}/'; it must match the "
        f"tenant 'https://sts.windows.net/{tenant}/' of this subscription.",
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )


def invalid_auxiliary_tokens(why: str) -> ArmError:
    """The status and that the token's owner is named are documented; the code is assumed."""
    return gateway_error(401, "InvalidAuxiliaryTokens", f"The auxiliary tokens cannot be used: {why}.")


def authorization_failed(action: str, scope: str) -> ArmError:
    return gateway_error(
        403,
        "AuthorizationFailed",
        f"The client does not have authorization to perform action '{action}' over scope '{scope}' or the "
        "scope is invalid. If access was granted recently, refresh your credentials.",
    )


def linked_authorization_failed(scope: str, linked_action: str, linked_scope: str) -> ArmError:
    """hashicorp/terraform-provider-azurerm#12134."""
    return gateway_error(
        403,
        "LinkedAuthorizationFailed",
        f"The client has permission to write '{scope}', but not to perform action '{linked_action}' on the "
        f"linked scope '{linked_scope}', or the linked scope is invalid.",
    )


def linked_subscription_in_other_tenant(tenant: str, linked_subscription: str) -> ArmError:
    """hashicorp/terraform-provider-azurerm#4546."""
    return gateway_error(
        403,
        "LinkedAuthorizationFailed",
        f"The current tenant '{tenant}' is not authorized to access linked subscription "
        f"'{linked_subscription}'.",
    )


def deny_assignment(action: str, scope: str) -> ArmError:
    """MicrosoftDocs/azure-docs#51173 has the text, not the code."""
    return gateway_error(
        403,
        "DenyAssignmentAuthorizationFailed",
        f"Access to perform action '{action}' on '{scope}' is denied by a system deny assignment.",
    )


def disallowed_by_policy(name: str, assignment: str, definition: str) -> ArmError:
    """https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-policy-requestdisallowedbypolicy"""
    info = {
        "policyAssignmentName": assignment,
        "policyDefinitionDisplayName": definition,
        "policyDefinitionEffect": "deny",
    }
    return gateway_error(
        403,
        "RequestDisallowedByPolicy",
        f"Resource '{name}' was disallowed by policy '{definition}'.",
        target=name,
        additional_info=[{"type": "PolicyViolation", "info": info}],
    )


def unavailable(status: int) -> ArmError:
    """What a service answers with that is not itself: 500, 503 or 504. The write may have happened."""
    codes = {500: "InternalServerError", 503: "ServiceUnavailable", 504: "GatewayTimeout"}
    return gateway_error(status, codes[status], "The service could not complete the request.")
