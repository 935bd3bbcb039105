"""`status`, `graph` and `explain`."""

import asyncio
import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from shared.cli.exit_codes import ExitCode
from tests.cli.shell import Shell
from tests.clouds import ELSEWHERE, EU, HUB, SUBSCRIPTION, US, Cloud

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schema/status.schema.json").read_text())


async def half_whole():
    """The pair with EU is whole, and the one with US has lost a half."""
    cloud = Cloud()
    await cloud.workshop()
    await Shell(cloud)("apply")
    cloud.delete_half(US, HUB)
    await asyncio.sleep(13)
    return cloud


async def test_status_shows_the_worst_first():
    ran = await Shell(await half_whole())("status")

    assert (ran.ending, ran.err) == (ExitCode.DONE, "")
    head, us, eu, *_ = ran.out.splitlines()
    assert head.split()[:4] == ["HEALTH", "HUB", "SPOKE", "REGION"]
    assert us[head.index("REASON") :] == "disconnected, missing"
    assert us.split()[:3] == ["changing", HUB, US]
    assert "Disconnected, RemoteNotInSync" in us
    assert "absent" in us
    assert eu.split()[:3] == ["healthy", HUB, EU]
    assert ran.out.endswith("2 spokes: 1 changing, 1 healthy.\n")


async def test_what_belongs_to_no_hub_is_told_with_the_reason():
    cloud = Cloud()
    await cloud.workshop()
    topology = (
        "hubs: [{name: swc, location: swedencentral, regions: [eastus2]}, {name: far, location: japaneast}]"
    )
    shell = Shell(cloud, HUB_LOCATION="", TOPOLOGY=topology)
    shown, explained = await shell("status"), await shell("explain", EU)

    assert "! hub 'far' (no-hub): no network was found for location japaneast" in shown.out
    why = "every network is included, and no hub serves westeurope, and there is no default hub"
    assert f"! {EU} (no-hub): {why}" in shown.out
    assert shown.out.endswith("1 spoke: 1 changing, 1 network without a hub, 1 hub that cannot be told.\n")
    assert f"  reason      no-hub: {why}" in explained.out.splitlines()
    assert explained.out.splitlines()[-1].startswith("  next step   name a hub in its tag peering-hub")


async def test_status_in_every_other_form():
    shell = Shell(await half_whole())
    told = json.loads((await shell("status", "--output", "json")).out)
    jsonschema.validate(told, SCHEMA)

    assert told["counts"]["changing"] == 1
    assert (await shell("status", "--output", "markdown")).out.startswith("# 2 spokes: 1 changing, 1 healthy")
    assert (await shell("status", "--output", "mermaid")).out.startswith("flowchart LR")
    assert (await shell("status", "--output", "dot")).out.startswith("digraph interlinked {")


@pytest.mark.parametrize(
    ("ending", "start"),
    [
        ("html", "<!doctype html>"),
        ("svg", "<svg "),
        ("mmd", "flowchart"),
        ("dot", "digraph"),
        ("SVG", "<svg "),
    ],
)
async def test_graph_draws_what_the_ending_says(tmp_path, ending, start):
    file = tmp_path / f"network.{ending}"
    ran = await Shell(await half_whole())("graph", "--output", file)

    assert ran.ending is ExitCode.DONE
    drawn = file.read_text()
    assert drawn.startswith(start)
    assert EU in drawn
    if start == "<svg ":
        ElementTree.fromstring(drawn)  # noqa: S314 (our own)


@pytest.mark.parametrize(
    ("file", "told"),
    [("network.png", "accepted is a file that ends with"), ("no/such.svg", "cannot be written")],
)
async def test_a_graph_that_cannot_be_drawn_is_one_line(tmp_path, file, told):
    ran = await Shell(await half_whole())("graph", "--output", tmp_path / file)

    assert (ran.ending, ran.out, ran.err.count("\n")) == (ExitCode.ERROR, "", 1)
    assert told in ran.err


async def explained(cloud, vnet, **settings):
    ran = await Shell(cloud, **settings)("explain", vnet)
    assert ran.ending is ExitCode.DONE, ran.err
    return ran.out


async def test_a_pair_that_is_to_be_repaired_is_explained():
    out = await explained(await half_whole(), US)

    assert out.startswith(f"{US}  eastus2  10.0.8.0/22\n")
    assert f"hub         {HUB}, because it is 'hub' in the topology, in swedencentral\n" in out
    assert f"hub half    peer-{HUB}-{US}: Disconnected" in out
    assert "spoke half  absent\n" in out
    assert "due         2 writes\n" in out
    assert "Disconnected -> Connected" in out
    assert "next step   interlinked apply" in out


async def test_a_healthy_pair_and_the_hub_are_explained():
    cloud = await half_whole()
    eu, hub = await explained(cloud, cloud.find(EU).id.upper()), await explained(cloud, HUB)

    assert "health      healthy\n" in eu
    assert "next step   nothing to do\n" in eu
    assert "role        the hub, because it is 'hub' in the topology, in swedencentral\n" in hub
    assert "due         1 of 2 pairs\n" in hub


async def test_in_audit_mode_the_next_step_is_another_mode():
    assert "set MODE to enforce" in await explained(await half_whole(), US, MODE="audit")


async def test_trouble_is_explained_with_what_to_do():
    cloud = await half_whole()
    cloud.vnet("clash", "westeurope", "10.0.2.0/24")
    await asyncio.sleep(4)
    out = await explained(cloud, "clash")

    assert "health      in trouble\n" in out
    assert "reason      overlap: 10.0.2.0/24 of " in out
    assert "next step   give one of the two networks another address space" in out


async def test_a_network_of_another_owner_is_left_alone():
    cloud = Cloud()
    await cloud.workshop()
    group, _ = cloud.world.put_group(SUBSCRIPTION, f"rg-{EU}", "westeurope", None, None)
    group.managed_by = "/aks"
    out = await explained(cloud, EU)

    assert "owner       a managed resource group: it is left alone\n" in out
    assert "health      left alone\n" in out


async def test_a_network_that_is_not_seen_is_one_line_with_close_names():
    ran = await Shell(await half_whole())("explain", "vnet-myteam-dev-ue")

    assert (ran.ending, ran.out, ran.err.count("\n")) == (ExitCode.ERROR, "", 1)
    assert "did you mean" in ran.err
    assert EU in ran.err


async def test_two_networks_of_one_name_are_told_apart_by_id():
    cloud = Cloud()
    hub = cloud.vnet("same", "northeurope", "10.0.0.0/22", subscription=ELSEWHERE)
    spoke = cloud.vnet("same", "westeurope", "10.0.4.0/22")
    await asyncio.sleep(4)
    shell = Shell(cloud, HUB_LOCATION="", HUB_VNET_ID=hub.id)
    ran = await shell("explain", "same")

    assert ran.ending is ExitCode.ERROR
    assert hub.id in ran.err
    assert spoke.id in ran.err
    assert "because it is 'hub' in the topology" in (await shell("explain", spoke.id)).out
