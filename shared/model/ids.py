"""The Azure resource IDs this project deals in. ARM ignores case in them, and so does comparing them here."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

_GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
_GROUP = r"(?u:[\w.()-]{0,89}[\w()-])"
_VNET = (
    f"/subscriptions/({_GUID})/resourceGroups/({_GROUP})"
    r"/providers/Microsoft\.Network/virtualNetworks/([a-z0-9][a-z0-9_.-]{0,62}[a-z0-9_])"
)
_PEERING = r"/virtualNetworkPeerings/([a-z0-9](?:[a-z0-9_.-]{0,78}[a-z0-9_])?)"

_guid = re.compile(_GUID, re.ASCII | re.IGNORECASE)
_vnet_id = re.compile(_VNET, re.ASCII | re.IGNORECASE)
_peering_id = re.compile(_VNET + _PEERING, re.ASCII | re.IGNORECASE)

VNET_ID_FORMAT = (
    "/subscriptions/<guid>/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<name>"
)
PEERING_ID_FORMAT = f"{VNET_ID_FORMAT}/virtualNetworkPeerings/<name>"


def is_guid(text: str) -> bool:
    """Whether it is a GUID in its plain form, without braces."""
    return _guid.fullmatch(text) is not None


class GroupId(NamedTuple):
    """A resource group, in lower case."""

    subscription: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class VnetId:
    """A virtual network, spelt as it was found. Text from outside goes through `parse`, which raises `ValueError`."""

    subscription: str = field(compare=False)
    group: str = field(compare=False)
    name: str = field(compare=False)
    _folded: tuple[str, str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        folded = (self.subscription.lower(), self.group.lower(), self.name.lower())
        object.__setattr__(self, "_folded", folded)

    @classmethod
    def parse(cls, text: str) -> "VnetId":
        found = _vnet_id.fullmatch(text)
        if found is None:
            raise ValueError(f"not a virtual network ID: {text!r}; expected {VNET_ID_FORMAT}")
        subscription, group, name = found.groups()
        return cls(subscription=subscription, group=group, name=name)

    @classmethod
    def reported(cls, text: str, subscription: str = "") -> "VnetId":
        """As Azure lists it. One that cannot be parsed is kept as the end of its text, and is in no group."""
        try:
            return cls.parse(text)
        except ValueError:
            return cls(subscription=subscription, group="", name=text[-120:])

    @property
    def is_known(self) -> bool:
        return bool(self.group)

    def may_be(self, other: "VnetId") -> bool:
        """Whether this ID, which cannot be parsed, may be the other network's."""
        _, slash, named = self.name.lower().rpartition("/virtualnetworks/")
        return not self.is_known and (not slash or other.name.lower() in named)

    def __str__(self) -> str:
        if not self.is_known:
            return self.name
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
            f"/providers/Microsoft.Network/virtualNetworks/{self.name}"
        )

    @property
    def group_id(self) -> GroupId:
        return GroupId(*self._folded[:2])

    def is_in(self, subscription: str) -> bool:
        return self._folded[0] == subscription.lower()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PeeringId:
    """A peering, which belongs to the network it leads out of. `parse` raises `ValueError`."""

    vnet: VnetId = field(compare=False)
    name: str = field(compare=False)
    _folded: tuple[VnetId, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_folded", (self.vnet, self.name.lower()))

    @classmethod
    def parse(cls, text: str) -> "PeeringId":
        found = _peering_id.fullmatch(text)
        if found is None:
            raise ValueError(f"not a virtual network peering ID: {text!r}; expected {PEERING_ID_FORMAT}")
        subscription, group, vnet, name = found.groups()
        return cls(vnet=VnetId(subscription=subscription, group=group, name=vnet), name=name)

    def __str__(self) -> str:
        return f"{self.vnet}/virtualNetworkPeerings/{self.name}"


class PairId(NamedTuple):
    """A hub and a network that is, or was, peered with it; of two hubs in a mesh the second one is the spoke."""

    hub: VnetId
    spoke: VnetId
