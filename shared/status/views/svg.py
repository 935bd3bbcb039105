"""The map as SVG, within the page and as a file of its own."""

from pathlib import Path

from ..snapshot import HubView, Snapshot
from . import card_layout, radial_layout
from .escape import escape
from .symbols import definitions

STYLE = Path(__file__).with_name("map.css").read_text(encoding="utf-8")


def render(snapshot: Snapshot) -> str:
    """One file that needs nothing else, hubs below each other."""
    sizes = [_size(hub) for hub in snapshot.hubs]
    width = max((each for each, _ in sizes), default=100)
    parts, top, first = [], 0.0, 0
    for hub, (own, height) in zip(snapshot.hubs, sizes, strict=True):
        parts.append(f'<g transform="translate({(width - own) / 2:g} {top:g})">{_drawn(hub, first)}</g>')
        top, first = top + height, first + len(hub.spokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {top or 100:g}" role="img">'
        f"<title>{escape(snapshot.headline)}</title><style>{STYLE}</style>"
        f'{definitions()}<rect class="ground" width="100%" height="100%"/>{"".join(parts)}</svg>\n'
    )


def inline(hub: HubView, first: int) -> str:
    """Within the page, whose style it uses."""
    width, height = _size(hub)
    return f'<svg class="map" viewBox="0 0 {width:g} {height:g}">{_drawn(hub, first)}</svg>'


def _drawn(hub: HubView, first: int) -> str:
    draw = card_layout.draw if len(hub.spokes) <= card_layout.MAX_SPOKES else radial_layout.draw
    return "".join(draw(hub, first))


def _size(hub: HubView) -> tuple[float, float]:
    return card_layout.size(hub) if len(hub.spokes) <= card_layout.MAX_SPOKES else radial_layout.size(hub)
