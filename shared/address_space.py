"""Whether address spaces overlap: what Azure refuses between peered networks, IPv4 and IPv6 alike."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_network
from typing import NamedTuple


class _Range(NamedTuple):
    version: int
    first: int
    last: int


@lru_cache(maxsize=16384)
def _range(prefix: str) -> _Range | None:
    """None for what is no prefix: Azure's own word, but nothing that could be compared."""
    try:
        network = ip_network(prefix, strict=False)
    except ValueError:
        return None
    return _Range(network.version, int(network.network_address), int(network.broadcast_address))


def overlap(ours: Iterable[str], theirs: Iterable[str]) -> tuple[str, str] | None:
    """The first prefix of each that share addresses, or None."""
    others = tuple((prefix, found) for prefix in theirs if (found := _range(prefix)))
    for prefix in ours:
        one = _range(prefix)
        for other, two in others if one else ():
            if one and one.version == two.version and one.first <= two.last and two.first <= one.last:
                return prefix, other
    return None
