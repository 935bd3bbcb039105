"""Several hubs, and rules for who is a spoke: through the real SDK, against the simulated Azure."""

import asyncio
import re
from itertools import combinations

import pytest

from shared.engine.report import Outcome
from shared.model.ids import PeeringId, VnetId
from shared.model.reasons import Reason
from simulator import errors
from simulator.network.resources import PeeringFlags
from simulator.scenarios import LANDING_ZONES, SCENARIOS, SUBSCRIPTION
from simulator.transport import installed
from tests.clouds import Cloud
from tests.stories.test_examples import LANDING_ZONE, TWO_REGIONS
from tests.stories.test_pairs import gateway_in

GOOD = ("Connected", "FullyInSync", "Succeeded")
ANY_TIME = re.sub("changeWindows:.*", "", TWO_REGIONS, flags=re.DOTALL)
ALONE = re.sub("subscriptions:.*?hubs:", "hubs:", LANDING_ZONE, flags=re.DOTALL)


class Estate(Cloud):
    """A named scenario, with networks found by their names wherever they are."""

    def __init__(self, scenario, text, **options):
        super().__init__(**options)
        SCENARIOS[scenario](self.world)
        self.text = text

    def find(self, name, subscription=None):
        return next(vnet for vnet in self.world.estate.vnets.values() if vnet.name == name)

    def are_paired(self, *pairs):
        return all(self.state(*pair) == self.state(*reversed(pair)) == GOOD for pair in pairs)

    def peerings(self):
        return {
            half.name.removeprefix("peer-")
            for vnet in self.world.estate.vnets.values()
            for half in vnet.peerings.values()
        }

    def id(self, name):
        return VnetId.parse(self.find(name).id)

    def retag(self, name, **tags):
        self.find(name).tags = {name.replace("_", "-"): value for name, value in tags.items()}

    def reconciler_of(self, own=SUBSCRIPTION, **settings):
        chosen = {"AZURE_SUBSCRIPTION_ID": own, "HUB_LOCATION": "", "TOPOLOGY": self.text}
        return self.reconciler(**chosen | settings)

    async def run(self, look_at=None, **settings):
        with installed(self.arm.handle):
            return await self.reconciler_of(**settings).reconcile(look_at, budget_seconds=1500)


def two_regions(extra="", **options):
    return Estate("two-regions", ANY_TIME + extra, **options)


def of_regions(team):
    return [(f"vnet-{team}-{region}", f"vnet-hub-{region}") for region in ("weu", "eus2")]


TWO_REGION_PAIRS = [*of_regions("web"), *of_regions("data"), ("vnet-hub-eus2", "vnet-hub-weu")]
LANDING_ZONE_PAIRS = [
    *(
        (f"vnet-{team}-{region}", f"vnet-hub-{region}")
        for team in ("shop", "bank", "lab")
        for region in ("swc", "weu")
    ),
    ("vnet-hub-swc", "vnet-hub-weu"),
]


def found(report):
    reasons: dict[str, set[str | None]] = {}
    for finding in report.findings:
        reasons.setdefault(finding.reason, set()).add(finding.vnet and finding.vnet.name)
    return reasons


async def settled(cloud, pairs) -> Estate:
    report = await cloud.run()
    assert report.outcome is Outcome.SETTLED
    assert cloud.are_paired(*pairs)
    return cloud


# --- named estates ----------------------------------------------------------------------------------


async def test_two_regions_with_hubs_in_mesh():
    cloud = await settled(two_regions(), TWO_REGION_PAIRS)

    assert len(cloud.peerings()) == 2 * len(TWO_REGION_PAIRS) == cloud.writes()


async def test_landing_zones():
    cloud = await settled(Estate("landing-zone", LANDING_ZONE), LANDING_ZONE_PAIRS)

    assert len(cloud.peerings()) == 2 * len(LANDING_ZONE_PAIRS) == cloud.writes()


async def test_landing_zones_with_a_deployment_each():
    cloud = Estate("landing-zone", ALONE)

    for place in LANDING_ZONES:
        report = await cloud.run(own=place)
        assert (report.outcome, report.pairs) == (Outcome.SETTLED, 3)

    assert cloud.are_paired(*LANDING_ZONE_PAIRS)
    assert cloud.writes() == 2 * len(LANDING_ZONE_PAIRS)


async def test_three_hubs_in_mesh():
    regions = ("swedencentral", "westeurope", "eastus2", "westus3")
    hubs = ", ".join(f"{{name: {region}, location: {region}}}" for region in regions[:3])
    cloud = Estate("empty", f"hubs: [{hubs}]\nmesh: true\ndefaultHub: eastus2")
    for number, region in enumerate(regions):
        cloud.vnet(f"in-{region}", region, f"10.{number}.0.0/24", subscription=SUBSCRIPTION)
    await asyncio.sleep(4)

    mesh = [(f"in-{one}", f"in-{other}") for one, other in combinations(regions[:3], 2)]
    await settled(cloud, [*mesh, ("in-westus3", "in-eastus2")])
    assert cloud.writes() == len(cloud.peerings()) == 8


