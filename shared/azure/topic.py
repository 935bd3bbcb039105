"""An Event Grid custom topic as the sink of outcome events, reached with the app's identity.

https://learn.microsoft.com/azure/event-grid/custom-topics
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..config.settings import Settings
from ..reporting.outcome_events import NotPublishedError, OutcomeEvent, Sink

if TYPE_CHECKING:
    from azure.eventgrid.aio import EventGridPublisherClient

_CLIENT_OPTIONS: Mapping[str, Any] = {"retry_total": 0, "connection_timeout": 2, "read_timeout": 3}


def sink_of(settings: Settings) -> Sink | None:
    """The topic that the settings name, if they name one."""
    endpoint, client_id = settings.outcome_topic_endpoint, settings.client_id
    if endpoint is None:
        return None
    return TopicSink(lambda: _by_identity(endpoint, client_id), f"/subscriptions/{settings.subscription_id}")


def _by_identity(endpoint: str, client_id: str | None) -> "EventGridPublisherClient":
    from azure.eventgrid.aio import EventGridPublisherClient
    from azure.identity.aio import ManagedIdentityCredential

    return EventGridPublisherClient(
        endpoint, ManagedIdentityCredential(client_id=client_id), **_CLIENT_OPTIONS
    )


class TopicSink:
    """Connects on first use: a run with nothing to publish never imports the SDK. `source` is that of the events."""

    def __init__(self, connect: Callable[[], "EventGridPublisherClient"], source: str) -> None:
        self._connect = connect
        self._source = source
        self._client: EventGridPublisherClient | None = None

    async def publish(self, events: Sequence[OutcomeEvent]) -> None:
        """Raises `NotPublishedError` for whatever goes wrong."""
        try:
            from azure.core.messaging import CloudEvent

            if self._client is None:
                self._client = self._connect()
            await self._client.send(
                [
                    CloudEvent(
                        source=self._source,
                        type=str(event.type),
                        subject=str(event.network or self._source),
                        data=event.data,
                        id=event.id,
                        time=event.time,
                    )
                    for event in events
                ]
            )
        except Exception as error:  # whatever the topic, the SDK or the identity raises costs a message
            status = getattr(error, "status_code", None)
            raise NotPublishedError(str(status or type(error).__name__), str(error)) from error
