"""The snapshot as a Mermaid flowchart, for wikis that draw it."""

import re
from collections.abc import Iterator

from ..snapshot import HalfView, Health, NetworkView, Presence, Snapshot, SpokeView
from .escape import printable

_COLOURS = {
    Health.HEALTHY: "1a7f37",
    Health.CHANGING: "0969da",
    Health.WAITING: "8a5a00",
    Health.IN_TROUBLE: "cf222e",
    Health.LEFT_ALONE: "6e7781",
    Health.UNKNOWN: "8250df",
}
_SHAPES = {
    Health.HEALTHY: ("([", "])"),
    Health.CHANGING: ("{{", "}}"),
    Health.WAITING: ("[", "]"),
    Health.IN_TROUBLE: ("[/", "\\]"),
    Health.LEFT_ALONE: ("(", ")"),
    Health.UNKNOWN: (">", "]"),
}
_UNSAFE = re.compile(r"[^\w .:/,-]")


def render(snapshot: Snapshot) -> str:
    return "\n".join(_lines(snapshot)) + "\n"


def _lines(snapshot: Snapshot) -> Iterator[str]:
    yield "flowchart LR"
    for health, colour in _COLOURS.items():
        yield f"  classDef {health} stroke:#{colour},stroke-width:2px"
    for number, hub in enumerate(snapshot.hubs):
        yield f'  h{number}[["{_label(hub.network)}"]]'
        for spoke_number, spoke in enumerate(hub.spokes):
            yield from _spoke(f"h{number}", f"h{number}s{spoke_number}", spoke)
    before, after = _SHAPES[Health.IN_TROUBLE]
    for number, unresolved in enumerate(snapshot.unresolved):
        yield f'  u{number}{before}"hub {_safe(unresolved.name)}<br/>cannot be told"{after}:::{Health.IN_TROUBLE}'
    for number, each in enumerate(snapshot.undecided):
        yield f'  n{number}{before}"{_label(each.network)}<br/>without a hub"{after}:::{Health.IN_TROUBLE}'


def _spoke(hub_key: str, key: str, spoke: SpokeView) -> Iterator[str]:
    before, after = _SHAPES[spoke.health]
    yield f'  {key}{before}"{_label(spoke.network)}<br/>{spoke.health.words}"{after}:::{spoke.health}'
    if spoke.to_spoke == spoke.to_hub is None:
        return
    states = (_state(spoke.to_spoke, Presence.SEEN), _state(spoke.to_hub, spoke.presence))
    if states == ("Connected", "Connected"):
        yield f"  {hub_key} <--> {key}"
    else:
        yield f'  {hub_key} <-. "{_safe(states[0])} / {_safe(states[1])}" .-> {key}'


def _state(half: HalfView | None, presence: Presence) -> str:
    if half is None:
        return "not seen" if presence is Presence.UNSEEN else "absent"
    return half.state


def _label(network: NetworkView) -> str:
    place = " ".join((network.location, *network.prefixes)).strip() or "not seen"
    return f"{_safe(network.name)}<br/>{_safe(place)}"


def _safe(text: str) -> str:
    """Mermaid's own entity codes keep everything but the plainest characters from being read as syntax."""
    return _UNSAFE.sub(lambda found: f"#{ord(found[0])};", printable(text))
