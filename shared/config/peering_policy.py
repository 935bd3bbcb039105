"""How the two halves of every pair are to be named and set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..model.ids import VnetId
from .peering_names import NameTemplate

HUB_ROLE_TAG = "peering-role"

SERVICE_DEFAULTS: Mapping[str, bool] = {
    "allowVirtualNetworkAccess": True,
    "allowForwardedTraffic": False,
    "allowGatewayTransit": False,
    "useRemoteGateways": False,
    "doNotVerifyRemoteGateways": False,
}
"""The options of a peering, and what an absent one means.
https://learn.microsoft.com/rest/api/virtualnetwork/virtual-network-peerings/create-or-update"""

DEFAULT_OPTIONS: Mapping[str, bool] = {
    "allowVirtualNetworkAccess": True,
    # Spokes reach each other, and the world, through an appliance in the hub: traffic arrives forwarded.
    "allowForwardedTraffic": True,
}


class GatewayTransit(StrEnum):
    """Whether spokes use the hub's VPN or ExpressRoute gateway."""

    NEVER = "never"
    WHEN_AVAILABLE = "when-available"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeeringPolicy:
    """What the two halves of every pair are brought to."""

    subscriptions: frozenset[str]
    """Those of the spokes, in lower case; a network elsewhere is never taken for deleted."""
    names: NameTemplate = field(default_factory=NameTemplate)
    gateway_transit: GatewayTransit = GatewayTransit.NEVER
    hub_options: Mapping[str, bool] = field(default_factory=lambda: DEFAULT_OPTIONS)
    """What each half on the hub is to have; an option that is not named stays as it is found."""
    spoke_options: Mapping[str, bool] = field(default_factory=lambda: DEFAULT_OPTIONS)

    def covers(self, vnet: VnetId) -> bool:
        return vnet.is_known and vnet.group_id.subscription in self.subscriptions


class HubError(ValueError):
    """No hub of the topology document was found; nothing is changed."""
