"""The table below the map: a row for each spoke, the worst first."""

from collections.abc import Sequence

from ..snapshot import HalfView, Health, NetworkView, Note, Presence, Snapshot, SpokeView, UnresolvedNetwork
from .escape import escape, joined
from .symbols import icon

_ORDER = {health: rank for rank, health in enumerate(Health)}
_OPTIONS = {
    "allowVirtualNetworkAccess": "access",
    "allowForwardedTraffic": "forwarded traffic",
    "allowGatewayTransit": "gateway transit",
    "useRemoteGateways": "uses remote gateway",
}
_PRESENCE = {
    Presence.GONE: "does not exist",
    Presence.UNSEEN: "not seen",
}


def render(snapshot: Snapshot) -> str:
    is_one = len(snapshot.hubs) == 1
    numbered = [(hub, spoke) for hub in snapshot.hubs for spoke in hub.spokes]
    rows = sorted(enumerate(numbered), key=lambda row: _ORDER[row[1][1].health])
    head = ("State", "Spoke", *(() if is_one else ("Hub",)), "Region", "Address space", "Hub → spoke")
    body = "".join(_row(number, spoke, None if is_one else hub.network.name) for number, (hub, spoke) in rows)
    return _table("All spokes", (*head, "Spoke → hub"), body)


def undecided(networks: Sequence[UnresolvedNetwork]) -> str:
    """A table of its own, where there are any."""
    if not networks:
        return ""
    body = "".join(
        f"<tr>{_name(each.network)}<td>{escape(each.network.location)}</td>"
        f"<td>{joined(each.network.prefixes)}</td><td>{_note(each.note)}</td></tr>"
        for each in networks
    )
    title = "Networks without a hub"
    table = _table(title, ("Network", "Region", "Address space"), body)
    return f'<section class="panel"><h2>{title}</h2>{table}</section>'


def _table(label: str, columns: Sequence[str], body: str) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in (*columns, "Why, and what to do"))
    return (
        f'<div class="scroll" role="region" aria-label="{label}" tabindex="0"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def filters(snapshot: Snapshot) -> str:
    """Shown by the script that makes them work."""
    regions = sorted({spoke.network.location for spoke in snapshot.spokes})
    healths = [(health.value, health.words) for health, count in snapshot.counts().items() if count]
    return (
        '<form id="filter" role="search" hidden><label>Search '
        '<input type="search" name="search" autocomplete="off"></label>'
        f"{_select('State', 'health', healths)}"
        f"{_select('Region', 'region', [(region, region) for region in regions if region])}"
        '<span id="shown" role="status"></span></form>'
    )


def _select(label: str, name: str, options: list[tuple[str, str]]) -> str:
    listed = "".join(f'<option value="{escape(value)}">{escape(words)}</option>' for value, words in options)
    return f'<label>{label} <select name="{name}"><option value="">all</option>{listed}</select></label>'


def _row(number: int, spoke: SpokeView, hub: str | None) -> str:
    network = spoke.network
    cells = (
        f'<td class="state">{icon(spoke.health)} {spoke.health.words}</td>',
        _name(network),
        "" if hub is None else f"<td>{escape(hub)}</td>",
        f'<td class="region">{escape(network.location) or _PRESENCE[spoke.presence]}</td>',
        f"<td>{joined(network.prefixes)}</td>",
        f"<td>{_half(spoke.to_spoke, Presence.SEEN)}</td>",
        f"<td>{_half(spoke.to_hub, spoke.presence)}</td>",
        f"<td>{''.join(map(_note, spoke.notes))}</td>",
    )
    return (
        f'<tr id="s{number}" data-health="{spoke.health}" data-region="{escape(network.location)}">'
        f"{''.join(cells)}</tr>"
    )


def _name(network: NetworkView) -> str:
    tags = "".join(
        f'<span class="tag"><bdi>{escape(name)}</bdi>: <bdi>{escape(value)}</bdi></span>'
        for name, value in network.tags.items()
    )
    where = joined((network.group, network.subscription))
    return f'<th scope="row"><bdi>{escape(network.name)}</bdi><span class="soft">{where}</span>{tags}</th>'


def _half(half: HalfView | None, presence: Presence) -> str:
    if half is None:
        return "absent" if presence is Presence.SEEN else _PRESENCE[presence]
    words = [half.state, half.sync]
    if half.provisioning != "Succeeded":
        words.append(half.provisioning)
    options = [name for option, name in _OPTIONS.items() if half.options[option]]
    return (
        f'{joined(words)}<span class="soft">{escape(half.name)}</span>'
        f'<span class="soft">{", ".join(options) or "no access"}</span>'
    )


def _note(note: Note) -> str:
    advice = f'<span class="soft">{escape(note.advice)}</span>' if note.advice else ""
    return f"<code>{escape(note.code)}</code> {escape(note.text)}{advice}"
