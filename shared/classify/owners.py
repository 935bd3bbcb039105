"""Recognises networks and peerings that other automation manages, so that they are left alone."""

import re
from enum import StrEnum

from ..model.observed import ObservedNetworks, ObservedPeering, Vnet


class Owner(StrEnum):
    VIRTUAL_NETWORK_MANAGER = "Azure Virtual Network Manager"
    VIRTUAL_WAN = "Azure Virtual WAN"
    MANAGED_GROUP = "a managed resource group"


_WAN_NAME = re.compile("RemoteVnetToHubPeering_", re.IGNORECASE)
_WAN_REMOTE = re.compile("HV_.+_[0-9a-f-]{32,36}", re.IGNORECASE)
_MANAGER_NAME = re.compile("ANM_", re.IGNORECASE)
"""Seen in the field, documented nowhere."""
_MANAGED = (
    ("mc_", "aks-vnet-"),
    ("databricks-rg-", "workers-vnet"),
)
"""How groups and networks are called that AKS and Databricks manage."""


def owner_of_peering(half: ObservedPeering) -> Owner | None:
    """Which of Azure's own services made this peering, or None.

    https://learn.microsoft.com/azure/virtual-network-manager/concept-connectivity-configuration
    """
    if _MANAGER_NAME.match(half.id.name):
        return Owner.VIRTUAL_NETWORK_MANAGER
    if _WAN_NAME.match(half.id.name) or _WAN_REMOTE.fullmatch(half.remote.name):
        return Owner.VIRTUAL_WAN
    return None


def owner_of_vnet(vnet: Vnet, observed: ObservedNetworks) -> Owner | None:
    """Who else manages the network, as far as its group was read and its peerings show."""
    group, name = vnet.id.group.lower(), vnet.id.name.lower()
    if observed.managers.get(vnet.id.group_id) or any(
        group.startswith(managed) and name.startswith(theirs) for managed, theirs in _MANAGED
    ):
        return Owner.MANAGED_GROUP
    return next((owner for half in vnet.peerings if (owner := owner_of_peering(half))), None)


def owner_of_pair(hub: Vnet, spoke: Vnet, observed: ObservedNetworks) -> Owner | None:
    """Who else manages the spoke, or its connection to the hub."""
    hub_half = hub.peering_to(spoke.id)
    return owner_of_vnet(spoke, observed) or (owner_of_peering(hub_half) if hub_half else None)
