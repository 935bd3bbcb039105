"""What somebody with rights to the storage account writes into the app's blobs."""

import asyncio
import json

import pytest

from devhost.exchange import Request as HostRequest
from shared import composition
from simulator.http import Request
from simulator.storage import HOST_SUFFIX, BlobService
from tests.clouds import EU, US
from tests.known.harness import STORAGE, deployment, lines

FAR = "9999-12-31T23:59:59+00:00"
LONG_AGO = "0001-01-01T00:00:00+23:59"
TOPIC = {"OUTCOME_TOPIC_ENDPOINT": "https://outcomes.westeurope-1.eventgrid.azure.net/api/events"}
ALERTS, HEARTBEAT = "told.json", "pass.json"


def fails(reason):
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)


def put(blobs: BlobService, name, content):
    """As by another client of the account."""
    url = f"https://stinterlinked{HOST_SUFFIX}/interlinked/{name}"
    blobs.handle(Request(method="PUT", url=url, headers={"authorization": "Bearer any"}, body=content))


def alerts(*entries, **more):
    note = {"vnet": None, "code": "x", "digest": "y", "since": "2026-01-01T00:00:00+00:00"}
    return json.dumps({"version": 1, "told": [note | entry for entry in entries]} | more).encode()


def unsent(**fields):
    event = {"id": "1", "type": "Interlinked.Peering.Blocked", "network": None, "data": {}, "time": FAR}
    return event | fields


FOREIGN = "/subscriptions/99999999-9999-9999-9999-999999999999/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/evil"
POISONED = {
    "garbage": b"\xff\xfe\x00garbage",
    "large": b"x" * 2_000_000,
    "null": b"null",
    "text": b'"x"',
    "a list": b"[]",
    "NaN": b"NaN",
    "another version": b'{"version": 2, "told": []}',
    "a long number": b'{"version": ' + b"9" * 5000 + b"}",
    "entries are text": b'{"version": 1, "told": "abc"}',
    "an entry is null": b'{"version": 1, "told": [null]}',
    "a network is a number": alerts({"vnet": 5}),
    "a network is malformed": alerts({"vnet": "/subscriptions/x"}),
    "a network of others": alerts({"vnet": FOREIGN}),
    "since a number": alerts({"since": 5}),
    "since without a zone": alerts({"since": "2026-01-01T00:00:00"}),
    "since far ahead": alerts({"since": FAR}),
    "since long ago": alerts({"since": LONG_AGO}),
    "a surrogate": alerts({"code": "\ud800", "digest": "\ud800"}),
    "messages are a number": alerts(unsent=5),
    "a message of no type": alerts(unsent=[unsent(type=[])]),
    "a message with odd data": alerts(unsent=[unsent(id=1, data=[["a", 1]])]),
}
DEEP = {"a deep list": b"[" * 200_000, "a deep object": b'{"a":' * 150_000}
HEARTBEATS = {
    "far ahead": {"version": 1, "endedAt": FAR, "outcome": "settled"},
    "long ago": {"version": 1, "endedAt": LONG_AGO, "outcome": "settled"},
    "outcome is a list": {"version": 1, "endedAt": "2026-01-01T00:00:00+00:00", "outcome": []},
    "outcome is a mapping": {"version": 1, "endedAt": "2026-01-01T00:00:00+00:00", "outcome": {}},
    "text": "endedAt",
}


async def health(host):
    answer = await host.handle(HostRequest(method="GET", url="http://localhost:7071/api/health", headers={}))
    return answer.status


async def runs_with(name, content, **settings):
    """Two runs of the timer, a restart, and another run, with a poisoned blob and one lasting trouble:
    (whether all succeeded, the blob afterwards, whether the pairs are whole, the status of the health)."""
    async with deployment(**STORAGE, **settings) as (azure, cloud, host):
        azure.losses.lose_all()
        await cloud.workshop()
        cloud.vnet("clash", "westeurope", "10.0.2.0/24")
        await asyncio.sleep(5)
        azure.blobs.containers["interlinked"] = {}
        put(azure.blobs, name, content)
        outcomes = [await host.invoke("on_schedule") for _ in range(2)]
        composition.forget()
        outcomes.append(await host.invoke("on_schedule"))
        await asyncio.sleep(6)
        after = azure.blobs.containers["interlinked"][name].content
        return all(run.succeeded for run in outcomes), after, cloud.is_whole(EU, US), await health(host)


@pytest.mark.parametrize(
    ("content", "settings"),
    [
        *(pytest.param(content, {}, id=name) for name, content in (POISONED | DEEP).items()),
        *(
            pytest.param(POISONED[name], TOPIC, id=f"{name}, with a topic")
            for name in POISONED
            if "message" in name
        ),
        pytest.param(b"", {}, id="nothing", marks=fails("an empty blob of alerts is never replaced")),
    ],
)
async def test_a_poisoned_blob_of_alerts_is_replaced_and_stops_nothing(content, settings, caplog):
    caplog.set_level("INFO", logger="interlinked")

    succeeded, after, is_whole, _ = await runs_with(ALERTS, content, **settings)

    assert succeeded
    assert is_whole
    assert after != content
    assert lines(caplog, "needs a person") == 1


@pytest.mark.parametrize(
    "content",
    [
        *(
            pytest.param(POISONED[name], id=name)
            for name in ("garbage", "large", "null", "NaN", "another version")
        ),
        *(pytest.param(json.dumps(each).encode(), id=name) for name, each in HEARTBEATS.items()),
        pytest.param(b"", id="nothing", marks=fails("an empty blob of the last pass is never replaced")),
        *(
            pytest.param(
                content, id=name, marks=fails("deep JSON in the blob of the last pass fails every run")
            )
            for name, content in DEEP.items()
        ),
    ],
)
async def test_a_poisoned_blob_of_the_last_pass_is_replaced_and_stops_nothing(content):
    succeeded, after, is_whole, status = await runs_with(HEARTBEAT, content)

    assert succeeded
    assert is_whole
    assert after != content
    assert status in (200, 503)


@fails("a blob full of alerts dated far ahead leaves no room, so a trouble is told again by every run")
async def test_alerts_dated_far_ahead_make_no_trouble_repeat_itself(caplog):
    caplog.set_level("INFO", logger="interlinked")
    full = alerts(*({"code": "completed", "digest": str(number), "since": FAR} for number in range(1000)))

    await runs_with(ALERTS, full)

    assert lines(caplog, "needs a person") == 1


@fails("messages dated far ahead are never sent and never given up, and stay in the blob for ever")
async def test_messages_dated_far_ahead_do_not_stay_for_ever():
    waiting = [unsent(id=f"message-{number}") for number in range(20)]

    _, after, _, _ = await runs_with(ALERTS, alerts(unsent=waiting), **TOPIC)

    assert "message-" not in after.decode()
