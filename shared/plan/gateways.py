"""Whether a pair uses the hub's gateway: the hub's half offers it, then the spoke's half takes it.

https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-peering
"""

from dataclasses import dataclass

from ..config.peering_policy import GatewayTransit, PeeringPolicy
from ..model.ids import PeeringId
from ..model.observed import ObservedPeering, Vnet
from ..model.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayUse:
    """What the two options are to be, and what somebody should know about it."""

    transit: bool
    use: bool
    finding: Reason | None = None


def gateway_use(
    hub: Vnet, spoke: Vnet, policy: PeeringPolicy, retiring: frozenset[PeeringId] = frozenset()
) -> GatewayUse:
    """A configured option wins over the mode. While a half in `retiring` uses another gateway, the hub's is offered
    and not yet used: Azure allows a spoke one gateway."""
    others = [half for half in spoke.peerings if half.remote != hub.id and _has(half, "useRemoteGateways")]
    is_to_wait = any(half.id in retiring for half in others)
    use = _by_mode(hub, spoke, policy.gateway_transit, any(half.id not in retiring for half in others))
    return GatewayUse(
        transit=policy.hub_options.get("allowGatewayTransit", use.transit),
        use=policy.spoke_options.get("useRemoteGateways", use.use) and not is_to_wait,
        finding=None if "useRemoteGateways" in policy.spoke_options else use.finding,
    )


def _by_mode(hub: Vnet, spoke: Vnet, mode: GatewayTransit, uses_other: bool) -> GatewayUse:
    none = GatewayUse(transit=False, use=False)
    if mode is GatewayTransit.NEVER:
        in_use = (
            hub.has_gateway
            and _has(hub.peering_to(spoke.id), "allowGatewayTransit")
            and _has(spoke.peering_to(hub.id), "useRemoteGateways")
        )
        return GatewayUse(transit=True, use=True, finding=Reason.GATEWAY_IN_USE) if in_use else none
    if not hub.has_gateway:
        wanted = mode is GatewayTransit.ALWAYS
        return GatewayUse(transit=False, use=False, finding=Reason.HUB_HAS_NO_GATEWAY) if wanted else none
    if spoke.has_gateway:
        return GatewayUse(transit=False, use=False, finding=Reason.SPOKE_HAS_GATEWAY)
    if uses_other:
        return GatewayUse(transit=False, use=False, finding=Reason.SPOKE_USES_OTHER_GATEWAY)
    return GatewayUse(transit=True, use=True)


def _has(half: ObservedPeering | None, option: str) -> bool:
    return half is not None and half.properties.get(option) is True
