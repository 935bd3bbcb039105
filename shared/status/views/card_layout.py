"""The map for a few spokes: a card each, on either side of the hub, and both directions of every pair."""

from collections.abc import Iterator

from ..snapshot import HalfView, HubView, NetworkView, Presence, SpokeView
from .escape import escape, joined, shortened
from .symbols import line_class, mark

MAX_SPOKES = 24

_WIDTH, _CARD, _HEIGHT, _GAP, _MARGIN = 1120, 310, 78, 22, 12
_HUB_LEFT, _HUB_HEIGHT = (_WIDTH - _CARD) / 2, 104
_APART = 7
"""Half the distance between the two directions of a pair."""


def size(hub: HubView) -> tuple[float, float]:
    rows = max(1, (len(hub.spokes) + 1) // 2)
    return _WIDTH, max(rows * (_HEIGHT + _GAP) - _GAP, _HUB_HEIGHT) + 2 * _MARGIN


def draw(hub: HubView, first: int) -> Iterator[str]:
    """`first` is the number of the hub's first spoke among all spokes of the snapshot."""
    _, height = size(hub)
    numbered = list(enumerate(hub.spokes, start=first))
    half = len(numbered) // 2
    for column, is_left in ((numbered[:half], True), (numbered[half:], False)):
        top = (height - len(column) * (_HEIGHT + _GAP) + _GAP) / 2
        for row, (number, spoke) in enumerate(column):
            yield _spoke(spoke, number, top + row * (_HEIGHT + _GAP), height / 2, row, len(column), is_left)
    yield _hub(hub, (height - _HUB_HEIGHT) / 2)


def _hub(hub: HubView, top: float) -> str:
    used = f"{hub.peerings} of {hub.capacity} peerings"
    return (
        f'<g class="hub"><title>{_title(hub.network)}, hub, {used}</title>'
        f'<rect x="{_HUB_LEFT:g}" y="{top:g}" width="{_CARD}" height="{_HUB_HEIGHT}" rx="14"/>'
        f"{_lines(hub.network, _HUB_LEFT + 20, top + 34)}"
        f'<text class="small" x="{_HUB_LEFT + 20:g}" y="{top + 84:g}">hub · {used}</text></g>'
    )


def _spoke(
    spoke: SpokeView, number: int, top: float, middle: float, row: int, rows: int, is_left: bool
) -> str:
    left = _MARGIN if is_left else _WIDTH - _CARD - _MARGIN
    inner = left + _CARD if is_left else left
    edge = _HUB_LEFT if is_left else _HUB_LEFT + _CARD
    # The ends on the hub stand apart, in the order of the cards, so that lines do not cross.
    spread = min(_HUB_HEIGHT - 28, 30 * (rows - 1))
    hub_y = middle + (spread * (row / (rows - 1) - 0.5) if rows > 1 else 0)
    spoke_y = top + _HEIGHT / 2
    return (
        f'<g class="spoke" data-spoke="s{number}">'
        f"{_direction(spoke.to_spoke, edge, hub_y - _APART, inner, spoke_y - _APART)}"
        f"{_direction(spoke.to_hub, inner, spoke_y + _APART, edge, hub_y + _APART, spoke.presence)}"
        f'<a href="#s{number}"><title>{_title(spoke.network)}: {spoke.health.words}</title>'
        f'<rect class="card {spoke.health}" x="{left:g}" y="{top:g}" width="{_CARD}" height="{_HEIGHT}" rx="12"/>'
        f"{mark(spoke.health, left + 24, top + 28)}"
        f"{_lines(spoke.network, left + 44, top + 33)}</a></g>"
    )


def _direction(
    half: HalfView | None,
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    presence: Presence = Presence.SEEN,
) -> str:
    if half is None and presence is Presence.UNSEEN:
        return ""
    ahead = 1 if x2 > x1 else -1
    tip, bend = x2 - 9 * ahead, (x1 + x2) / 2
    kind = line_class(half)
    words = f"{half.state}, {half.sync}" if half else "absent"
    arrow = f"M{x2 - ahead:g} {y2:g}l{-9 * ahead}-4.5v9z"
    return (
        f'<g class="half {kind}"><title>{escape(words)}</title>'
        f'<path class="line" d="M{x1:g} {y1:g}C{bend:g} {y1:g} {bend:g} {y2:g} {tip:g} {y2:g}"/>'
        f'<path class="arrow" d="{arrow}"/></g>'
    )


def _lines(network: NetworkView, x: float, y: float) -> str:
    space = ", ".join(network.prefixes)
    where = " · ".join(filter(None, (network.location, space))) or "not seen"
    return (
        f'<text class="name" x="{x:g}" y="{y:g}">{escape(shortened(network.name, 30))}</text>'
        f'<text class="small" x="{x:g}" y="{y + 24:g}">{escape(shortened(where, 36))}</text>'
    )


def _title(network: NetworkView) -> str:
    return joined((network.name, network.location or "not seen", *network.prefixes))
