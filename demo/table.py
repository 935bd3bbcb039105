"""The topology as Azure lists it, as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

_HEAD = ("NETWORK", "REGION", "ADDRESS SPACE", "PEERING", "STATE", "SYNC LEVEL", "REMOTE SPACE")


def topology_table(vnets: Sequence[Mapping[str, Any]]) -> str:
    """One row per half of each pair; the network with the most peerings, the hub, comes first."""
    ordered = sorted(
        vnets, key=lambda vnet: (-len(vnet["properties"]["virtualNetworkPeerings"]), vnet["name"])
    )
    rows = [_HEAD, *(row for vnet in ordered for row in _rows(vnet))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _rows(vnet: Mapping[str, Any]) -> list[tuple[str, ...]]:
    properties = vnet["properties"]
    network = (vnet["name"], vnet["location"], _space(properties["addressSpace"]))
    peerings = [
        (
            peering["name"],
            peering["properties"]["peeringState"],
            peering["properties"]["peeringSyncLevel"],
            _space(peering["properties"]["remoteAddressSpace"]),
        )
        for peering in sorted(properties["virtualNetworkPeerings"], key=lambda peering: str(peering["name"]))
    ] or [("none", "", "", "")]
    return [(*(network if row == 0 else ("", "", "")), *peering) for row, peering in enumerate(peerings)]


def _space(space: Mapping[str, Any]) -> str:
    return ", ".join(space["addressPrefixes"])
