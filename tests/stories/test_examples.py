"""The documents that the documentation shows, applied to the simulator's estates of the same names."""

import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from shared.azure.arm import ArmClient
from shared.classify.selection import select
from shared.classify.verdicts import Role
from shared.config.document.loading import parse_document
from shared.config.document.model import document_of_hub
from shared.config.document.parsing import DocumentError
from shared.config.document.schema import json_schema
from shared.model.observed import ObservedNetworks
from simulator.scenarios import CONNECTIVITY, LANDING_ZONES, SCENARIOS, SUBSCRIPTION
from simulator.transport import installed
from tests.classify.networks import spokes_of
from tests.clouds import AnyToken, Cloud

PAGE = Path(__file__).parents[2] / "docs" / "topology.md"
SHORT_FORM, TWO_REGIONS, LANDING_ZONE = re.findall(
    "```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
)


@pytest.mark.parametrize("text", [SHORT_FORM, TWO_REGIONS, LANDING_ZONE])
def test_what_is_shown_is_right(text):
    assert parse_document(text).hubs
    quoted = re.sub("(start|end): ([0-9:]+)", r'\1: "\2"', text)
    jsonschema.validate(yaml.safe_load(quoted), json_schema())


def test_the_short_form_is_what_the_setting_stands_for():
    assert parse_document(SHORT_FORM) == document_of_hub(None, "swedencentral")


def test_the_messages_shown_are_those_given():
    hubs = "hubs: [{name: weu, location: westeurope}, {name: eus, location: eastus}]"
    rules = "spokes: {include: [{name: a}, {name: vnet prod}]}"
    with pytest.raises(DocumentError) as caught:
        parse_document(f"{hubs}\n{rules}\ntag_prefix: x\ndefaultHub: euss")
    shown = re.search("```\n(spokes.include.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown
    assert str(caught.value) == shown[1].strip()


async def selected(text, scenario, *subscriptions):
    cloud = Cloud()
    SCENARIOS[scenario](cloud.world)
    with installed(cloud.arm.handle):
        arm = ArmClient(AnyToken(), "https://management.azure.com")
        vnets = [vnet for place in subscriptions for vnet in await arm.list_vnets(place)]
        await arm.close()
    return select(parse_document(text), ObservedNetworks.of(vnets), own=SUBSCRIPTION, listed=subscriptions)


def by_hub(selection):
    return {
        name: {vnet.name for vnet in spokes_of(selection, found.vnet)}
        for name, found in selection.hubs.items()
    }


async def test_two_regions():
    selection = await selected(TWO_REGIONS, "two-regions", SUBSCRIPTION)
    assert by_hub(selection) == {
        "weu": {"vnet-web-weu", "vnet-data-weu"},
        "eus2": {"vnet-web-eus2", "vnet-data-eus2"},
    }
    assert [[hub.name for hub in pair] for pair in selection.mesh] == [["vnet-hub-eus2", "vnet-hub-weu"]]


async def test_landing_zones():
    selection = await selected(LANDING_ZONE, "landing-zone", *LANDING_ZONES, CONNECTIVITY)
    assert by_hub(selection) == {
        region: {f"vnet-{team}-{region}" for team in ("shop", "bank", "lab")} for region in ("swc", "weu")
    }
    assert len(selection.mesh) == 1


async def test_landing_zones_with_a_deployment_each():
    alone = re.sub("subscriptions:.*?hubs:", "hubs:", LANDING_ZONE, flags=re.DOTALL)
    selection = await selected(alone, "landing-zone", *LANDING_ZONES, CONNECTIVITY)
    assert by_hub(selection) == {"swc": {"vnet-shop-swc"}, "weu": {"vnet-shop-weu"}}
    others = {choice.vnet.name for choice in selection.choices.values() if choice.role is Role.LEFT_OUT}
    assert others == {f"vnet-{team}-{region}" for team in ("bank", "lab") for region in ("swc", "weu")}
