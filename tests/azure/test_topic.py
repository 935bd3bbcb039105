"""The topic through the real client, and what it refuses."""

import json
import re
import subprocess
import sys

import jsonschema
import pytest

from shared.azure.topic import sink_of
from shared.config.settings import Settings
from shared.reporting.outcome_events import NotPublishedError, OutcomeEvent, OutcomeType
from simulator.eventgrid.topic import API_VERSION, AUDIENCE, MOST_BYTES
from simulator.http import Request
from simulator.tokens import access_token
from tests.reporting.reports import EU, Watch
from tests.reporting.topics import ENDPOINT, ROOT, SCHEMA, published, sink, validate
from tests.signed_in import simulated

GOOD = {"id": "1", "source": "/s", "type": "t", "specversion": "1.0"}
RECOVERED = OutcomeEvent(
    type=OutcomeType.RECOVERED, network=EU, data={"network": str(EU), "reason": "overlap"}
)


@pytest.fixture
async def azure(monkeypatch):
    async with simulated(monkeypatch) as azure:
        yield azure


def token(audience=AUDIENCE):
    return access_token(
        audience=audience, tenant_id="t", client_id="c", principal_id="p", issued=Watch()(), seconds=3600
    )


async def post(azure, body, *, bearer=None, content_type="application/cloudevents-batch+json", **changed):
    request = {
        "method": "POST",
        "url": f"{ENDPOINT}?api-version={API_VERSION}",
        "headers": {"authorization": f"Bearer {token() if bearer is None else bearer}"}
        | {"content-type": content_type},
        "body": body if isinstance(body, bytes) else json.dumps(body).encode(),
    } | changed
    return await azure.handle(Request(**request))


async def test_the_real_client_publishes_with_the_apps_identity(azure):
    await sink().publish([RECOVERED])
    (event,) = azure.topic.published
    assert (event["subject"], event["data"]) == (str(EU), RECOVERED.data)
    assert published(azure) == [("Peering.Recovered", "eu")]


@pytest.mark.parametrize("status", [401, 403, 413, 500, 503])
async def test_a_refusal_is_known_by_its_status_and_tried_once(azure, status):
    azure.topic.refuses = (status, "Refused")
    with pytest.raises(NotPublishedError) as refused:
        await sink().publish([RECOVERED])
    assert (refused.value.code, azure.topic.requests) == (str(status), 1)


async def test_more_than_event_grid_takes_is_refused(azure):
    large = OutcomeEvent(type=OutcomeType.BLOCKED, network=EU, data={"message": "x" * MOST_BYTES})
    with pytest.raises(NotPublishedError) as refused:
        await sink().publish([large])
    assert refused.value.code == "413"


@pytest.mark.parametrize("bearer", ["", "opaque", token("https://management.azure.com")])
async def test_only_a_token_for_event_grid_is_taken(azure, bearer):
    answer = await post(azure, [GOOD], bearer=bearer)
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        {},
        [],
        [1],
        *([{name: value for name, value in GOOD.items() if name != lacking}] for lacking in GOOD),
        [GOOD | {"specversion": "0.3"}],
        [GOOD | {"Odd_Name": "x"}],
        [GOOD | {"time": "yesterday"}],
        [GOOD | {"data": {}, "data_base64": ""}],
        [GOOD, GOOD | {"id": ""}],
    ],
)
async def test_what_is_no_batch_of_cloudevents_is_refused_as_a_whole(azure, body):
    assert (await post(azure, body)).status == 400
    assert azure.topic.published == []


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"content_type": "application/json"}, 400),
        ({"method": "GET"}, 405),
        ({"url": ENDPOINT}, 400),
        ({"url": f"https://t.eventgrid.azure.net/?api-version={API_VERSION}"}, 404),
    ],
)
async def test_what_is_asked_otherwise_is_refused(azure, changed, status):
    assert (await post(azure, [GOOD], **changed)).status == status


async def test_a_single_event_is_taken_too(azure):
    assert (await post(azure, GOOD, content_type="application/cloudevents+json")).status == 200
    assert azure.topic.published == [GOOD]


def test_without_the_setting_there_is_no_outlet():
    least = {"AZURE_SUBSCRIPTION_ID": EU.subscription, "HUB_LOCATION": "swedencentral"}
    assert sink_of(Settings.from_environ(least)) is None


def test_nothing_of_event_grid_is_imported_before_it_is_needed():
    code = (
        "import sys, shared.composition, shared.azure.topic, shared.config.settings as s\n"
        f"settings = s.Settings.from_environ({{'AZURE_SUBSCRIPTION_ID': {EU.subscription!r}, "
        f"'HUB_LOCATION': 'westeurope', 'OUTCOME_TOPIC_ENDPOINT': {ENDPOINT!r}}})\n"
        "assert shared.azure.topic.sink_of(settings)\n"
        "assert not [name for name in sys.modules if name.startswith('azure.')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 (our own interpreter)


def test_the_schema_knows_every_type_and_no_other():
    assert [each["properties"]["type"]["const"] for each in SCHEMA["oneOf"]] == list(OutcomeType)


def test_the_page_about_notifications_says_what_the_schema_says():
    page = (ROOT / "docs/notifications.md").read_text()
    rows = re.findall(r"^\| `(Interlinked[.\w]+)` \| [^|]* \| ([^|]*) \|", page, re.MULTILINE)
    assert {kind: re.findall(r"`(\w+)`", fields) for kind, fields in rows} == {
        each["properties"]["type"]["const"]: list(each["properties"]["data"]["properties"])
        for each in SCHEMA["oneOf"]
    }
    (example,) = re.findall(r'^```\n(\{\n  "specversion".*?)^```', page, re.MULTILINE | re.DOTALL)
    validate(json.loads(example))


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Interlinked.Peering.Lost"},
        {"data": {"reason": "overlap", "message": "x"}},
        {"data": {"reason": "overlap", "message": "x", "advice": "y", "secret": "z"}},
        {"time": "today"},
    ],
)
def test_the_schema_takes_nothing_else(change):
    good = GOOD | {"source": f"/subscriptions/{EU.subscription}", "subject": str(EU)}
    good |= {"type": "Interlinked.Peering.Blocked", "time": "2026-01-05T08:00:00Z"}
    good |= {"data": {"reason": "overlap", "message": "x", "advice": "y"}}
    validate(good)
    with pytest.raises(jsonschema.ValidationError):
        validate(good | change)
