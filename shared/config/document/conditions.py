"""What a rule asks of a network: all of its conditions, and of each condition any of its values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from ipaddress import IPv4Network, IPv6Network, ip_network

from ...model.observed import Vnet


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Named as in the document. An empty one is always met."""

    subscription: tuple[str, ...] = ()
    resource_group: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    address_space: tuple[str, ...] = ()

    def unmet(self, vnet: Vnet) -> str | None:
        """The first condition that the network does not meet, in words; None where it meets all."""
        subscription, group, location = vnet.id.subscription.lower(), vnet.id.group, vnet.location.lower()
        if self.subscription and subscription not in self.subscription:
            return f"subscription {subscription} is not {_any_of(self.subscription)}"
        if self.resource_group and not _matches_any(group, self.resource_group):
            return f"resource group {group} does not match {_any_of(self.resource_group)}"
        if self.name and not _matches_any(vnet.id.name, self.name):
            return f"name {vnet.id.name} does not match {_any_of(self.name)}"
        if self.location and location not in self.location:
            return f"location {location} is not {_any_of(self.location)}"
        if lacking := next((tag for tag in self.tags.items() if not has_tag(vnet, *tag)), None):
            return f"tag {lacking[0]} is {_found(tag_of(vnet, lacking[0]))}, not {lacking[1]}"
        if self.address_space and not is_within(vnet.address_prefixes, self.address_space):
            prefixes = ", ".join(vnet.address_prefixes) or "unknown"
            return f"address space {prefixes} does not lie within {_any_of(self.address_space)}"
        return None


def matches(text: str, pattern: str) -> bool:
    """Whether a glob of `*` and `?` fits the whole text; case does not count, as in Azure's names."""
    return fnmatchcase(text.lower(), pattern.lower().replace("[", "[[]"))


def tag_of(vnet: Vnet, name: str) -> str | None:
    """Azure ignores case in the names of tags.

    https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources
    """
    return next((value for tag, value in vnet.tags.items() if tag.lower() == name.lower()), None)


def has_tag(vnet: Vnet, name: str, pattern: str) -> bool:
    value = tag_of(vnet, name)
    return value is not None and matches(value, pattern)


def is_within(prefixes: Iterable[str], ranges: Iterable[str]) -> bool:
    """Whether there are prefixes, and each lies in one of the ranges."""
    inside = [(found, [_network(one) for one in ranges]) for found in map(_network, prefixes)]
    return bool(inside) and all(any(_is_part(found, one) for one in around) for found, around in inside)


def _is_part(prefix: IPv4Network | IPv6Network | None, around: IPv4Network | IPv6Network | None) -> bool:
    return (
        prefix is not None
        and around is not None
        and prefix.version == around.version
        and prefix.network_address in around
        and prefix.broadcast_address in around
    )


def _network(prefix: str) -> IPv4Network | IPv6Network | None:
    """None for text that is no prefix: Azure reported it, but it cannot be compared."""
    try:
        return ip_network(prefix, strict=False)
    except ValueError:
        return None


def _matches_any(text: str, patterns: Iterable[str]) -> bool:
    return any(matches(text, pattern) for pattern in patterns)


def _any_of(values: Iterable[str]) -> str:
    return " or ".join(values)


def _found(value: str | None) -> str:
    return "not there" if value is None else repr(value)
