"""Hubs in a connectivity subscription, and three subscriptions of teams with a deployment of the app each."""

import asyncio

from demo.stage import Network, Stage
from simulator.scenarios import CONNECTIVITY, LANDING_ZONES

TEAMS = dict(zip(("shop", "bank", "lab"), LANDING_ZONES, strict=True))
"""Their subscriptions."""

_SWC = Network(name="vnet-hub-swc", location="swedencentral", prefix="10.0.0.0/22", subscription=CONNECTIVITY)
_WEU = Network(name="vnet-hub-weu", location="westeurope", prefix="10.1.0.0/22", subscription=CONNECTIVITY)


def _spokes(role: str, first_block: int) -> list[tuple[Network, Network]]:
    """A spoke of each team beside each hub."""
    return [
        (
            hub,
            Network(
                name="-".join(filter(None, ("vnet", team, role, hub.name.rpartition("-")[2]))),
                location=hub.location,
                prefix=f"10.{number}.{first_block + 4 * place}.0/22",
                subscription=subscription,
            ),
        )
        for number, hub in enumerate((_SWC, _WEU))
        for place, (team, subscription) in enumerate(TEAMS.items())
    ]


_STANDING, _NEW = _spokes("", 4), _spokes("app", 16)


async def play(stage: Stage) -> None:
    await stage.say("two hubs in one subscription and spokes in three others are there, none of them peered")
    for hub, spoke in ((_SWC, _WEU), *_STANDING):
        await stage.connected(hub, spoke)
    await stage.say("the three teams create six networks at the same time")
    await asyncio.gather(*(stage.create(spoke) for _, spoke in _NEW))
    await asyncio.gather(*(stage.connected(hub, spoke) for hub, spoke in _NEW))
    (hub, short_lived), *lasting = _NEW
    await stage.delete(short_lived)
    await stage.leftover_removed(hub, short_lived)
    await stage.everything_is_whole([(_SWC, _WEU), *_STANDING, *lasting])