@pytest.mark.parametrize(
    ("scenario", "text", "pairs", "lists", "hubs"),
    [
        pytest.param("two-regions", TWO_REGIONS, TWO_REGION_PAIRS, 1, 2, id="two-regions"),
        pytest.param("landing-zone", LANDING_ZONE, LANDING_ZONE_PAIRS, 3, 2, id="landing-zone"),
    ],
)
async def test_a_settled_estate_costs_a_list_of_each_subscription_and_a_read_of_each_hub(
    scenario, text, pairs, lists, hubs
):
    cloud = await settled(Estate(scenario, text), pairs)
    cloud.arm.counters.requests.clear()

    report = await cloud.run()

    assert report.outcome is Outcome.SETTLED
    assert cloud.arm.counters.requests == {("GET", "vnets"): lists, ("GET", "vnet"): hubs}


async def test_a_new_spoke_costs_two_writes_and_reads_of_it_and_its_hub_alone():
    cloud = await settled(two_regions(), TWO_REGION_PAIRS)
    with installed(cloud.arm.handle):
        reconciler = cloud.reconciler_of()
        await reconciler.reconcile(None, budget_seconds=600)
        cloud.vnet("vnet-new", "northeurope", "10.7.0.0/24", subscription=SUBSCRIPTION)
        await asyncio.sleep(4)
        cloud.arm.counters.requests.clear()
        read = cloud.arm.counters.requests

        report = await reconciler.reconcile(cloud.id("vnet-new"), budget_seconds=25)

    assert report.outcome is Outcome.SETTLED
    assert cloud.are_paired(("vnet-new", "vnet-hub-weu"))
    assert cloud.writes() == 2
    assert read["GET", "vnets"] == 0
    assert read["GET", "vnet"] == 2 * 2  # before and after the writes


async def test_a_deleted_half_of_the_mesh_comes_back_after_its_event():
    cloud = await settled(two_regions(), TWO_REGION_PAIRS)
    half = cloud.half("vnet-hub-weu", "vnet-hub-eus2")
    looked_at = PeeringId(vnet=cloud.id("vnet-hub-weu"), name=half.name)
    cloud.delete_half("vnet-hub-weu", "vnet-hub-eus2")
    await asyncio.sleep(13)

    await cloud.run(looked_at)

    assert cloud.are_paired(*TWO_REGION_PAIRS)


async def test_a_deleted_spoke_leaves_nothing_on_its_hub_after_its_event():
    cloud = await settled(Estate("landing-zone", LANDING_ZONE), LANDING_ZONE_PAIRS)
    bank = cloud.find("vnet-bank-weu")
    cloud.world.delete_vnet(bank)
    await asyncio.sleep(11)

    report = await cloud.run(VnetId.parse(bank.id))

    assert report.outcome is Outcome.SETTLED
    assert cloud.peerings().isdisjoint({"vnet-hub-weu-vnet-bank-weu", "vnet-bank-weu-vnet-hub-weu"})
    assert cloud.are_paired(("vnet-lab-weu", "vnet-hub-weu"), ("vnet-shop-weu", "vnet-hub-weu"))


# --- hubs that cannot be told or read ---------------------------------------------------------------


async def test_a_hub_that_cannot_be_told_holds_back_its_own_spokes_alone():
    cloud = two_regions()
    cloud.vnet("rival", "eastus2", "10.9.0.0/24", subscription=SUBSCRIPTION, tags={"network-role": "hub"})
    await asyncio.sleep(4)

    report = await cloud.run()

    assert report.outcome is Outcome.BLOCKED
    assert found(report) == {Reason.NO_HUB: {None}}
    (finding,) = report.findings
    assert re.search("hub 'eus2': 2 networks fit .*vnet-hub-eus2, .*rival; give its id", finding.detail)
    assert cloud.are_paired(("vnet-web-weu", "vnet-hub-weu"), ("vnet-data-weu", "vnet-hub-weu"))
    assert len(cloud.peerings()) == 4


async def test_a_rival_that_appears_makes_a_hub_doubtful_at_its_own_event():
    cloud = await settled(two_regions(), TWO_REGION_PAIRS)
    with installed(cloud.arm.handle):
        reconciler = cloud.reconciler_of()
        await reconciler.reconcile(None, budget_seconds=600)
        writes = cloud.writes()
        cloud.vnet("rival", "eastus2", "10.9.0.0/24", subscription=SUBSCRIPTION, tags={"network-role": "hub"})
        await asyncio.sleep(4)

        report = await reconciler.reconcile(cloud.id("rival"), budget_seconds=25)

    assert found(report) == {Reason.NO_HUB: {None}}
    assert cloud.writes() == writes


