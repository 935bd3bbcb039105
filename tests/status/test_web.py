"""The HTTP triggers, asked through the host against the simulator."""

import asyncio
import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from devhost.exchange import Request
from shared import composition
from shared.azure.blob import store_of
from shared.reporting.heartbeat import BLOB
from shared.status.service import FRESH_SECONDS
from simulator.errors import ArmError
from simulator.network.resources import PeeringFlags
from tests.clouds import ELSEWHERE, EU, HUB, SUBSCRIPTION, US
from tests.stories.test_triggers import deployment

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schema/status.schema.json").read_text())
DENIED = ArmError(status=403, code="AuthorizationFailed", message="The client may not.")


async def get(host, path):
    return await host.handle(Request(method="GET", url=f"http://localhost:7071/api/{path}"))


async def status(host):
    answer = await get(host, "status")
    assert answer.status == 200
    told = json.loads(answer.body)
    jsonschema.validate(told, SCHEMA)
    return told


def spokes(told):
    return {spoke["name"]: spoke for hub in told["hubs"] for spoke in hub["spokes"]}


async def health(host):
    answer = await get(host, "health")
    told = json.loads(answer.body)
    assert (answer.status == 200) is told["healthy"] is (not told["complaints"])
    return [(complaint["code"], complaint["text"]) for complaint in told["complaints"]]


def headers(answer):
    return {name.lower(): value for name, value in answer.headers}


async def test_all_of_them_need_a_key_and_only_read():
    async with deployment() as (_, _, host):
        bindings = {
            function.name: function.function.bindings[0]
            for function in host.functions
            if function.function.bindings[0]["type"] == "httpTrigger"
        }

    assert bindings.keys() == {"topology", "status", "health"}
    assert {binding["authLevel"].upper() for binding in bindings.values()} == {"FUNCTION"}
    assert [method for binding in bindings.values() for method in binding["methods"]] == ["GET"] * 3


