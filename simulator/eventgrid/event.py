"""What the system topic tells: one operation on one resource, ended one way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """How the operation ended; the value is the last word of the event type."""

    SUCCESS = "Success"
    FAILURE = "Failure"
    CANCEL = "Cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """The call to Azure Resource Manager behind the event."""

    method: str
    url: str
    client_request_id: str
    client_ip_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceEvent:
    """An event of type `Microsoft.Resources.Resource<Write|Delete|Action><Success|Failure|Cancel>`.

    `evidence` says by which role assignment the caller was allowed; where there is none, Azure shows an
    empty list. `request` is left out of some events, creations above all.
    https://learn.microsoft.com/azure/event-grid/event-schema-subscriptions
    """

    id: str
    time: datetime
    resource_id: str
    operation_name: str
    tenant_id: str
    correlation_id: str
    outcome: Outcome = Outcome.SUCCESS
    claims: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    request: HttpRequest | None = None

    def __post_init__(self) -> None:
        if self.verb not in {"Write", "Delete", "Action"}:
            raise ValueError(f"raises no event: {self.operation_name!r}")
        if not self.resource_id.lower().startswith("/subscriptions/"):
            raise ValueError(f"not a resource of a subscription: {self.resource_id!r}")

    @property
    def verb(self) -> str:
        """Write, Delete or Action."""
        return self.operation_name.rpartition("/")[2].capitalize()

    @property
    def event_type(self) -> str:
        return f"Microsoft.Resources.Resource{self.verb}{self.outcome}"

    @property
    def subscription_id(self) -> str:
        return self.resource_id.split("/")[2]
