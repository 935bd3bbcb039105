"""The simulated Azure in time, put together from one file per kind of resource.

All methods are called on one event loop and none of them waits: a write returns what Azure accepts at once,
and its operation ends by itself later.
"""

from simulator.world.gateways import Gateways
from simulator.world.groups import Group
from simulator.world.peerings import Peerings
from simulator.world.subnets import Subnets
from simulator.world.timeline import ResourceChange

__all__ = ["Group", "ResourceChange", "World"]


class World(Peerings, Subnets, Gateways):
    """Resource groups, networks, peerings and gateways of any number of subscriptions."""

    __slots__ = ()
