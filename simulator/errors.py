"""How Azure refuses: the shape of every error, and those of Azure Resource Manager itself.

Codes and statuses are those seen in public recordings and issue threads; where nobody has published the code
a function says so. Clients must go by `code`: messages are free text and can be localized.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
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
