"""A plan as Markdown, for pull requests and tickets. Pure."""

from collections.abc import Iterator

from ..status.views.markdown import plain, row
from .look import Look
from .review import ValueChange, reviewed_changes


def render(decision: Look) -> str:
    return "\n".join(_lines(decision)) + "\n"


def _lines(decision: Look) -> Iterator[str]:
    pairs = decision.unsettled
    yield (
        f"# {len(pairs)} of {len(decision.plan.pairs)} pairs to change"
        if pairs
        else f"# Nothing to do{' now' if decision.held else ''}"
    )
    if pairs or decision.held:
        yield ""
        yield from row("hub", "spoke", "what", "peering", "from -> to", "why")
        yield from row(*["---"] * 6)
    for pair in (*pairs, *decision.held):
        names = (plain(pair.hub.name), plain(pair.spoke.name))
        if pair.waits:
            yield from row(*names, "wait", "", "", f"{pair.waits}: {plain(pair.waits.meaning)}")
        for step in reviewed_changes(pair, decision.networks):
            change = step.change
            why = f"{change.reason}: {plain(change.reason.meaning)}"
            shifts = "<br>".join(map(_invocations, step.shifts))
            yield from row(*names, step.action, plain(change.peering.name), shifts, why)
        for change in pair.then:
            why = f"{change.reason}: {plain(change.reason.meaning)}"
            yield from row(*names, "later", plain(change.peering.name), "", why)
    told = [
        (
            finding.vnet.name if finding.vnet else "all",
            finding.reason,
            finding.detail,
            finding.reason.advice or "",
        )
        for finding in decision.plan.findings
    ] + [(vnet.name, error.code, error.message, "") for vnet, error in decision.unreadable.items()]
    if told:
        yield ""
        yield from row("network", "code", "what was found", "what to do")
        yield from row(*["---"] * 4)
        for cells in told:
            yield from row(*map(plain, cells))


def _invocations(shift: ValueChange) -> str:
    before = "" if shift.before is None else plain(shift.before)
    after = "" if shift.after is None else plain(shift.after)
    return f"{shift.name}: {before} → {after}"
