"""What should be: which network is the hub, and how its peerings are set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.names import NameTemplate
from shared.resource_ids import VnetId
from shared.topology import Vnet

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
    """Where the spokes of this deployment lie, folded; what lies elsewhere is never declared gone."""
    names: NameTemplate = field(default_factory=NameTemplate)
    gateway_transit: GatewayTransit = GatewayTransit.NEVER
    hub_options: Mapping[str, bool] = field(default_factory=lambda: DEFAULT_OPTIONS)
    """What each half on the hub is to have; an option that is not named stays as it is found."""
    spoke_options: Mapping[str, bool] = field(default_factory=lambda: DEFAULT_OPTIONS)

    def covers(self, vnet: VnetId) -> bool:
        return vnet.group_id.subscription in self.subscriptions


class HubError(ValueError):
    """Which network is the hub cannot be told; nothing is changed."""


def hub_at(location: str, vnets: Iterable[Vnet]) -> VnetId:
    """The one network in the hub location; of several, the one tagged as the hub.

    Raises `HubError`, naming the candidates, where there is none or the tag does not decide.
    """
    there = sorted((vnet for vnet in vnets if vnet.location == location), key=lambda vnet: vnet.id)
    tagged = [vnet for vnet in there if vnet.tags.get(HUB_ROLE_TAG, "").lower() == "hub"]
    match there, tagged:
        case [only], _:
            return only.id
        case _, [only]:
            return only.id
        case [], _:
            raise HubError(
                f"HUB_LOCATION: no virtual network lies in {location!r}; create the hub there, or set "
                "HUB_VNET_ID instead"
            )
        case _:
            listed = ", ".join(str(vnet.id) for vnet in there)
            raise HubError(
                f"HUB_LOCATION: {len(there)} virtual networks lie in {location!r} and {len(tagged)} of them "
                f"are tagged {HUB_ROLE_TAG}=hub: {listed}; set HUB_VNET_ID to the one that is the hub"
            )
