"""The event subscriptions that report changes in a subscription, as Event Grid describes them.

https://learn.microsoft.com/rest/api/eventgrid/controlplane/system-topic-event-subscriptions/list-by-system-topic
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .arm import ArmClient

_VERSION = "2025-02-15"
_TOPIC_TYPE = "microsoft.resources.subscriptions"


async def event_subscriptions(arm: "ArmClient", subscription: str) -> tuple[dict[str, Any], ...]:
    """Those on a system topic, which most are, and those on the scope itself. Raises `NetworkError`."""
    provider = f"/subscriptions/{subscription}/providers/Microsoft.EventGrid"
    found: dict[str, dict[str, Any]] = {}
    for topic in await arm.read_all(subscription, f"{provider}/systemTopics", _VERSION):
        if str(topic["properties"].get("topicType", "")).lower() == _TOPIC_TYPE:
            path = f"{topic['id']}/eventSubscriptions"
            found |= {one["id"]: one for one in await arm.read_all(subscription, path, _VERSION)}
    for one in await arm.read_all(subscription, f"{provider}/eventSubscriptions", _VERSION):
        if str(one["properties"].get("topic", "")).lower() == f"/subscriptions/{subscription}".lower():
            found[one["id"]] = one
    return tuple(found.values())
