"""The status page: one response that loads nothing, runs one script of its own and trusts no text from Azure."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from ...config.settings import Mode
from ..health import HealthProblem
from ..snapshot import Health, HubView, LastPass, NetworkView, Note, Snapshot
from . import svg, table
from .escape import escape, joined
from .symbols import definitions, icon

_FOLDER = Path(__file__).parent
_STYLE = svg.STYLE + (_FOLDER / "page.css").read_text(encoding="utf-8")
_SCRIPT = (_FOLDER / "page.js").read_text(encoding="utf-8")
_MANY = 8
"""More networks than this with one cause are folded away."""
_LINES = (
    ("connected", "Connected"),
    ("initiated", "Initiated"),
    ("disconnected", "Disconnected"),
    ("absent", "absent"),
)


def _source(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src {_source(_STYLE)}",
        f"script-src {_source(_SCRIPT)}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


def render(snapshot: Snapshot) -> str:
    first, maps = 0, []
    for hub in snapshot.hubs:
        maps.append(_hub(hub, first))
        first += len(hub.spokes)
    causes = "".join(_causes(snapshot))
    return _document(
        snapshot.headline,
        f'<header><a class="skip" href="#table">Skip to the table</a><h1>{escape(snapshot.headline)}</h1>'
        f'<p class="soft">{_when(snapshot)}</p>{_counts(snapshot)}</header><main>'
        f"{f'<section class="panel trouble"><h2>What to do</h2>{causes}</section>' if causes else ''}"
        f"{''.join(maps)}"
        f"{table.undecided(snapshot.undecided)}"
        f'<section class="panel" id="table"><h2>Spokes</h2>{table.filters(snapshot)}{table.render(snapshot)}</section>'
        "</main><footer><p>The same as data: <code>/api/status</code>, as text for wikis and tickets: "
        "<code>/api/status?format=mermaid</code>, <code>dot</code> or <code>markdown</code>, for monitors: "
        "<code>/api/health</code></p></footer>"
        f"<script>{_SCRIPT}</script>",
    )


def render_failure(problem: HealthProblem, now: datetime) -> str:
    advice = f"<p>What to do: {escape(problem.advice)}</p>" if problem.advice else ""
    return _document(
        "Nothing to show",
        f'<header><h1>Nothing to show just now</h1><p class="soft">{_moment(now)}</p></header>'
        f'<main><section class="panel trouble"><h2>{icon(Health.IN_TROUBLE)} {problem.code}</h2>'
        f"<p>{escape(problem.text)}</p>{advice}</section></main>",
    )


def _document(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · Interlinked</title><style>{_STYLE}</style></head>"
        f'<body><svg width="0" height="0" aria-hidden="true">{definitions()}</svg>{body}</body></html>\n'
    )


def _when(snapshot: Snapshot) -> str:
    mode = ". Nothing is written: <code>MODE</code> is audit" if snapshot.mode is Mode.AUDIT else ""
    return f"As Azure reported it at {_moment(snapshot.observed_at)}. {_last_pass(snapshot.last_pass)}{mode}."


def _last_pass(last: LastPass) -> str:
    ago = _ago(last.seconds_ago)
    if last.outcome is None:
        return f"No full reconcile is known since this process began {ago}"
    return f"The last full reconcile ended {ago}: {last.outcome.value.replace('-', ' ')}"


def _moment(moment: datetime) -> str:
    return f'<time datetime="{moment:%Y-%m-%dT%H:%M:%SZ}">{moment:%d %B %Y, %H:%M:%S} UTC</time>'


def _ago(seconds: float) -> str:
    return f"{seconds:.0f} s ago" if seconds < 120 else f"{seconds / 60:.0f} min ago"


def _counts(snapshot: Snapshot) -> str:
    items = "".join(
        f"<li>{icon(health)}<b>{count}</b> {health.words}</li>" for health, count in snapshot.counts().items()
    )
    return f'<ul class="counts" aria-label="Spokes by state">{items}</ul>'


def _causes(snapshot: Snapshot) -> Iterator[str]:
    """Grouped by cause, since one cause often concerns many networks."""
    for note in snapshot.notes:
        yield f'<div class="cause">{_cause(note)}<p>{escape(note.text)}</p></div>'
    for one in snapshot.unresolved:
        text = f"<p><b>hub <bdi>{escape(one.name)}</bdi></b>: {escape(one.note.text)}</p>"
        yield f'<div class="cause">{_cause(one.note)}{text}</div>'
    for hub in snapshot.hubs:
        for note in hub.notes:
            yield f'<div class="cause">{_cause(note)}<p>{escape(note.text)}</p></div>'
    noted = [(each.network, each.note) for each in snapshot.undecided if each.note.advice]
    bad = [spoke for spoke in snapshot.spokes if spoke.health in (Health.IN_TROUBLE, Health.UNKNOWN)]
    noted += [(spoke.network, note) for spoke in bad for note in spoke.notes]
    causes: dict[tuple[str, str | None], list[tuple[NetworkView, Note]]] = {}
    for network, note in noted:
        causes.setdefault((note.code, note.advice), []).append((network, note))
    for met in causes.values():
        text = "".join(
            f"<p><b><bdi>{escape(network.name)}</bdi></b>: {escape(note.text)}</p>" for network, note in met
        )
        yield f'<div class="cause">{_cause(met[0][1])}'
        yield f"<details><summary>{len(met)} networks</summary>{text}</details>" if len(met) > _MANY else text
        yield "</div>"


def _cause(note: Note) -> str:
    return f"<h3><code>{escape(note.code)}</code>{f' {escape(note.advice)}' if note.advice else ''}</h3>"


def _hub(hub: HubView, first: int) -> str:
    network = hub.network
    return (
        f'<section class="panel"><h2>{icon(hub.health)} <bdi>{escape(network.name)}</bdi></h2>'
        f'<p class="soft">{joined((network.location, *network.prefixes), " · ")} · {escape(network.group)}, '
        f"{escape(network.subscription)} · {hub.peerings} of {hub.capacity} peerings</p>"
        f'<div class="scroll" role="region" aria-label="Map of {escape(network.name)}" tabindex="0">'
        f"{svg.inline(hub, first)}</div>{_legend()}</section>"
    )


def _legend() -> str:
    marks = "".join(f"<li>{icon(health)}{health.words}</li>" for health in Health)
    lines = "".join(
        f'<li><svg class="stroke half {kind}" viewBox="0 0 44 12" aria-hidden="true">'
        f'<path class="line" d="M0 6H36"/><path class="arrow" d="M43 6l-9-4.5v9z"/></svg>{words}</li>'
        for kind, words in _LINES
    )
    return f'<ul class="legend" aria-label="Legend">{marks}{lines}</ul>'
