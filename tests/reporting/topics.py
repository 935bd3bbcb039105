"""A simulated Azure whose topic is listened to, and the app's way to it."""

import json
from pathlib import Path

import jsonschema

from shared.azure.topic import sink_of
from shared.config.settings import Settings
from shared.reporting.outcome_events import Sink
from shared.reporting.publisher import Publisher
from simulator.azure import Azure
from tests.clouds import SUBSCRIPTION

ENDPOINT = "https://outcomes.westeurope-1.eventgrid.azure.net/api/events"
ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/schema/outcome-events.schema.json").read_text())
validate = jsonschema.Draft202012Validator(SCHEMA).validate


def sink() -> Sink:
    environ = {"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "HUB_LOCATION": "swedencentral"}
    sink = sink_of(Settings.from_environ(environ | {"OUTCOME_TOPIC_ENDPOINT": ENDPOINT}))
    assert sink is not None
    return sink


def publisher() -> Publisher:
    return Publisher(sink())


def published(azure: Azure) -> list[tuple[str, str]]:
    """What arrived since the last call, as type and the network's name; all of it as the schema says."""
    events, azure.topic.published = azure.topic.published, []
    for event in events:
        validate(event)
    assert len({event["id"] for event in events}) == len(events)
    return [
        (event["type"].removeprefix("Interlinked."), event["subject"].rpartition("/")[2]) for event in events
    ]
