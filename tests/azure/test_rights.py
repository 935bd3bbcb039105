"""The shipped roles allow what the app does, all of it and nothing else: the simulated Azure enforces them."""

import asyncio
from dataclasses import replace

import pytest

from shared.engine.report import Outcome
from shared.model.reasons import Reason
from simulator import errors
from simulator.rbac import Role
from simulator.transport import installed
from tests.clouds import ELSEWHERE, EU, HUB, ROLES, SUBSCRIPTION, US, Cloud

ENFORCE = ROLES["enforce"]["actions"]
DENIED = errors.gateway_error(403, "RequestDisallowedByPolicy", "denied", target="peer")


async def reconcile(cloud, **settings):
    with installed(cloud.arm.handle):
        return await cloud.reconciler(**settings).reconcile(None, budget_seconds=1500)


async def whole_workshop() -> Cloud:
    cloud = Cloud()
    await cloud.workshop()
    await reconcile(cloud)
    assert cloud.is_whole(EU, US)
    cloud.arm.access.used.clear()
    return cloud


async def new_pair(**deployed):
    cloud = Cloud()
    await cloud.workshop()
    report = await reconcile(cloud, **deployed)
    return cloud, report.outcome is Outcome.SETTLED and cloud.is_whole(EU, US)


async def hub_elsewhere(**deployed):
    cloud = Cloud()
    hub = cloud.vnet("hub", "northeurope", "10.0.0.0/22", subscription=ELSEWHERE)
    cloud.vnet("app", "westeurope", "10.0.4.0/22")
    await asyncio.sleep(4)
    report = await reconcile(cloud, HUB_LOCATION="", HUB_VNET_ID=hub.id, **deployed)
    whole = [half.state for vnet in (hub, cloud.find("app")) for half in vnet.peerings.values()]
    return cloud, report.outcome is Outcome.SETTLED and whole == ["Connected"] * 2


async def repair(**deployed):
    cloud = await whole_workshop()
    cloud.delete_half(US, HUB)
    await asyncio.sleep(13)
    report = await reconcile(cloud, **deployed)
    return cloud, report.outcome is Outcome.SETTLED and cloud.is_whole(EU, US)


async def leftover(**deployed):
    cloud = await whole_workshop()
    cloud.world.delete_vnet(cloud.find(EU))
    await asyncio.sleep(11)
    report = await reconcile(cloud, **deployed)
    return cloud, report.outcome is Outcome.SETTLED and cloud.half(HUB, EU) is None


async def managed_group(**deployed):
    cloud = Cloud()
    await cloud.workshop()
    cloud.world.put_group(SUBSCRIPTION, f"rg-{EU}", "westeurope", None, None)[0].managed_by = "/aks"
    report = await reconcile(cloud, **deployed)
    owned = [finding.vnet.name for finding in report.findings if finding.reason is Reason.OTHER_OWNER]
    return cloud, owned == [EU] and cloud.is_whole(US)


async def failed_operation(**deployed):
    cloud = Cloud()
    await cloud.workshop()
    cloud.arm.faults.fail_late("PUT", f"/{US}/virtualNetworkPeerings/", DENIED)
    report = await reconcile(cloud, **deployed)
    told = [(blocked.vnet.name, blocked.error.code) for blocked in report.blocked]
    return cloud, told == [(US, DENIED.code)] and cloud.is_whole(EU)


RUNS = (new_pair, hub_elsewhere, repair, leftover, managed_group, failed_operation)


async def test_these_runs_succeed_and_use_every_action_of_the_role():
    used = set()
    for run in RUNS:
        cloud, succeeded = await run()
        assert succeeded, run.__name__
        used |= cloud.actions_used()

    assert used == {action.lower() for action in ENFORCE}


@pytest.mark.parametrize("action", ENFORCE)
async def test_without_any_one_action_some_run_fails(action):
    fewer = {"enforce": ROLES["enforce"] | {"actions": [one for one in ENFORCE if one != action]}}

    assert not all([(await run(roles=fewer))[1] for run in RUNS])


async def test_an_audit_succeeds_with_every_action_of_its_role():
    cloud = Cloud()
    await cloud.workshop()

    report = await reconcile(cloud, MODE="audit")

    assert report.outcome is Outcome.CHANGES_DUE
    assert len(report.due) == 4
    assert cloud.actions_used() == {action.lower() for action in ROLES["audit"]["actions"]}


async def test_with_the_role_of_an_audit_nothing_can_be_written(caplog):
    cloud = await whole_workshop()
    cloud.delete_half(US, HUB)
    cloud.world.delete_vnet(cloud.find(EU))
    await asyncio.sleep(13)
    before = cloud.writes()

    report = await reconcile(cloud, roles={"enforce": ROLES["audit"]})

    assert report.outcome is Outcome.BLOCKED
    assert cloud.state(US, HUB) is None
    assert cloud.half(HUB, EU) is not None
    assert cloud.writes() > before
    assert cloud.arm.counters.writes_refused == {"AuthorizationFailed": cloud.writes() - before}
    assert "virtualNetworkPeerings/write" in caplog.text
    assert "assign the app's identity the role with the action that the message names" in caplog.text


async def test_a_right_on_the_hub_that_is_missing_is_told_with_the_hub():
    cloud = Cloud()
    hub = cloud.vnet("hub", "northeurope", "10.0.0.0/22", subscription=ELSEWHERE)
    cloud.vnet("app", "westeurope", "10.0.4.0/22")
    await asyncio.sleep(4)
    with installed(cloud.arm.handle):
        reconciler = cloud.reconciler(HUB_LOCATION="", HUB_VNET_ID=hub.id)
        of_the_spokes, of_the_hub = cloud.arm.access.assignments
        reads = replace(of_the_hub, role=Role.of(ROLES["audit"]))
        cloud.arm.access.assignments = [of_the_spokes, reads]
        report = await reconciler.reconcile(None, budget_seconds=1500)

    (blocked,) = report.blocked
    assert (blocked.vnet.name, blocked.error.code) == ("app", "AuthorizationFailed")
    assert hub.id in blocked.error.message


async def test_role_assignments_may_take_minutes_and_may_go_away_for_a_while():
    cloud = Cloud()
    await cloud.workshop()
    now, outcomes = cloud.world.clock.now(), []
    with installed(cloud.arm.handle):
        reconciler = cloud.reconciler()
        (assigned,) = cloud.arm.access.assignments
        cloud.arm.access.assignments = [
            replace(assigned, begins=now + 500, ends=now + 1000),
            replace(assigned, begins=now + 1600),
        ]
        for _ in range(7):
            report = await reconciler.reconcile(None, budget_seconds=200)
            outcomes.append((report.outcome, report.error and report.error.code))
            if cloud.half(HUB, EU):
                cloud.delete_half(HUB, EU)
            await asyncio.sleep(300)

    refused, settled = (Outcome.UNREADABLE, "AuthorizationFailed"), (Outcome.SETTLED, None)
    assert outcomes == [refused, refused, settled, settled, refused, refused, settled]
