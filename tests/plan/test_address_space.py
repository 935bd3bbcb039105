"""Who holds which addresses, asked of an index and of every holder in turn."""

from ipaddress import IPv4Network, IPv6Network

import hypothesis.strategies as st
from hypothesis import given

from shared.plan.address_space import AddressIndex, overlap

# Few addresses and many lengths, so that prefixes meet.
V4 = st.builds(
    lambda low, bits: str(IPv4Network((low << 24, bits), strict=False)), st.integers(0, 7), st.integers(4, 32)
)
V6 = st.builds(
    lambda low, bits: str(IPv6Network((low << 120, bits), strict=False)),
    st.integers(0, 7),
    st.integers(3, 128),
)
SPACES = st.lists(V4 | V6 | st.just("no prefix"), max_size=4)


@given(held=st.lists(SPACES, max_size=6), asked=SPACES)
def test_the_index_tells_whom_comparing_with_everybody_tells(held, asked):
    index = AddressIndex()
    for holder, prefixes in enumerate(held):
        index.add(prefixes, holder)
    assert index.holders(asked) == {
        holder for holder, prefixes in enumerate(held) if overlap(asked, prefixes)
    }
