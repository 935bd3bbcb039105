"""What becomes of pairs that are not simply missing: through the real SDK, against the simulated Azure."""

import asyncio
from dataclasses import replace

import pytest

from shared.engine.report import Outcome
from shared.model.ids import VnetId
from shared.model.reasons import Reason
from simulator.network.gateways import Attached, AttachedKey, attach, detach
from simulator.network.resources import PeeringFlags, Subnet
from simulator.transport import installed
from tests.clouds import ELSEWHERE, EU, HUB, SUBSCRIPTION, US, Cloud

GOOD = PeeringFlags(allow_forwarded_traffic=True)


async def run(cloud, look_at=None, *, budget_seconds=1500, **settings):
    with installed(cloud.arm.handle):
        return await cloud.reconciler(**settings).reconcile(look_at, budget_seconds=budget_seconds)


async def settled_workshop() -> Cloud:
    cloud = Cloud()
    await cloud.workshop()
    await run(cloud)
    assert cloud.is_whole(EU, US)
    return cloud


def by_hand(cloud, local, name, remote, flags=GOOD):
    """Somebody writes a half, and Azure is done with it."""
    half, _ = cloud.world.estate.put_peering(local, name, remote.id, replace(flags), sync=True)
    half.provisioning = "Succeeded"
    return half


def found(report) -> dict[str, set[str]]:
    reasons: dict[str, set[str]] = {}
    for finding in report.findings:
        reasons.setdefault(finding.reason, set()).add(finding.vnet.name)
    return reasons


# --- options ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flag", "value"), [("allow_virtual_network_access", False), ("allow_forwarded_traffic", False)]
)
async def test_an_option_somebody_changed_is_changed_back_with_one_write(flag, value):
    cloud = await settled_workshop()
    setattr(cloud.half(HUB, EU).flags, flag, value)
    writes = cloud.writes()

    report = await run(cloud)

    assert getattr(cloud.half(HUB, EU).flags, flag) is not value
    assert [change.reason for change in report.applied] == [Reason.OPTIONS_DIFFER]
    assert cloud.writes() - writes == 1


async def test_options_are_set_per_direction_and_kept_where_nobody_asks():
    cloud = await settled_workshop()
    cloud.half(EU, HUB).flags.allow_forwarded_traffic = False
    cloud.half(HUB, EU).flags.do_not_verify_remote_gateways = True

    await run(
        cloud,
        HUB_PEERING_OPTIONS="allowForwardedTraffic=false",
        SPOKE_PEERING_OPTIONS="allowForwardedTraffic=keep",
    )

    assert not cloud.half(HUB, EU).flags.allow_forwarded_traffic
    assert cloud.half(HUB, EU).flags.do_not_verify_remote_gateways
    assert not cloud.half(EU, HUB).flags.allow_forwarded_traffic
    assert cloud.half(US, HUB).flags.allow_forwarded_traffic


async def test_what_is_not_managed_survives_a_write():
    cloud = Cloud()
    await cloud.workshop()
    hub, eu = cloud.find(HUB), cloud.find(EU)
    for vnet, prefix in ((hub, "10.0.0.0/24"), (eu, "10.0.4.0/24")):
        vnet.subnets["a"] = Subnet(name="a", properties={"addressPrefix": prefix}, provisioning="Succeeded")
    flags = PeeringFlags(peer_complete_vnets=False, local_subnet_names=("a",), remote_subnet_names=("a",))
    by_hand(cloud, hub, f"peer-{HUB}-{EU}", eu, flags)
    by_hand(cloud, eu, f"peer-{EU}-{HUB}", hub, flags)

    report = await run(cloud)

    assert {change.reason for change in report.applied if change.remote.name == EU} == {Reason.OPTIONS_DIFFER}
    assert cloud.is_whole(EU, US)
    for half in (cloud.half(HUB, EU), cloud.half(EU, HUB)):
        assert half.flags.allow_forwarded_traffic
        assert (half.flags.peer_complete_vnets, half.flags.local_subnet_names) == (False, ("a",))


