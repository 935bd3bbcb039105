"""The worker's own library and the distribution, up to what Application Insights is sent."""

import json
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def sent():
    """What came in, by type: Metric, Message, RemoteDependency."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.telemetry.exported"], check=True, capture_output=True, text=True
    )
    found = {}
    for item in json.loads(ended.stdout.splitlines()[-1]):
        found.setdefault(item["name"].rpartition(".")[2], []).append(item)
    return found


def test_metrics_arrive_under_their_names(sent):
    names = {metric["name"] for item in sent["Metric"] for metric in item["data"]["baseData"]["metrics"]}

    assert {"interlinked.pairs", "interlinked.writes", "interlinked.time_to_connected"} <= names
    assert "interlinked.drift.age" in names


def test_facts_arrive_as_they_are_logged_and_belong_to_a_trace(sent):
    lines = [item["data"]["baseData"]["message"] for item in sent["Message"]]
    facts = {line.partition(" {")[0] for line in lines}

    assert {"reconciled", "drift found", "pair connected", "change applied"} == facts
    assert all(json.loads(line[line.index("{") :]) for line in lines)
    assert all(item["tags"].get("ai.operation.id") for item in sent["Message"])


def test_the_queries_may_not_ask_for_the_function(sent):
    """The host adds it to lines that go through it; these do not."""
    assert not [item for item in sent["Message"] if "ai.operation.name" in item["tags"]]


def test_spans_arrive_as_dependencies(sent):
    """A sampler leaves some out."""
    assert sent["RemoteDependency"]
