"""What should be: which network is the hub, and how its peerings are named and set."""

from collections.abc import Iterable, Mapping

from shared.resource_ids import PeeringId, VnetId
from shared.topology import Vnet

HUB_ROLE_TAG = "peering-role"

MANAGED_OPTIONS: Mapping[str, bool] = {
    "allowVirtualNetworkAccess": True,
    # Spokes reach each other, and the world, through an appliance in the hub: traffic arrives forwarded.
    "allowForwardedTraffic": True,
}
"""The options every peering is brought to. Gateway options stay as they are found."""


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


def peering_id(local: VnetId, remote: VnetId) -> PeeringId:
    """What the peering of `local` to `remote` is called. Peerings have no tags: the name says it is ours."""
    return PeeringId(vnet=local, name=f"peer-{local.name}-{remote.name}"[:80].rstrip("-."))