# --- names ------------------------------------------------------------------------------------------


async def test_a_pair_under_other_names_is_adopted():
    cloud = Cloud()
    await cloud.workshop()
    by_hand(cloud, cloud.find(HUB), "to-eu", cloud.find(EU), PeeringFlags())
    by_hand(cloud, cloud.find(EU), "to-hub", cloud.find(HUB), PeeringFlags())

    await run(cloud)

    assert set(cloud.find(HUB).peerings) == {"to-eu", f"peer-{HUB}-{US}"}
    assert set(cloud.find(EU).peerings) == {"to-hub"}
    assert cloud.find(HUB).peerings["to-eu"].flags.allow_forwarded_traffic
    assert cloud.find(EU).peerings["to-hub"].state == "Connected"


async def test_a_half_under_another_name_is_completed_under_ours():
    cloud = Cloud()
    await cloud.workshop()
    by_hand(cloud, cloud.find(HUB), "to-eu", cloud.find(EU))

    await run(cloud)

    assert set(cloud.find(HUB).peerings) == {"to-eu", f"peer-{HUB}-{US}"}
    assert cloud.half(EU, HUB).state == "Connected"


async def test_spokes_of_one_name_never_collide_on_the_hub():
    cloud = Cloud()
    cloud.vnet(HUB, "swedencentral", "10.0.0.0/22")
    apps = []
    for number, group in enumerate(("rg-a", "rg-b", "rg-c")):
        made, _ = cloud.world.put_group(SUBSCRIPTION, group, "westeurope", None, None)
        apps.append(
            cloud.world.put_vnet(
                made,
                "app",
                location="westeurope",
                space=(f"10.1.{number}.0/24",),
                tags=None,
                properties={},
                subnets=None,
                api_version="2024-05-01",
            ).resource
        )
    await asyncio.sleep(4)

    report = await run(cloud)
    again = await run(cloud)

    assert report.outcome is Outcome.SETTLED
    names = sorted(cloud.find(HUB).peerings)
    assert len(names) == 3
    assert names[0] == f"peer-{HUB}-app"
    assert all(name.startswith(f"peer-{HUB}-app") for name in names)
    assert {half.state for app in apps for half in app.peerings.values()} == {"Connected"}
    assert again.applied == ()


async def test_the_name_template():
    cloud = Cloud()
    await cloud.workshop()

    await run(cloud, PEERING_NAME_TEMPLATE="{local}-to-{remote}")

    assert set(cloud.find(HUB).peerings) == {f"{HUB}-to-{EU}", f"{HUB}-to-{US}"}


async def test_names_that_would_be_too_long_are_cut_and_stay_apart():
    cloud = Cloud()
    cloud.vnet("h" * 60, "swedencentral", "10.0.0.0/24")
    cloud.vnet("s" * 60 + "1", "westeurope", "10.1.0.0/24")
    cloud.vnet("s" * 60 + "2", "westeurope", "10.2.0.0/24")
    await asyncio.sleep(4)

    report = await run(cloud)

    assert report.outcome is Outcome.SETTLED
    names = set(cloud.find("h" * 60).peerings)
    assert len(names) == 2
    assert {len(name) for name in names} == {80}


# --- gateways ---------------------------------------------------------------------------------------


def gateway_in(cloud, name):
    """A VPN gateway appears in a network; returns how to take it away again."""
    vnet = cloud.find(name)
    subnet = Subnet(name="GatewaySubnet", properties={"addressPrefix": vnet.space[0].replace("/22", "/27")})
    subnet.provisioning = "Succeeded"
    vnet.subnets["gatewaysubnet"] = subnet
    gateway = Attached(
        key=AttachedKey(SUBSCRIPTION, f"rg-{name}", "virtualnetworkgateways", "vpn"),
        id=vnet.id.replace(f"virtualNetworks/{name}", "virtualNetworkGateways/vpn"),
        name="vpn",
        kind="virtualNetworkGateways",
        guid=cloud.world.new_guid(),
        etag=cloud.world.new_guid(),
        written={
            "properties": {
                "ipConfigurations": [{"properties": {"subnet": {"id": vnet.subnet_id("GatewaySubnet")}}}]
            }
        },
    )
    attach(cloud.world.estate, gateway)
    return lambda: detach(cloud.world.estate, gateway)


