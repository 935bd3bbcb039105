"""The snapshot as Markdown tables, for tickets."""

import re
from collections.abc import Iterator
from dataclasses import replace

from ..snapshot import HalfView, Note, Presence, Snapshot, SpokeView
from .escape import printable

_SYNTAX = re.compile(r"([\\`*_{}\[\]<>()#!|~&@$]|:(?=//)|(?<=www)\.)")


def render(snapshot: Snapshot) -> str:
    return "\n".join(_lines(snapshot)) + "\n"


def _lines(snapshot: Snapshot) -> Iterator[str]:
    yield f"# {snapshot.headline}"
    yield ""
    yield f"As Azure reported it at {snapshot.observed_at:%Y-%m-%d %H:%M:%S} UTC."
    notes = [
        *snapshot.notes,
        *(replace(hub.note, text=f"hub {hub.name!r}: {hub.note.text}") for hub in snapshot.unresolved),
    ]
    for note in notes:
        yield ""
        yield plain(_sentence(note))
    for hub in snapshot.hubs:
        place = ", ".join((hub.network.location, *hub.network.prefixes))
        yield ""
        yield f"## {plain(hub.network.name)}"
        yield ""
        yield f"{plain(place)}; {hub.peerings} of {hub.capacity} peerings."
        for note in hub.notes:
            yield ""
            yield plain(_sentence(note))
        yield ""
        yield from row(
            "state", "spoke", "region", "address space", "hub to spoke", "spoke to hub", "why, and what to do"
        )
        yield from row(*["---"] * 7)
        for spoke in hub.spokes:
            yield from row(*map(plain, _cells(spoke)))
    if snapshot.undecided:
        yield ""
        yield "## Networks without a hub"
        yield ""
        yield from row("network", "region", "address space", "why, and what to do")
        yield from row(*["---"] * 4)
        for each in snapshot.undecided:
            network = each.network
            space = ", ".join(network.prefixes)
            yield from row(*map(plain, (network.name, network.location, space, _coded(each.note))))


def _sentence(note: Note) -> str:
    return f"{note.text}: {note.advice}" if note.advice else note.text


def _coded(note: Note) -> str:
    return ": ".join(filter(None, (note.code, note.text, note.advice)))


def _cells(spoke: SpokeView) -> Iterator[str]:
    network = spoke.network
    yield spoke.health.words
    yield network.name
    yield network.location or str(spoke.presence)
    yield ", ".join(network.prefixes)
    yield _state(spoke.to_spoke, Presence.SEEN)
    yield _state(spoke.to_hub, spoke.presence)
    yield "; ".join(map(_coded, spoke.notes))


def _state(half: HalfView | None, presence: Presence) -> str:
    if half is None:
        return "absent" if presence is Presence.SEEN else str(presence)
    return f"{half.state}, {half.sync}"


def row(*cells: str) -> Iterator[str]:
    yield f"| {' | '.join(cells)} |"


def plain(text: str) -> str:
    return _SYNTAX.sub(r"\\\1", printable(text))