THREE_BY_TAG = """
hubs: [{name: h1, tags: {role: h1}}, {name: h2, tags: {role: h2}}, {name: h3, tags: {role: h3}}]
defaultHub: h1
mesh: true
"""


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        pytest.param("", Reason.OTHER_HUB, id="taken for a spoke"),
        pytest.param(
            "unselected: remove\nspokes: {include: [{name: spoke}]}\n", Reason.UNSELECTED, id="left out"
        ),
    ],
)
async def test_a_hub_that_lost_its_tag_keeps_its_connections_until_it_is_found_again(more, reason):
    cloud = Estate("empty", THREE_BY_TAG + more)
    for number, name in enumerate(("h1", "h2", "h3", "spoke")):
        cloud.vnet(name, "westeurope", f"10.{number}.0.0/24", subscription=SUBSCRIPTION, tags={"role": name})
    await asyncio.sleep(4)
    pairs = [*combinations(("h1", "h2", "h3"), 2), ("spoke", "h1")]
    await settled(cloud, pairs)
    cloud.retag("h2")

    report = await cloud.run()

    assert found(report) == {Reason.NO_HUB: {None}, reason: {"h2"}}
    details = [finding.detail for finding in report.findings if finding.reason is reason]
    assert all("hub 'h2' is not found, and this may be it without its tags" in detail for detail in details)
    assert cloud.are_paired(*pairs)

    cloud.retag("h2", role="h2")
    assert (await cloud.run()).outcome is Outcome.SETTLED


async def test_a_hub_that_may_not_be_read_does_not_keep_the_others_waiting():
    cloud = Estate("landing-zone", LANDING_ZONE)
    denied = errors.gateway_error(403, "AuthorizationFailed", "no right")
    cloud.arm.faults.refuse("GET", "/virtualNetworks/vnet-hub-weu$", denied)

    report = await cloud.run()

    assert report.outcome is Outcome.BLOCKED
    assert [(one.vnet.name, one.error.code) for one in report.blocked] == [
        ("vnet-hub-weu", "AuthorizationFailed")
    ]
    assert cloud.are_paired(*(pair for pair in LANDING_ZONE_PAIRS if "vnet-hub-weu" not in pair))
    assert not any("weu" in name for name in cloud.peerings())


async def test_a_hub_that_was_deleted_is_missed_at_once():
    cloud = await settled(Estate("landing-zone", LANDING_ZONE), LANDING_ZONE_PAIRS)
    cloud.world.estate.drop_vnet(cloud.find("vnet-hub-weu"))
    writes = cloud.writes()

    report = await cloud.run(cloud.id("vnet-shop-weu"))

    assert found(report) == {Reason.NO_HUB: {None}}
    assert "vnet-hub-weu does not exist" in report.findings[0].detail
    assert cloud.writes() == writes


# --- what teams say ---------------------------------------------------------------------------------


async def test_teams_decide_about_their_own_networks_by_tag():
    cloud = two_regions()
    cloud.retag("vnet-web-weu", peering_mode="off")
    cloud.retag("vnet-data-weu", peering_mode="Audit")
    cloud.retag("vnet-web-eus2", peering_hub="WEU")

    report = await cloud.run()

    assert report.outcome is Outcome.SETTLED
    assert found(report) == {Reason.SPOKE_AUDIT: {"vnet-data-weu"}}
    (finding,) = report.findings
    for name in ("peer-vnet-hub-weu-vnet-data-weu", "peer-vnet-data-weu-vnet-hub-weu"):
        assert f"{name} (missing)" in finding.detail
    pairs = (
        ("vnet-web-eus2", "vnet-hub-weu"),
        ("vnet-data-eus2", "vnet-hub-eus2"),
        ("vnet-hub-eus2", "vnet-hub-weu"),
    )
    assert cloud.are_paired(*pairs)
    assert len(cloud.peerings()) == 6


async def test_an_unknown_word_of_a_team_is_told_and_not_guessed():
    cloud = two_regions()
    cloud.retag("vnet-web-weu", peering_mode="of")
    cloud.retag("vnet-web-eus2", peering_hub="eus")

    report = await cloud.run()

    assert report.outcome is Outcome.BLOCKED
    assert found(report) == {Reason.UNKNOWN_MODE: {"vnet-web-weu"}, Reason.UNKNOWN_HUB: {"vnet-web-eus2"}}
    told = [finding.detail for finding in report.findings]
    assert any(
        "peering-mode is 'of', accepted is auto or audit or off; did you mean 'off'?" in text for text in told
    )
    assert any("peering-hub is 'eus', accepted is weu or eus2; did you mean 'eus2'?" in text for text in told)
    assert not any("web" in name for name in cloud.peerings())