def uses(cloud, spoke):
    return (
        cloud.half(HUB, spoke).flags.allow_gateway_transit,
        cloud.half(spoke, HUB).flags.use_remote_gateways,
    )


async def test_gateways_are_left_alone_by_default():
    cloud = Cloud()
    await cloud.workshop()
    gateway_in(cloud, HUB)

    await run(cloud)

    assert cloud.is_whole(EU, US)
    assert uses(cloud, EU) == (False, False)


async def test_a_gateway_in_use_is_not_taken_away_unless_asked_for_in_so_many_words():
    cloud = await settled_workshop()
    gateway_in(cloud, HUB)
    await run(cloud, GATEWAY_TRANSIT="when-available")
    assert uses(cloud, EU) == (True, True)

    report = await run(cloud)
    assert uses(cloud, EU) == (True, True)
    assert found(report)[Reason.GATEWAY_IN_USE] == {EU, US}

    await run(cloud, SPOKE_PEERING_OPTIONS="useRemoteGateways=false")
    await run(cloud)
    assert uses(cloud, EU) == (False, False)
    assert cloud.is_whole(EU, US)


async def test_a_gateway_is_used_once_it_appears_and_no_longer_once_it_is_gone():
    cloud = Cloud()
    await cloud.workshop()
    first = await run(cloud, GATEWAY_TRANSIT="when-available")
    assert first.outcome is Outcome.SETTLED
    assert uses(cloud, EU) == (False, False)

    take_away = gateway_in(cloud, HUB)
    upgrade = await run(cloud, GATEWAY_TRANSIT="when-available")
    assert uses(cloud, EU) == uses(cloud, US) == (True, True)
    assert {change.reason for change in upgrade.applied} == {Reason.GATEWAY_USE}
    of_eu = [change.peering.vnet.name for change in upgrade.applied if EU in str(change.peering)]
    assert of_eu == [HUB, EU]

    take_away()
    back = await run(cloud, GATEWAY_TRANSIT="when-available")
    assert uses(cloud, EU) == uses(cloud, US) == (False, False)
    of_eu = [change.peering.vnet.name for change in back.applied if EU in str(change.peering)]
    assert of_eu == [EU, HUB]
    assert cloud.is_whole(EU, US)


async def test_always_peers_without_a_gateway_and_says_that_it_is_missing(caplog):
    cloud = Cloud()
    await cloud.workshop()

    report = await run(cloud, GATEWAY_TRANSIT="always")

    assert cloud.is_whole(EU, US)
    assert report.outcome is Outcome.BLOCKED
    assert found(report) == {Reason.HUB_HAS_NO_GATEWAY: {HUB}}
    assert "create a gateway in the hub" in caplog.text


async def test_a_spoke_that_cannot_use_the_hubs_gateway_is_peered_without():
    cloud = Cloud()
    await cloud.workshop()
    gateway_in(cloud, HUB)
    gateway_in(cloud, EU)
    cloud.vnet("other-hub", "northeurope", "10.0.16.0/22")
    by_hand(cloud, cloud.find(US), "elsewhere", cloud.find("other-hub"))
    cloud.find(US).peerings["elsewhere"].flags.use_remote_gateways = True

    report = await run(cloud, GATEWAY_TRANSIT="when-available")

    assert cloud.is_whole(EU, US)
    assert uses(cloud, EU) == uses(cloud, US) == (False, False)
    assert uses(cloud, "other-hub") == (True, True)
    assert found(report) == {Reason.SPOKE_HAS_GATEWAY: {EU}, Reason.SPOKE_USES_OTHER_GATEWAY: {US}}
    assert report.outcome is Outcome.SETTLED


