"""Short words for networks that were seen, and for selecting among them."""

from collections.abc import Collection, Mapping
from typing import Any

from shared.classify.selection import Choice, Selection, select
from shared.classify.verdicts import Role
from shared.config.document.parsing import read_document
from shared.model.ids import GroupId, PeeringId, VnetId
from shared.model.observed import ObservedNetworks, ObservedPeering, PeeringState, SyncLevel, Vnet
from tests.builders import OWN, vnet_id


def vnet(
    name: str,
    location: str = "westeurope",
    *prefixes: str,
    subscription: str = OWN,
    group: str = "rg",
    tags: Mapping[str, str] | None = None,
    peerings: Collection[str] = (),
) -> Vnet:
    return Vnet(
        id=vnet_id(name, subscription=subscription, group=group),
        location=location,
        provisioning="Succeeded",
        address_prefixes=prefixes or ("10.9.0.0/24",),
        tags=tags or {},
        peerings=tuple(
            ObservedPeering(
                id=PeeringId(vnet=vnet_id(name, subscription=subscription, group=group), name=peering),
                remote=vnet_id("anything"),
                state=PeeringState.CONNECTED,
                sync=SyncLevel.FULLY_IN_SYNC,
                provisioning="Succeeded",
                properties={},
            )
            for peering in peerings
        ),
    )


HUB = vnet("hub")
HUBS = [{"name": "main", "id": str(HUB.id)}]


def chosen(
    content: Mapping[str, Any],
    *vnets: Vnet,
    listed: Collection[str] = (OWN,),
    gone: Collection[VnetId] = (),
    managers: Mapping[str, str | None] | None = None,
) -> Selection:
    """What the networks are by a document; one without hubs gets the hub `main`."""
    topology = ObservedNetworks(
        vnets={one.id: one for one in (HUB, *vnets)},
        gone=frozenset(gone),
        managers={GroupId(OWN, group): manager for group, manager in (managers or {}).items()},
    )
    return select(read_document({"hubs": HUBS, **content}), topology, own=OWN, listed=listed)


def choice(content: Mapping[str, Any], one: Vnet, **seen: Any) -> Choice:
    return chosen(content, one, **seen).of(one.id)


def spokes_of(selection: Selection, hub: VnetId | None) -> tuple[VnetId, ...]:
    """By ID, sorted."""
    spokes = (each for each in selection.choices.values() if each.role is Role.SPOKE and each.hub_id == hub)
    return tuple(sorted(each.vnet for each in spokes))
