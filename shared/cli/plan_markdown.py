"""A plan as Markdown, for pull requests and tickets. Pure."""

from collections.abc import Iterator

from ..plan.look import Look
from ..status.views.markdown import plain, row
from .review import ValueChange, reviewed_changes


def render(look: Look) -> str:
    return "\n".join(_lines(look)) + "\n"


def _lines(look: Look) -> Iterator[str]:
    pairs = look.unsettled
    yield (
        f"# {len(pairs)} of {len(look.plan.pairs)} pairs to change"
        if pairs
        else f"# Nothing to do{' now' if look.held else ''}"
    )
    if pairs or look.held:
        yield ""
        yield from row("hub", "spoke", "what", "peering", "from -> to", "why")
        yield from row(*["---"] * 6)
    for pair in (*pairs, *look.held):
        names = (plain(pair.hub.name), plain(pair.spoke.name))
        if pair.waits:
            yield from row(*names, "wait", "", "", f"{pair.waits}: {plain(pair.waits.meaning)}")
        for reviewed in reviewed_changes(pair, look.networks):
            change = reviewed.change
            why = f"{change.reason}: {plain(change.reason.meaning)}"
            values = "<br>".join(map(_from_to, reviewed.values))
            yield from row(*names, reviewed.action, plain(change.peering.name), values, why)
        for change in pair.then:
            why = f"{change.reason}: {plain(change.reason.meaning)}"
            yield from row(*names, "later", plain(change.peering.name), "", why)
    rows = [
        (one.vnet.name if one.vnet else "all", one.reason, one.detail, one.reason.advice or "")
        for one in look.plan.findings
    ] + [(vnet.name, error.code, error.message, "") for vnet, error in look.unreadable.items()]
    if rows:
        yield ""
        yield from row("network", "code", "what was found", "what to do")
        yield from row(*["---"] * 4)
        for cells in rows:
            yield from row(*map(plain, cells))


def _from_to(value: ValueChange) -> str:
    before = "" if value.before is None else plain(value.before)
    after = "" if value.after is None else plain(value.after)
    return f"{value.name}: {before} → {after}"
