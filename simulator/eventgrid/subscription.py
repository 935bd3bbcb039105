"""Who wants which events, delivered where and how."""

from dataclasses import dataclass

from simulator.eventgrid.event import ResourceEvent
from simulator.eventgrid.schema import DeliverySchema, subject


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSubscription:
    """An event subscription on the system topic of one Azure subscription.

    An empty filter lets everything through, values within one filter are alternatives, and comparisons
    ignore case. `operation_names` is the advanced filter StringIn on `data.operationName`,
    `subject_contains` the advanced filter StringContains on `subject`.
    https://learn.microsoft.com/azure/event-grid/event-filtering
    """

    name: str
    endpoint: str
    subscription_id: str
    schema: DeliverySchema = DeliverySchema.EVENT_GRID
    included_event_types: tuple[str, ...] = ()
    operation_names: tuple[str, ...] = ()
    subject_begins_with: str = ""
    subject_ends_with: str = ""
    subject_contains: tuple[str, ...] = ()
    max_events_per_batch: int = 1
    time_to_live_minutes: int = 1440
    max_delivery_attempts: int = 30
    dead_letter: bool = False
    function_id: str | None = None
    """The function that Resource Manager shows for a destination; else the webhook at `endpoint`."""
    provisioning_state: str = "Succeeded"

    def __post_init__(self) -> None:
        for name, value, highest in (
            ("max_events_per_batch", self.max_events_per_batch, 5000),
            ("time_to_live_minutes", self.time_to_live_minutes, 1440),
            ("max_delivery_attempts", self.max_delivery_attempts, 30),
        ):
            if not 1 <= value <= highest:
                raise ValueError(f"{name}: {value} is not between 1 and {highest}")

    def matches(self, event: ResourceEvent) -> bool:
        about = subject(event).lower()
        return (
            event.subscription_id.lower() == self.subscription_id.lower()
            and _is_in(event.event_type, self.included_event_types)
            and _is_in(event.operation_name, self.operation_names)
            and about.startswith(self.subject_begins_with.lower())
            and about.endswith(self.subject_ends_with.lower())
            and (not self.subject_contains or any(part.lower() in about for part in self.subject_contains))
        )


def _is_in(value: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or value.lower() in {each.lower() for each in wanted}
