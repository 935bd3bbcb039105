"""Who holds which addresses, asked of an index and of every holder in turn."""

from ipaddress import IPv4Network, IPv6Network

import hypothesis.strategies as st
import pytest
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


@pytest.mark.parametrize(
    ("ours", "theirs", "shared"),
    [
        pytest.param(["10.0.0.0/24"], ["10.0.0.0/24"], True, id="the same"),
        pytest.param(["10.0.0.0/16"], ["10.0.7.0/24"], True, id="within"),
        pytest.param(["10.0.7.0/24"], ["10.0.0.0/16"], True, id="around"),
        pytest.param(["10.0.0.0/24"], ["10.0.0.255/32"], True, id="the last address"),
        pytest.param(["10.0.0.0/32"], ["10.0.0.0/24"], True, id="the first address"),
        pytest.param(["10.0.0.0/24"], ["10.0.1.0/24"], False, id="next to it"),
        pytest.param(["10.0.1.0/24"], ["10.0.0.0/24"], False, id="before it"),
        pytest.param(["10.0.0.1/24"], ["10.0.0.128/25"], True, id="written with host bits"),
        pytest.param(["0.0.0.0/0"], ["::/0"], False, id="another version"),
        pytest.param(["fd00::/8"], ["fd00:1::/64"], True, id="version 6"),
        pytest.param(["10.0.0.0/24", "10.2.0.0/24"], ["10.1.0.0/24", "10.2.0.0/24"], True, id="the second"),
        pytest.param(["no prefix"], ["no prefix"], False, id="no prefix"),
    ],
)
def test_address_spaces_overlap_where_they_share_an_address(ours, theirs, shared):
    assert (overlap(ours, theirs) is not None) is shared
