"""A spoke that has been peered with two earlier hubs: each pair is blocked for itself."""

import asyncio
import json

from shared.engine.report import Outcome
from simulator import errors
from simulator.network.resources import PeeringFlags
from simulator.transport import installed
from tests.clouds import Cloud

SPOKE, EARLIER, NEW = "spoke", ("hub-1", "hub-2"), "hub-3"


async def test_where_one_earlier_pair_may_not_be_removed_the_other_one_is():
    cloud = Cloud()
    for number, hub in enumerate((*EARLIER, NEW)):
        cloud.vnet(hub, "swedencentral", f"10.{number}.0.0/22")
    cloud.vnet(SPOKE, "westeurope", "10.9.0.0/24", tags={"peering-hub": NEW})
    await asyncio.sleep(4)
    for hub in EARLIER:
        for one, other in ((hub, SPOKE), (SPOKE, hub)):
            remote = cloud.find(other).id
            cloud.world.put_peering(
                cloud.find(one),
                f"peer-{one}-{other}",
                remote,
                PeeringFlags(allow_forwarded_traffic=True),
                sync=True,
            )
            await asyncio.sleep(13)
    document = {"hubs": [{"name": hub, "id": cloud.find(hub).id} for hub in (*EARLIER, NEW)]}
    denied = errors.gateway_error(403, "AuthorizationFailed", "no right")
    cloud.arm.faults.refuse("DELETE", f"/{SPOKE}/virtualNetworkPeerings/peer-{SPOKE}-{EARLIER[0]}$", denied)

    with installed(cloud.arm.handle):
        report = await cloud.reconciler(HUB_LOCATION="", TOPOLOGY=json.dumps(document)).reconcile(
            None, budget_seconds=600
        )

    assert report.outcome is Outcome.BLOCKED
    assert [blocked.error.code for blocked in report.blocked] == ["AuthorizationFailed"]
    assert set(cloud.find(SPOKE).peerings) == {f"peer-{SPOKE}-{EARLIER[0]}", f"peer-{SPOKE}-{NEW}"}
    assert not cloud.find(EARLIER[1]).peerings
