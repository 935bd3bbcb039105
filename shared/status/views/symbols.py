"""Each health has a shape of its own, so that nobody depends on colours."""

from ..snapshot import HalfView, Health

_SHAPES = {
    Health.HEALTHY: '<circle r="8"/><path class="ink" d="M-4 0l3 3 5-6"/>',
    Health.CHANGING: '<path d="M0-9.5L9.5 0 0 9.5-9.5 0z"/><path class="ink" d="M-4-1.5h8l-2.5-2.5M4 1.5h-8l2.5 2.5"/>',
    Health.WAITING: '<rect x="-8" y="-8" width="16" height="16" rx="2"/><path class="ink" d="M-2.5-4v8M2.5-4v8"/>',
    Health.IN_TROUBLE: '<path d="M0-10L10 8h-20z"/><path class="ink" d="M0-4v5M0 4v1.5"/>',
    Health.LEFT_ALONE: '<circle class="hollow" r="7"/>',
    Health.UNKNOWN: '<path d="M-5-8.5h10l5 8.5-5 8.5h-10l-5-8.5z"/><path class="ink" d="M-2.5-2.5a2.5 2.5 0 1 1 2.5 2.5v1.5M0 4v1"/>',
}


def definitions() -> str:
    """Once per document, before `mark` is used."""
    shapes = "".join(
        f'<g id="mark-{health}" class="mark {health}">{shape}</g>' for health, shape in _SHAPES.items()
    )
    return f"<defs>{shapes}</defs>"


def mark(health: Health, x: float, y: float) -> str:
    return f'<use href="#mark-{health}" x="{x:g}" y="{y:g}"/>'


def icon(health: Health) -> str:
    """A mark within a line of HTML; the word is to stand beside it."""
    return f'<svg class="icon" viewBox="-11 -11 22 22" aria-hidden="true">{mark(health, 0, 0)}</svg>'


def line_class(half: HalfView | None) -> str:
    """How a direction is drawn; what is not known by name counts as unknown."""
    if half is None:
        return "absent"
    state = half.state.lower()
    return state if state in ("connected", "initiated", "disconnected") else "unknown-state"
