"""The picture as Markdown tables, for tickets."""

import re
from collections.abc import Iterator
from dataclasses import replace

from ..snapshot import HalfView, Note, Presence, Snapshot, SpokeView
from .escape import printable

_SYNTAX = re.compile(r"([\\`*_{}\[\]<>()#!|~&@$]|:(?=//)|(?<=www)\.)")


def render(picture: Snapshot) -> str:
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Snapshot) -> Iterator[str]:
    yield f"# {picture.headline}"
    yield ""
    yield f"As Azure reported it at {picture.observed_at:%Y-%m-%d %H:%M:%S} UTC."
    told = [
        *picture.notes,
        *(replace(hub.note, text=f"hub {hub.name!r}: {hub.note.text}") for hub in picture.untold),
    ]
    for note in told:
        yield ""
        yield plain(_said(note))
    for hub in picture.hubs:
        place = ", ".join((hub.network.location, *hub.network.prefixes))
        yield ""
        yield f"## {plain(hub.network.name)}"
        yield ""
        yield f"{plain(place)}; {hub.peerings} of {hub.capacity} peerings."
        for note in hub.notes:
            yield ""
            yield plain(_said(note))
        yield ""
        yield from row(
            "state", "spoke", "region", "address space", "hub to spoke", "spoke to hub", "why, and what to do"
        )
        yield from row(*["---"] * 7)
        for spoke in hub.spokes:
            yield from row(*map(plain, _cells(spoke)))
    if picture.undecided:
        yield ""
        yield "## Networks without a hub"
        yield ""
        yield from row("network", "region", "address space", "why, and what to do")
        yield from row(*["---"] * 4)
        for each in picture.undecided:
            network = each.network
            space = ", ".join(network.prefixes)
            yield from row(*map(plain, (network.name, network.location, space, _coded(each.note))))


def _said(note: Note) -> str:
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
