"""Whether address spaces overlap: what Azure refuses between peered networks, IPv4 and IPv6 alike."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from functools import lru_cache
from ipaddress import ip_network
from typing import NamedTuple


class _Range(NamedTuple):
    version: int
    first: int
    last: int


@lru_cache(maxsize=16384)
def _range(prefix: str) -> _Range | None:
    """None for text that is no prefix: Azure reported it, but it cannot be compared."""
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


type _Block = tuple[int, int, int]
"""IP version, number of free low bits, and the value of the fixed bits above them."""


def _blocks_around(prefix: str) -> tuple[_Block, ...]:
    """The block of the prefix itself, then all that contain it; none for what is no prefix."""
    found = _range(prefix)
    if found is None:
        return ()
    free, all_bits = (found.last - found.first).bit_length(), 32 if found.version == 4 else 128
    return tuple((found.version, bits, found.first >> bits) for bits in range(free, all_bits + 1))


class AddressIndex[Holder: Hashable]:
    """Finds who holds an address without asking every holder.

    Of two prefixes that overlap one contains the other, so a prefix finds every holder it meets under itself,
    under a prefix around it, or among those that named it as a prefix around theirs.
    """

    def __init__(self) -> None:
        self._exactly: defaultdict[_Block, list[Holder]] = defaultdict(list)
        self._within: defaultdict[_Block, list[Holder]] = defaultdict(list)

    def add(self, prefixes: Iterable[str], holder: Holder) -> None:
        for blocks in map(_blocks_around, prefixes):
            for block in blocks:
                self._within[block].append(holder)
            for block in blocks[:1]:
                self._exactly[block].append(holder)

    def holders(self, prefixes: Iterable[str]) -> set[Holder]:
        """All that hold an address of `prefixes`."""
        return set(self._met(prefixes))

    def _met(self, prefixes: Iterable[str]) -> Iterator[Holder]:
        for blocks in map(_blocks_around, prefixes):
            for block in blocks[:1]:
                yield from self._within.get(block, ())
            for block in blocks:
                yield from self._exactly.get(block, ())
