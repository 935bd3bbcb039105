"""The map for many spokes: marks on rings around the hub, a wedge for each region."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from math import cos, pi, sin, tau

from ..snapshot import Health, HubView, SpokeView
from .escape import escape, shortened
from .symbols import mark

_HUB_RADIUS, _FIRST_RING, _STEP, _LABELS = 84, 122, 25, 150
_MIN_LABEL_ARC = 20


@dataclass(frozen=True, slots=True)
class _Position:
    angle: float
    radius: float

    def at(self, radius: float | None = None) -> tuple[float, float]:
        """Coordinates; angles are radians, clockwise from the top."""
        reach = self.radius if radius is None else radius
        return round(reach * sin(self.angle), 1), round(-reach * cos(self.angle), 1)


def size(hub: HubView) -> tuple[float, float]:
    return 2 * (_outer(hub) + _LABELS), 2 * (_outer(hub) + 34)


def draw(hub: HubView, first: int) -> Iterator[str]:
    """`first` is the number of the hub's first spoke among all spokes of the snapshot."""
    width, height = size(hub)
    numbered = sorted(enumerate(hub.spokes, start=first), key=lambda each: each[1].network.location)
    placed = [(position, *each) for position, each in zip(_positions(len(numbered)), numbered, strict=True)]
    yield f'<g transform="translate({width / 2:g} {height / 2:g})">'
    yield from _wedges([(position.angle, spoke) for position, _, spoke in placed], _outer(hub))
    # Healthy spokes come last, above the rays of the others.
    for position, number, spoke in sorted(placed, key=lambda each: each[2].health is Health.HEALTHY):
        yield _spoke(spoke, number, position)
    yield _hub(hub)
    yield "</g>"


def _radii(count: int) -> list[int]:
    """Radii of as many rings as give every mark `_STEP` of arc."""
    radii: list[int] = []
    while not radii or sum(radii) * tau / _STEP < count:
        radii.append(_FIRST_RING + len(radii) * _STEP)
    return radii


def _outer(hub: HubView) -> int:
    return _radii(len(hub.spokes))[-1] + _STEP // 2


def _positions(count: int) -> list[_Position]:
    """As many positions as spokes, by angle, so that neighbours in a list are neighbours on the map."""
    radii = _radii(count)
    positions: list[_Position] = []
    for ring, radius in enumerate(radii):
        last = round(count * sum(radii[: ring + 1]) / sum(radii))
        here = last - len(positions)
        positions += [_Position((position + (ring % 2) / 2) * tau / here, radius) for position in range(here)]
    return sorted(positions, key=lambda position: (position.angle, position.radius))


def _wedges(placed: list[tuple[float, SpokeView]], outer: int) -> Iterator[str]:
    start, labelled = 0.0, -tau
    regions = [
        (location, [angle for angle, _ in group])
        for location, group in groupby(placed, key=lambda each: each[1].network.location)
    ]
    for number, (location, angles) in enumerate(regions):
        following = regions[number + 1][1][0] if number + 1 < len(regions) else tau
        end = tau if number + 1 == len(regions) else (angles[-1] + following) / 2
        if len(regions) > 1:
            yield _wedge(start, end, outer, "odd" if number % 2 else "even")
        middle = (start + end) / 2
        if (middle - labelled) * outer >= _MIN_LABEL_ARC:
            labelled = middle
            x, y = _Position(middle, outer + 14).at()
            anchor = "start" if middle < pi else "end"
            label = escape(shortened(f"{location or 'not seen'} ({len(angles)})", 24))
            yield f'<text class="region" x="{x}" y="{y + 4:g}" text-anchor="{anchor}">{label}</text>'
        start = end


def _wedge(start: float, end: float, outer: int, kind: str) -> str:
    x1, y1 = _Position(start, outer).at()
    x2, y2 = _Position(end, outer).at()
    large = int(end - start > pi)
    return f'<path class="wedge {kind}" d="M0 0L{x1} {y1}A{outer} {outer} 0 {large} 1 {x2} {y2}z"/>'


def _spoke(spoke: SpokeView, number: int, position: _Position) -> str:
    """A healthy spoke is no link: with a keyboard, hundreds of them would bury the others."""
    (x, y), health = position.at(), spoke.health
    title = f"<title>{escape(spoke.network.name)}: {health.words}</title>"
    if health is Health.HEALTHY:
        return f'<g class="spoke" data-spoke="s{number}">{title}{mark(health, x, y)}</g>'
    x1, y1 = position.at(_HUB_RADIUS)
    x2, y2 = position.at(position.radius - 11)
    return (
        f'<g class="spoke" data-spoke="s{number}"><path class="ray {health}" d="M{x1} {y1}L{x2} {y2}"/>'
        f'<a href="#s{number}">{title}{mark(health, x, y)}</a></g>'
    )


def _hub(hub: HubView) -> str:
    network = hub.network
    lines = (
        ("name", -20, network.name),
        ("small", 2, network.location),
        ("small", 22, ", ".join(network.prefixes)),
        ("small", 42, f"{hub.peerings} of {hub.capacity}"),
    )
    texts = "".join(
        f'<text class="{kind}" y="{y}" text-anchor="middle">{escape(shortened(text, 18))}</text>'
        for kind, y, text in lines
    )
    return f'<g class="hub"><title>{escape(network.name)}</title><circle r="{_HUB_RADIUS}"/>{texts}</g>'
