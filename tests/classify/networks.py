"""Short words for networks that were seen, and for selecting among them."""

from shared.classify.selection import select
from shared.config.document.parsing import read_document
from shared.model.ids import GroupId, PeeringId, VnetId
from shared.model.observed import ObservedNetworks, ObservedPeering, PeeringState, SyncLevel, Vnet

OWN, OTHER = (f"00000000-0000-0000-0000-00000000000{digit}" for digit in "12")


def vnet_id(name, *, subscription=OWN, group="rg"):
    return VnetId(subscription=subscription, group=group, name=name)


def vnet(name, location="westeurope", *prefixes, subscription=OWN, group="rg", tags=None, peerings=()):
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


def chosen(content, *vnets, listed=(OWN,), gone=(), managers=None):
    """What the networks are by a document; one without hubs gets the hub `main`."""
    topology = ObservedNetworks(
        vnets={one.id: one for one in (HUB, *vnets)},
        gone=frozenset(gone),
        managers={GroupId(OWN, group): manager for group, manager in (managers or {}).items()},
    )
    return select(read_document({"hubs": HUBS} | content), topology, own=OWN, listed=listed)


def choice(content, one, **seen):
    return chosen(content, one, **seen).of(one.id)