# --- overlap and room -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prefixes", "rival", "clash"),
    [
        pytest.param(("10.0.3.0/24",), HUB, "10.0.0.0/22", id="the hub's"),
        pytest.param(("10.9.0.0/24", "10.0.4.0/28"), EU, "10.0.4.0/22", id="another spoke's"),
        pytest.param(("10.9.0.0/24", "fd00:a::/64"), "v6", "fd00:a::/48", id="IPv6"),
    ],
)
async def test_overlap_is_seen_before_any_write_and_names_both(prefixes, rival, clash):
    cloud = Cloud()
    await cloud.workshop()
    cloud.vnet("v6", "westeurope", "10.7.0.0/24", "fd00:a::/48")
    await asyncio.sleep(4)
    await run(cloud)
    writes = cloud.writes()
    cloud.vnet("clash", "westeurope", *prefixes)
    await asyncio.sleep(4)

    report = await run(cloud, VnetId.parse(cloud.find("clash").id), budget_seconds=25)
    again = await run(cloud)

    assert cloud.writes() == writes
    assert report.outcome is again.outcome is Outcome.BLOCKED
    (finding,) = report.findings
    assert (finding.reason, finding.vnet.name) == (Reason.OVERLAP, "clash")
    assert {prefixes[-1], clash} <= set(finding.detail.replace(",", " ").split())
    assert f"/virtualNetworks/{rival}" in finding.detail


async def test_of_two_new_spokes_that_overlap_one_is_peered():
    cloud = Cloud()
    await cloud.workshop()
    cloud.vnet("twin-1", "westeurope", "10.9.0.0/24")
    cloud.vnet("twin-2", "westeurope", "10.9.0.0/25")
    await asyncio.sleep(4)

    report = await run(cloud)

    assert cloud.is_whole(EU, US, "twin-1")
    assert found(report) == {Reason.OVERLAP: {"twin-2"}}
    assert cloud.arm.counters.writes_refused == {}


@pytest.mark.parametrize("by_event", [True, False])
async def test_a_leftover_in_the_way_is_removed_first(by_event):
    cloud = await settled_workshop()
    cloud.world.estate.drop_vnet(cloud.find(EU))
    cloud.vnet("successor", "westeurope", "10.0.4.0/22")
    await asyncio.sleep(4)

    look_at = VnetId.parse(cloud.find("successor").id) if by_event else None
    report = await run(cloud, look_at, budget_seconds=60)

    assert report.outcome is Outcome.SETTLED
    assert cloud.is_whole("successor", US)
    assert cloud.half(HUB, EU) is None
    assert [change.reason for change in report.applied] == [Reason.LEFTOVER, Reason.MISSING, Reason.MISSING]


async def test_a_stale_half_of_others_in_the_way_is_reported():
    cloud = Cloud()
    await cloud.workshop()
    gone = cloud.vnet("gone", "westeurope", "10.9.0.0/24")
    by_hand(cloud, cloud.find(HUB), "made-by-hand", gone)
    by_hand(cloud, gone, "back", cloud.find(HUB))
    cloud.world.estate.drop_vnet(gone)
    cloud.vnet("new", "westeurope", "10.9.0.0/25")
    await asyncio.sleep(4)

    report = await run(cloud)

    assert found(report) == {Reason.OVERLAP: {"new"}, Reason.OTHER_LEFTOVER: {HUB}}
    assert "made-by-hand" in cloud.find(HUB).peerings
    assert cloud.is_whole(EU, US)