async def test_what_is_switched_off_is_neither_repaired_nor_removed():
    cloud = await settled(two_regions("unselected: remove\n"), TWO_REGION_PAIRS)
    cloud.retag("vnet-web-weu", peering_mode="off")
    cloud.delete_half("vnet-web-weu", "vnet-hub-weu")
    await asyncio.sleep(13)
    writes = cloud.writes()

    report = await cloud.run()

    assert report.outcome is Outcome.SETTLED
    assert cloud.writes() == writes


async def test_without_a_region_or_default_a_spoke_waits_for_a_person():
    cloud = Estate("two-regions", TWO_REGIONS.replace("defaultHub: weu\n", ""))
    cloud.vnet("vnet-far", "japaneast", "10.9.0.0/24", subscription=SUBSCRIPTION)
    await asyncio.sleep(4)

    report = await cloud.run()

    assert found(report) == {Reason.NO_HUB: {"vnet-far"}}
    assert cloud.are_paired(*TWO_REGION_PAIRS)


@pytest.mark.parametrize("look_at", [None, "vnet-web-weu"])
async def test_an_audit_of_an_estate_writes_nothing(look_at):
    cloud = two_regions()

    report = await cloud.run(look_at and cloud.id(look_at), MODE="audit")

    assert report.outcome is Outcome.CHANGES_DUE
    assert len(report.due) == (2 if look_at else 2 * len(TWO_REGION_PAIRS))
    assert cloud.writes() == 0


async def test_hubs_with_gateways_offer_them_to_spokes_and_not_to_each_other():
    cloud = two_regions()
    for name in ("vnet-hub-weu", "vnet-hub-eus2"):
        gateway_in(cloud, name)

    report = await cloud.run(GATEWAY_TRANSIT="when-available")

    assert report.outcome is Outcome.SETTLED
    assert cloud.are_paired(*TWO_REGION_PAIRS)
    mesh = cloud.half("vnet-hub-eus2", "vnet-hub-weu"), cloud.half("vnet-hub-weu", "vnet-hub-eus2")
    assert not any(half.flags.allow_gateway_transit or half.flags.use_remote_gateways for half in mesh)
    assert cloud.half("vnet-web-weu", "vnet-hub-weu").flags.use_remote_gateways


# --- who is a spoke no more -------------------------------------------------------------------------

WITHOUT_WEB = "spokes: {exclude: [{name: vnet-web-*}]}\n"


def regions_without_rules(extra=""):
    return Estate("two-regions", re.sub("spokes:.*", "", ANY_TIME, flags=re.DOTALL) + extra)


async def without_web(extra):
    cloud = await settled(regions_without_rules(), TWO_REGION_PAIRS)
    cloud.text += WITHOUT_WEB + extra
    return cloud


async def test_peerings_of_a_network_that_is_no_spoke_any_more_are_kept_and_told():
    cloud = await without_web("")
    writes = cloud.writes()

    report = await cloud.run()

    assert report.outcome is Outcome.SETTLED
    assert found(report) == {Reason.UNSELECTED: {"vnet-web-weu", "vnet-web-eus2"}}
    assert all("spokes.exclude[0] fits; kept" in finding.detail for finding in report.findings)
    assert cloud.writes() == writes


async def test_or_both_halves_are_removed():
    cloud = await without_web("unselected: remove\n")

    report = await cloud.run()

    assert (report.outcome, found(report)) == (Outcome.SETTLED, {})
    assert {change.reason for change in report.applied} == {Reason.UNSELECTED}
    assert not any("web" in name for name in cloud.peerings())
    assert cloud.are_paired(*of_regions("data"), ("vnet-hub-eus2", "vnet-hub-weu"))
    assert cloud.arm.counters.writes_refused == {}


async def test_an_event_removes_them_too():
    cloud = await without_web("unselected: remove\n")

    await cloud.run(cloud.id("vnet-web-weu"))

    assert [name for name in cloud.peerings() if "web-weu" in name] == []
    assert cloud.are_paired(("vnet-web-eus2", "vnet-hub-eus2"))


async def test_a_half_under_another_name_keeps_its_pair():
    cloud = regions_without_rules(WITHOUT_WEB + "unselected: remove\n")
    web, hub = cloud.find("vnet-web-weu"), cloud.find("vnet-hub-weu")
    for local, remote, name in ((web, hub, "by-hand"), (hub, web, "peer-vnet-hub-weu-vnet-web-weu")):
        cloud.world.put_peering(local, name, remote.id, PeeringFlags(), sync=True)
        await asyncio.sleep(13)

    report = await cloud.run()

    assert found(report) == {Reason.UNSELECTED: {"vnet-web-weu"}}
    assert {"by-hand", "vnet-hub-weu-vnet-web-weu"} <= cloud.peerings()