async def test_the_workshop_as_data():
    async with deployment() as (_, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(30)
        told = await status(host)

    [hub] = told["hubs"]
    assert (hub["name"], hub["location"], hub["addressPrefixes"]) == (HUB, "swedencentral", ["10.0.0.0/22"])
    assert (hub["health"], hub["peerings"], hub["capacity"]) == ("healthy", 2, 500)
    assert told["counts"]["healthy"] == 2
    eu = spokes(told)[EU]
    assert (eu["health"], eu["presence"], eu["notes"]) == ("healthy", "seen", [])
    for half, name in (("toSpoke", f"peer-{HUB}-{EU}"), ("toHub", f"peer-{EU}-{HUB}")):
        found = eu[half]
        assert (found["name"], found["state"], found["sync"]) == (name, "Connected", "FullyInSync")
        assert found["options"]["allowForwardedTraffic"] is True
        assert found["options"]["useRemoteGateways"] is False
    assert eu["toSpoke"]["remoteAddressPrefixes"] == ["10.0.4.0/22"]


async def test_several_hubs_as_data():
    topology = (
        "hubs: [{name: a, location: swedencentral}, {name: b, location: eastus2}]\ndefaultHub: a\nmesh: true"
    )
    async with deployment(HUB_LOCATION="", TOPOLOGY=topology) as (_, cloud, host):
        await cloud.workshop()
        await host.invoke("on_schedule")
        told = await status(host)
        cloud.vnet("rival", "eastus2", "10.9.0.0/24")
        await asyncio.sleep(FRESH_SECONDS)
        without_b = await status(host)

    shown = {hub["name"]: {spoke["name"]: spoke["health"] for spoke in hub["spokes"]} for hub in told["hubs"]}
    assert shown == {HUB: {EU: "healthy", US: "healthy"}, US: {}}  # each pair once
    assert [hub["name"] for hub in without_b["hubs"]] == [HUB]


async def test_what_belongs_to_no_hub_is_told_with_its_reason():
    topology = (
        "hubs: [{name: swc, location: swedencentral}, {name: us, location: eastus2, regions: [eastus2, westus3]}]\n"
        "limits: {changes: 1}"
    )
    async with deployment(HUB_LOCATION="", TOPOLOGY=topology) as (azure, cloud, host):
        await cloud.workshop()
        azure.losses.lose_all()
        cloud.vnet("vnet-rival", "eastus2", "10.9.0.0/24")
        cloud.vnet("vnet-west", "westus3", "10.9.1.0/24")
        cloud.vnet("vnet-choosy", "norwayeast", "10.9.2.0/24", tags={"peering-hub": "swx"})
        cloud.vnet("vnet-odd", "norwayeast", "10.9.3.0/24", tags={"peering-mode": "on"})
        cloud.vnet("vnet-one", "norwayeast", "10.9.4.0/24", tags={"peering-hub": "swc"})
        cloud.vnet("vnet-two", "norwayeast", "10.9.5.0/24", tags={"peering-hub": "swc"})
        told, complaints = await status(host), await health(host)
        page = (await get(host, "topology")).body.decode()

    [untold] = told["untoldHubs"]
    assert untold["name"] == "us"
    assert "2 networks fit location eastus2" in untold["note"]["text"]
    assert [note["code"] for note in told["notes"]] == ["changes-held-back"]
    assert {each["name"]: each["note"]["code"] for each in told["undecided"]} == {
        EU: "no-hub",
        US: "no-hub",
        "vnet-choosy": "unknown-hub",
        "vnet-odd": "unknown-mode",
        "vnet-rival": "no-hub",
        "vnet-west": "no-hub",
    }
    advised = {each["name"] for each in told["undecided"] if each["note"]["advice"]}
    assert advised == {EU, "vnet-choosy", "vnet-odd"}  # the others need their hub, of which it is told above
    assert re.search("<h1>2 spokes: .*, 6 networks without a hub, 1 hub that cannot be told</h1>", page)
    assert complaints == [("hub", f"hub 'us': {untold['note']['text']}")]


async def test_a_hub_that_may_not_be_read_is_told_with_azures_words():
    far = f"/subscriptions/{ELSEWHERE}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet-far"
    topology = f"hubs: [{{name: swc, location: swedencentral}}, {{name: far, id: {far}}}]\ndefaultHub: swc"
    async with deployment(HUB_LOCATION="", TOPOLOGY=topology) as (azure, cloud, host):
        azure.arm.faults.refuse("GET", "vnet-far", DENIED)
        await cloud.workshop()
        await asyncio.sleep(60)
        told = await status(host)

    assert {name: spoke["health"] for name, spoke in spokes(told).items()} == {EU: "healthy", US: "healthy"}
    [untold] = told["untoldHubs"]
    assert (untold["name"], untold["note"]["code"]) == ("far", "AuthorizationFailed")
    assert untold["note"]["text"] == f"{far} was not read: The client may not."


async def test_a_peering_whose_remote_cannot_be_told_is_shown_as_it_is():
    async with deployment() as (_, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(30)
        cloud.half(HUB, EU).remote_id = f"/subscriptions/x/virtualNetworks/<i>{EU}"
        told = await status(host)
        page = (await get(host, "topology")).body.decode()

    assert {name: spoke["health"] for name, spoke in spokes(told).items()} == {
        EU: "unknown",
        US: "healthy",
        f"/subscriptions/x/virtualNetworks/<i>{EU}": "left-alone",
    }
    assert "unknown-id" in [note["code"] for note in told["hubs"][0]["notes"]]
    assert f"<i>{EU}" not in page


async def test_the_workshop_as_a_page():
    async with deployment() as (_, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(30)
        answer = await get(host, "topology")

    page = answer.body.decode()
    assert answer.status == 200
    assert "<h1>All 2 spokes are healthy</h1>" in page
    assert all(name in page for name in (HUB, EU, US))
    assert headers(answer)["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in headers(answer)["content-security-policy"]
    assert headers(answer)["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("form", "content_type", "sign"),
    [
        pytest.param("mermaid", "text/plain; charset=utf-8", "flowchart LR", id="mermaid"),
        pytest.param("DOT", "text/vnd.graphviz; charset=utf-8", "digraph interlinked {", id="dot"),
        pytest.param("markdown", "text/markdown; charset=utf-8", "# All 2 spokes are healthy", id="markdown"),
        pytest.param("json", "application/json; charset=utf-8", "{", id="json"),
    ],
)
async def test_the_workshop_as_text(form, content_type, sign):
    async with deployment() as (_, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(30)
        answer = await get(host, f"status?format={form}")

    assert (answer.status, headers(answer)["content-type"]) == (200, content_type)
    assert answer.body.decode().startswith(sign)


async def test_an_unknown_format_is_refused_without_asking_azure():
    async with deployment() as (_, cloud, host):
        answer = await get(host, "status?format=pdf")

        assert answer.status == 400
        assert "accepted is json, mermaid, dot, markdown" in json.loads(answer.body)["error"]["text"]
        assert cloud.arm.counters.requests.total() == 0


async def test_nothing_is_written_however_much_is_due():
    async with deployment(EVENT_BUDGET_SECONDS="1") as (azure, cloud, host):
        azure.losses.lose_all()
        await cloud.workshop()
        told = await status(host)
        await get(host, "topology")
        await get(host, "health")

        assert cloud.writes() == 0
    assert told["counts"] == {
        "in-trouble": 0,
        "unknown": 0,
        "waiting": 0,
        "changing": 2,
        "left-alone": 0,
        "healthy": 0,
    }
    assert [note["code"] for note in spokes(told)[EU]["notes"]] == ["missing"]
    assert spokes(told)[EU]["toHub"] is spokes(told)[EU]["toSpoke"] is None


async def test_in_audit_mode_what_is_due_waits():
    async with deployment(MODE="audit") as (_, cloud, host):
        await cloud.workshop()
        told = await status(host)

    assert told["mode"] == "audit"
    assert spokes(told)[EU]["health"] == "waiting"
    assert [note["code"] for note in spokes(told)[EU]["notes"]] == ["missing", "audit-mode"]


async def test_a_spoke_nobody_can_connect_says_why_and_what_to_do():
    async with deployment() as (_, cloud, host):
        await cloud.workshop()
        cloud.vnet("vnet-clash", "eastus2", "10.0.5.0/24")
        await asyncio.sleep(30)
        clash = spokes(await status(host))["vnet-clash"]
        page = (await get(host, "topology")).body.decode()

    assert clash["health"] == "in-trouble"
    [note] = clash["notes"]
    assert note["code"] == "overlap"
    assert "another address space" in note["advice"]
    assert "<h2>What to do</h2>" in page
    assert note["text"] in page


async def test_a_network_of_somebody_elses_is_left_alone():
    async with deployment() as (azure, cloud, host):
        await cloud.workshop()
        group, _ = azure.world.put_group(SUBSCRIPTION, "MC_aks", "westeurope", None, "/their/cluster")
        azure.world.put_vnet(
            group,
            "vnet-theirs",
            location="westeurope",
            space=("10.0.44.0/24",),
            tags=None,
            properties={},
            subnets=None,
            api_version="2024-05-01",
        )
        await asyncio.sleep(10)
        told = spokes(await status(host))

    assert told["vnet-theirs"]["health"] == "left-alone"
    assert [note["code"] for note in told["vnet-theirs"]["notes"]] == ["other-owner"]


async def test_what_a_deleted_spoke_left_is_shown_until_it_is_removed():
    async with deployment() as (azure, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(30)
        azure.losses.lose_all()
        azure.world.delete_vnet(cloud.find(EU))
        await asyncio.sleep(15)
        told = spokes(await status(host))

    assert (told[EU]["presence"], told[EU]["health"]) == ("gone", "changing")
    assert (told[EU]["location"], told[EU]["toHub"]) == (None, None)
    assert told[EU]["toSpoke"]["state"] == "Disconnected"
    assert [note["code"] for note in told[EU]["notes"]] == ["leftover"]


async def test_a_reload_storm_costs_one_reading():
    async with deployment() as (azure, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(30)
        azure.losses.lose_all()
        before = cloud.arm.counters.requests.total()
        await get(host, "status")
        one = cloud.arm.counters.requests.total() - before
        await asyncio.sleep(FRESH_SECONDS)
        before = cloud.arm.counters.requests.total()
        answers = await asyncio.gather(
            *(get(host, path) for path in ("status", "topology", "health", "status?format=dot") * 25)
        )

        answers.append(await get(host, "status"))

        assert {answer.status for answer in answers} == {200}
        assert cloud.arm.counters.requests.total() - before == one


async def test_a_change_shows_once_the_reading_has_aged():
    async with deployment() as (azure, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(30)
        azure.losses.lose_all()
        assert spokes(await status(host))[EU]["health"] == "healthy"

        cloud.delete_half(EU, HUB)
        await asyncio.sleep(FRESH_SECONDS)

        eu = spokes(await status(host))[EU]
        assert (eu["health"], eu["toSpoke"]["state"]) == ("changing", "Disconnected")


@pytest.mark.parametrize(
    ("settings", "code", "text"),
    [
        pytest.param({"HUB_LOCATION": ""}, "settings", "HUB_VNET_ID", id="settings"),
        pytest.param({"HUB_LOCATION": "norwayeast"}, "hub", "norwayeast", id="no such hub"),
    ],
)
async def test_what_cannot_be_shown_is_said(settings, code, text):
    async with deployment(**settings) as (_, cloud, host):
        await cloud.workshop()
        answer = await get(host, "status")
        page = await get(host, "topology")
        complaints = await health(host)

    error = json.loads(answer.body)["error"]
    assert (answer.status, page.status) == (503, 503)
    assert error["code"] == code
    assert text in error["text"]
    assert text in page.body.decode()
    assert complaints == [(code, error["text"])]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(DENIED, "rights", id="may not read"),
        pytest.param(
            ArmError(status=500, code="InternalServerError", message="Sorry."),
            "unreadable",
            id="Azure is ill",
        ),
    ],
)
async def test_an_azure_that_cannot_be_read_is_asked_no_more_often(error, code):
    async with deployment() as (azure, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(30)
        azure.losses.lose_all()
        azure.arm.faults.refuse("GET", "virtualNetworks", error)
        before = cloud.arm.counters.requests.total()
        answer, page = await get(host, "status"), await get(host, "topology")
        complaints = await health(host)
        asked = cloud.arm.counters.requests.total() - before

    assert (answer.status, page.status, asked) == (503, 503, 1)
    assert json.loads(answer.body)["error"]["code"] == code
    assert [complaint for complaint, _ in complaints] == [code]


async def test_health_without_a_complaint():
    async with deployment() as (_, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(30)

        assert await health(host) == []


async def test_health_tells_of_rights_that_writes_lack():
    async with deployment() as (azure, cloud, host):
        azure.arm.faults.refuse("PUT", "virtualNetworkPeerings", DENIED)
        await cloud.workshop()
        await asyncio.sleep(30)
        [(code, text)] = await health(host)
        eu = spokes(await status(host))[EU]
        azure.arm.faults.clear()
        await host.invoke("on_schedule")
        await asyncio.sleep(FRESH_SECONDS)

        assert (code, "AuthorizationFailed" in text, "2 spokes" in text) == ("rights", True, True)
        assert (eu["health"], [note["code"] for note in eu["notes"]][-2:]) == (
            "in-trouble",
            ["AuthorizationFailed", "missing"],
        )
        assert await health(host) == []
        assert spokes(await status(host))[EU]["health"] == "healthy"


async def test_health_tells_of_a_subscription_that_is_not_listed():
    topology = (
        f"hubs: [{{name: hub, location: swedencentral, subscription: {SUBSCRIPTION}}}]\n"
        f"subscriptions: [{SUBSCRIPTION}, {ELSEWHERE}]"
    )
    async with deployment(HUB_LOCATION="", TOPOLOGY=topology) as (azure, cloud, host):
        azure.arm.faults.refuse("GET", f"{ELSEWHERE}/providers/.*virtualNetworks$", DENIED)
        await cloud.workshop()
        await asyncio.sleep(30)
        [(code, text)] = await health(host)
        azure.arm.faults.clear()
        await asyncio.sleep(FRESH_SECONDS)

        assert (code, ELSEWHERE in text, "AuthorizationFailed" in text) == ("unreadable", True, True)
        assert cloud.is_whole(EU, US)
        assert await health(host) == []


async def test_health_tells_of_a_timer_that_ran_no_more():
    async with deployment() as (azure, cloud, host):
        azure.losses.lose_all()
        await cloud.workshop()
        assert await health(host) == []
        assert (await status(host))["lastPass"]["outcome"] is None
        await asyncio.sleep(601)
        assert await health(host) == [("timer", "no full pass since this process began 10 min ago")]

        await host.invoke("on_schedule")
        assert await health(host) == []
        await asyncio.sleep(595)
        assert await health(host) == []
        await asyncio.sleep(10)
        assert await health(host) == [("timer", "the last full pass ended 10 min ago")]
        last = (await status(host))["lastPass"]

    assert (last["outcome"], last["secondsAgo"]) == ("settled", pytest.approx(605))


STORAGE = {"AzureWebJobsStorage__accountName": "stinterlinked"}


async def test_an_instance_that_runs_no_timer_knows_the_passes_of_another():
    async with deployment(**STORAGE) as (azure, cloud, host):
        azure.losses.lose_all()
        await cloud.workshop()
        await host.invoke("on_schedule")
        composition.forget()  # the instance for HTTP is another process
        assert await health(host) == []
        await asyncio.sleep(601)

        assert await health(host) == []
        assert (await status(host))["lastPass"]["outcome"] == "settled"


@pytest.mark.parametrize(
    ("ago", "complaints"),
    [
        (timedelta(minutes=11), []),  # a pass may be going on there, for as long as its budget allows
        (timedelta(minutes=36), [("timer", "the last full pass ended 36 min ago")]),
    ],
)
async def test_an_instance_that_runs_no_timer_tells_when_no_other_does(ago, complaints):
    async with deployment(**STORAGE) as (azure, cloud, host):
        azure.losses.lose_all()
        await cloud.workshop()
        ended = (datetime.now(UTC) - ago).isoformat()
        content = json.dumps({"version": 1, "endedAt": ended, "outcome": "settled"}).encode()
        await store_of(os.environ, None, BLOB).save(content, None)

        assert await health(host) == complaints


async def test_without_the_blob_an_instance_that_runs_no_timer_waits_two_periods():
    async with deployment(**STORAGE) as (azure, cloud, host):
        azure.losses.lose_all()
        azure.blobs.refuses["GET"] = (403, "AuthorizationPermissionMismatch")
        await cloud.workshop()
        assert await health(host) == []
        await asyncio.sleep(601)
        assert [code for code, _ in await health(host)] == ["timer"]
        azure.blobs.refuses.clear()
        await host.invoke("on_schedule")

        assert await health(host) == []


async def test_a_pass_that_takes_long_is_not_late():
    async with deployment() as (azure, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(30)
        assert await health(host) == []
        azure.losses.lose_all()
        azure.arm.faults.refuse(
            "PUT",
            "virtualNetworkPeerings",
            ArmError(status=409, code="AnotherOperationInProgress", message="Busy."),
        )
        cloud.delete_half(EU, HUB)
        running = asyncio.create_task(host.invoke("on_schedule"))
        await asyncio.sleep(700)

        assert not running.done()
        assert await health(host) == []
        running.cancel()


async def test_a_peering_to_a_network_elsewhere_counts_and_is_left_alone():
    async with deployment() as (azure, cloud, host):
        await cloud.workshop()
        cloud.vnet("vnet-far", "westus3", "10.9.0.0/24", subscription=ELSEWHERE)
        await asyncio.sleep(30)
        azure.losses.lose_all()
        far = cloud.find("vnet-far", subscription=ELSEWHERE)
        azure.world.put_peering(cloud.find(HUB), "theirs", far.id, PeeringFlags(), sync=False)
        await asyncio.sleep(20)
        told = await status(host)

    far = spokes(told)["vnet-far"]
    assert (far["health"], far["presence"], far["toSpoke"]["state"]) == ("left-alone", "unseen", "Initiated")
    assert told["hubs"][0]["peerings"] == 3
