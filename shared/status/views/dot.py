"""The snapshot for Graphviz; `twopi` and `dot` both draw it well."""

from collections.abc import Iterator

from ..snapshot import HalfView, Health, NetworkView, Snapshot, SpokeView
from .escape import printable

_DRAWN = {
    Health.HEALTHY: ("ellipse", "#1a7f37"),
    Health.CHANGING: ("diamond", "#0969da"),
    Health.WAITING: ("box", "#8a5a00"),
    Health.IN_TROUBLE: ("triangle", "#cf222e"),
    Health.LEFT_ALONE: ("ellipse", "#6e7781"),
    Health.UNKNOWN: ("hexagon", "#8250df"),
}


def render(snapshot: Snapshot) -> str:
    return "\n".join(_lines(snapshot)) + "\n"


def _lines(snapshot: Snapshot) -> Iterator[str]:
    yield "digraph interlinked {"
    yield '  graph [layout=twopi, overlap=false, ranksep=3]; node [fontname="sans-serif", penwidth=2];'
    for hub in snapshot.hubs:
        key = _quoted(hub.network.id)
        yield f"  {key} [label={_quoted(_label(hub.network))}, shape=box3d, root=true];"
        for spoke in hub.spokes:
            yield from _spoke(key, spoke)
    for unresolved in snapshot.unresolved:
        yield _node(f"hub {unresolved.name}", f"hub {unresolved.name}\ncannot be told")
    for undecided in snapshot.undecided:
        yield _node(undecided.network.id, f"{_label(undecided.network)}\nwithout a hub")
    yield "}"


def _spoke(hub: str, spoke: SpokeView) -> Iterator[str]:
    key = _quoted(spoke.network.id)
    yield _node(spoke.network.id, f"{_label(spoke.network)}\n{spoke.health.words}", spoke.health)
    yield from _direction(hub, key, spoke.to_spoke)
    yield from _direction(key, hub, spoke.to_hub)


def _node(key: str, label: str, health: Health = Health.IN_TROUBLE) -> str:
    shape, colour = _DRAWN[health]
    return f'  {_quoted(key)} [label={_quoted(label)}, shape={shape}, color="{colour}"];'


def _direction(source: str, target: str, half: HalfView | None) -> Iterator[str]:
    if half is None:
        return
    look = "" if half.state == "Connected" else f" [style=dashed, label={_quoted(half.state)}]"
    yield f"  {source} -> {target}{look};"


def _label(network: NetworkView) -> str:
    return "\n".join(filter(None, (network.name, network.location, ", ".join(network.prefixes))))


def _quoted(text: str) -> str:
    lines = (printable(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return f'"{"\\n".join(lines)}"'
