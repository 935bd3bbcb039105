"""A plan as people read it on a terminal."""

from collections import Counter
from collections.abc import Iterable, Iterator

from ..model.changes import Change, Put
from ..model.ids import VnetId
from ..plan.look import Look
from ..plan.plan import Finding, PairPlan
from .review import Action, ReviewedChange, ValueChange, reviewed_changes
from .terminal import Line, Tone

TONES = {Action.CREATE: Tone.GOOD, Action.UPDATE: Tone.CHANGED, Action.DELETE: Tone.BAD}


def render(look: Look) -> Iterator[Line]:
    networks, counted = look.networks, Counter[Action]()
    for pair in (*look.unsettled, *look.held):
        changes = reviewed_changes(pair, networks)
        counted.update(reviewed.action for reviewed in changes)
        yield Line(f"{pair_name(pair.hub, pair.spoke)}  ({pair.spoke})", Tone.TITLE)
        if pair.waits:
            yield Line(f"  waits ({pair.waits}): {pair.waits.meaning}", Tone.SOFT)
        for reviewed in changes:
            yield from change_lines(reviewed)
        yield from later_lines(pair)
        yield Line("")
    yield from _findings(look)
    yield Line(_summary(look, counted), Tone.TITLE)


def change_lines(reviewed: ReviewedChange) -> Iterator[Line]:
    action, change = reviewed.action, reviewed.change
    tone = TONES[action]
    yield Line(f"  {action.sign} {action} {named(change)} ({change.reason}: {change.reason.meaning})", tone)
    width = max((len(value.name) for value in reviewed.values), default=0)
    for value in reviewed.values:
        yield Line(f"      {value.name.ljust(width)}  {_from_to(value)}", tone)


def later_lines(pair: PairPlan) -> Iterator[Line]:
    for change in pair.then:
        verb = "write" if isinstance(change, Put) else "delete"
        yield Line(f"  later: {verb} {named(change)} ({change.reason}: {change.reason.meaning})", Tone.SOFT)


def named(change: Change) -> str:
    return f"{change.peering.name} on {change.peering.vnet.name}"


def pair_name(hub: VnetId, spoke: VnetId) -> str:
    return f"{hub.name} <-> {spoke.name}"


def _from_to(value: ValueChange) -> str:
    if value.before is None:
        return value.after or ""
    return f"{value.before or '(empty)'} -> {'(gone)' if value.after is None else value.after}"


def _findings(look: Look) -> Iterator[Line]:
    needs = look.for_a_person
    others = [finding for finding in look.plan.findings if finding not in needs]
    if needs or look.unreadable:
        yield Line("Needs a person:", Tone.TITLE)
        yield from finding_lines(needs, Tone.BAD)
        for vnet, error in look.unreadable.items():
            yield Line(f"  ! {vnet.name} ({error.code}): {error.message}", Tone.BAD)
        yield Line("")
    if others:
        yield Line("Good to know:", Tone.TITLE)
        yield from finding_lines(others, Tone.SOFT)
        yield Line("")


def finding_lines(findings: Iterable[Finding], tone: Tone) -> Iterator[Line]:
    for finding in findings:
        name = finding.vnet.name if finding.vnet else "all"
        yield Line(f"  ! {name} ({finding.reason}): {finding.detail}", tone)
        if finding.reason.advice:
            yield Line(f"      what to do: {finding.reason.advice}", tone)


def _summary(look: Look, counted: Counter[Action]) -> str:
    pairs = len(look.plan.pairs)
    if not look.unsettled:
        now = " now" if look.held else ""
        return f"Nothing to do{now}: {pairs} {'pair' if pairs == 1 else 'pairs'} looked at."
    counts = ", ".join(f"{counted[action]} to {action}" for action in Action)
    return f"Plan: {counts}; {len(look.unsettled)} of {pairs} pairs."