async def test_a_full_hub_stops_cleanly_and_is_announced_before():
    cloud = Cloud()
    cloud.vnet(HUB, "swedencentral", "10.255.0.0/16")
    far = cloud.vnet("far", "westeurope", "172.16.0.0/24", subscription=ELSEWHERE)
    hub = cloud.find(HUB)
    model = by_hand(cloud, hub, "far", far)
    for number in range(398):
        other = type(model)(
            **{name: getattr(model, name) for name in model.__slots__}
            | {"name": f"far-{number}", "remote": far.key._replace(name=f"far-{number}")}
            | {
                "remote_id": f"{far.id}-{number}",
                "remote_space": (f"172.17.{number // 16}.{number % 16 * 16}/28",),
            }
        )
        hub.peerings[other.name] = other
    cloud.vnet("first", "westeurope", "10.1.0.0/24")
    await asyncio.sleep(4)

    report = await run(cloud)
    assert found(report) == {Reason.HUB_NEARLY_FULL: {HUB}}
    assert cloud.is_whole("first")

    for number in range(102):
        cloud.vnet(f"more-{number:03}", "westeurope", f"10.2.{number}.0/24")
    await asyncio.sleep(4)
    report = await run(cloud)

    assert report.outcome is Outcome.BLOCKED
    assert found(report) == {Reason.HUB_NEARLY_FULL: {HUB}, Reason.HUB_FULL: {"more-100", "more-101"}}
    assert len(hub.peerings) == 500
    assert cloud.is_whole(*(f"more-{number:03}" for number in range(100)))
    assert cloud.arm.counters.writes_refused == {}


# --- owners -----------------------------------------------------------------------------------------


async def test_what_belongs_to_other_services_is_left_alone():
    cloud = Cloud()
    await cloud.workshop()
    guid = "0f0e0d0c-0b0a-0908-0706-050403020100"
    wan = cloud.vnet(f"HV_wan_{guid}", "northeurope", "10.20.0.0/24", subscription=ELSEWHERE)
    by_hand(cloud, cloud.find(EU), f"RemoteVnetToHubPeering_{guid}", wan)
    by_hand(cloud, cloud.find(HUB), "ANM_abc_1", cloud.find(US))
    by_hand(cloud, cloud.find(US), "ANM_abc_2", cloud.find(HUB))
    group, _ = cloud.world.put_group(SUBSCRIPTION, "rg-managed", "westeurope", None, "/subscriptions/x/aks")
    cloud.world.put_vnet(
        group,
        "nodes",
        location="westeurope",
        space=("10.30.0.0/24",),
        tags=None,
        properties={},
        subnets=None,
        api_version="2024-05-01",
    )
    await asyncio.sleep(4)

    report = await run(cloud)

    assert cloud.writes() == 0
    assert found(report) == {Reason.OTHER_OWNER: {EU, US, "nodes"}}
    assert report.outcome is Outcome.SETTLED


# --- audit ------------------------------------------------------------------------------------------


async def test_an_audit_tells_what_is_due_and_writes_nothing():
    cloud = Cloud()
    await cloud.workshop()

    report = await run(cloud, MODE="audit")
    by_event = await run(cloud, VnetId.parse(cloud.find(EU).id), budget_seconds=25, MODE="audit")

    assert report.outcome is by_event.outcome is Outcome.CHANGES_DUE
    assert len(report.due) == 4
    assert len(by_event.due) == 2
    assert cloud.writes() == 0


async def test_a_lasting_trouble_is_told_once_and_its_end_too(caplog):
    cloud = Cloud()
    await cloud.workshop()
    cloud.vnet("clash", "westeurope", "10.0.2.0/24")
    await asyncio.sleep(4)
    caplog.set_level("INFO")

    with installed(cloud.arm.handle):
        reconciler = cloud.reconciler()
        for _ in range(3):
            await reconciler.reconcile(None, budget_seconds=600)
        cloud.world.estate.drop_vnet(cloud.find("clash"))
        await reconciler.reconcile(None, budget_seconds=600)

    told = [message for message in caplog.messages if '"code":"overlap"' in message]
    assert [message.partition(" {")[0] for message in told] == ["needs a person", "recovered"]
