"""The picture as Markdown tables, for tickets."""

import re
from collections.abc import Iterator

from shared.status.picture import Half, Picture, Presence, Spoke
from shared.status.views.escape import printable

_SYNTAX = re.compile(r"([\\`*_{}\[\]<>()#!|~&@$]|:(?=//)|(?<=www)\.)")


def render(picture: Picture) -> str:
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    yield f"# {picture.headline}"
    yield ""
    yield f"As Azure reported it at {picture.observed_at:%Y-%m-%d %H:%M:%S} UTC."
    for hub in picture.hubs:
        place = ", ".join((hub.network.location, *hub.network.prefixes))
        yield ""
        yield f"## {plain(hub.network.name)}"
        yield ""
        yield f"{plain(place)}; {hub.peerings} of {hub.capacity} peerings."
        for note in hub.notes:
            yield ""
            yield plain(f"{note.text}: {note.advice}" if note.advice else note.text)
        yield ""
        yield from row(
            "state", "spoke", "region", "address space", "hub to spoke", "spoke to hub", "why, and what to do"
        )
        yield from row(*["---"] * 7)
        for spoke in hub.spokes:
            yield from row(*map(plain, _cells(spoke)))


def _cells(spoke: Spoke) -> Iterator[str]:
    network = spoke.network
    yield spoke.health.words
    yield network.name
    yield network.location or str(spoke.presence)
    yield ", ".join(network.prefixes)
    yield _state(spoke.to_spoke, Presence.SEEN)
    yield _state(spoke.to_hub, spoke.presence)
    yield "; ".join(": ".join(filter(None, (note.code, note.text, note.advice))) for note in spoke.notes)


def _state(half: Half | None, presence: Presence) -> str:
    if half is None:
        return "absent" if presence is Presence.SEEN else str(presence)
    return f"{half.state}, {half.sync}"


def row(*cells: str) -> Iterator[str]:
    yield f"| {' | '.join(cells)} |"


def plain(text: str) -> str:
    return _SYNTAX.sub(r"\\\1", printable(text))
