"""The snapshot as a table for a terminal, the worst first. Pure."""

from collections.abc import Iterator

from ..status.snapshot import HalfView, Health, Presence, Snapshot, SpokeView
from .terminal import Line, Tone, columns

_ORDER = {health: rank for rank, health in enumerate(Health)}
_TONES = {
    Health.HEALTHY: Tone.GOOD,
    Health.IN_TROUBLE: Tone.BAD,
    Health.UNKNOWN: Tone.BAD,
    Health.LEFT_ALONE: Tone.SOFT,
}


def render(snapshot: Snapshot) -> Iterator[Line]:
    found = [(hub, spoke) for hub in snapshot.hubs for spoke in hub.spokes]
    found.sort(key=lambda pair: _ORDER[pair[1].health])
    head = ("HEALTH", "HUB", "SPOKE", "REGION", "HUB TO SPOKE", "SPOKE TO HUB", "REASON")
    lines = columns([head, *((*_names(spoke, hub.network.name), *_states(spoke)) for hub, spoke in found)])
    if found:
        yield Line(lines[0], Tone.TITLE)
        for line, (_, spoke) in zip(lines[1:], found, strict=True):
            yield Line(line, _TONES.get(spoke.health, Tone.CHANGED))
        yield Line("")
    for note in snapshot.notes:
        yield Line(f"! ({note.code}): {note.text}", Tone.BAD)
    for unresolved in snapshot.unresolved:
        yield Line(f"! hub {unresolved.name!r} ({unresolved.note.code}): {unresolved.note.text}", Tone.BAD)
    for undecided in snapshot.undecided:
        yield Line(f"! {undecided.network.name} ({undecided.note.code}): {undecided.note.text}", Tone.BAD)
    for hub in snapshot.hubs:
        for note in hub.notes:
            yield Line(f"! {hub.network.name} ({note.code}): {note.text}", Tone.BAD)
        yield Line(f"{hub.network.name}: {hub.peerings} of {hub.capacity} peerings")
    yield Line(f"{snapshot.headline}.", Tone.TITLE)


def _names(spoke: SpokeView, hub: str) -> tuple[str, ...]:
    return spoke.health.words, hub, spoke.network.name, spoke.network.location or str(spoke.presence)


def _states(spoke: SpokeView) -> tuple[str, ...]:
    reasons = ", ".join(dict.fromkeys(note.code for note in spoke.notes))
    return half_words(spoke.to_spoke, Presence.SEEN), half_words(spoke.to_hub, spoke.presence), reasons


def half_words(half: HalfView | None, presence: Presence) -> str:
    if half is None:
        return {Presence.SEEN: "absent", Presence.GONE: "network gone", Presence.UNSEEN: "not seen"}[presence]
    words = [half.state, half.sync]
    if half.provisioning != "Succeeded":
        words.append(half.provisioning)
    return ", ".join(words)
