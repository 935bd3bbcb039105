"""A plan as people read it on a terminal."""

from collections import Counter
from collections.abc import Iterable, Iterator

from ..model.changes import Change, Put
from ..model.ids import VnetId
from ..plan.plan import Finding, PairPlan
from .look import Look
from .review import Action, ReviewedChange, ValueChange, reviewed_changes
from .terminal import Line, Tone

TONES = {Action.CREATE: Tone.GOOD, Action.UPDATE: Tone.CHANGED, Action.DELETE: Tone.BAD}


def render(decision: Look) -> Iterator[Line]:
    networks, counted = decision.networks, Counter[Action]()
    for pair in (*decision.unsettled, *decision.held):
        steps = reviewed_changes(pair, networks)
        counted.update(step.action for step in steps)
        yield Line(_title(pair), Tone.TITLE)
        if pair.waits:
            yield Line(f"  waits ({pair.waits}): {pair.waits.meaning}", Tone.SOFT)
        for step in steps:
            yield from step_lines(step)
        yield from later_lines(pair)
        yield Line("")
    yield from _findings(decision)
    yield Line(_summary(decision, counted), Tone.TITLE)


def step_lines(step: ReviewedChange) -> Iterator[Line]:
    action, change = step.action, step.change
    tone = TONES[action]
    yield Line(f"  {action.sign} {action} {named(change)} ({change.reason}: {change.reason.meaning})", tone)
    width = max((len(shift.name) for shift in step.shifts), default=0)
    for shift in step.shifts:
        yield Line(f"      {shift.name.ljust(width)}  {_from_to(shift)}", tone)


def later_lines(pair: PairPlan) -> Iterator[Line]:
    for change in pair.then:
        verb = "write" if isinstance(change, Put) else "delete"
        yield Line(f"  later: {verb} {named(change)} ({change.reason}: {change.reason.meaning})", Tone.SOFT)


def named(change: Change) -> str:
    return f"{change.peering.name} on {change.peering.vnet.name}"


def pair_name(hub: VnetId, spoke: VnetId) -> str:
    return f"{hub.name} <-> {spoke.name}"


def _title(pair: PairPlan) -> str:
    return f"{pair_name(pair.hub, pair.spoke)}  ({pair.spoke})"


def _from_to(shift: ValueChange) -> str:
    if shift.before is None:
        return shift.after or ""
    return f"{shift.before or '(empty)'} -> {'(gone)' if shift.after is None else shift.after}"


def _findings(decision: Look) -> Iterator[Line]:
    needs = decision.for_a_person
    others = [finding for finding in decision.plan.findings if finding not in needs]
    if needs or decision.unreadable:
        yield Line("Needs a person:", Tone.TITLE)
        yield from finding_lines(needs, Tone.BAD)
        for vnet, error in decision.unreadable.items():
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


def _summary(decision: Look, counted: Counter[Action]) -> str:
    pairs = len(decision.plan.pairs)
    if not decision.unsettled:
        now = " now" if decision.held else ""
        return f"Nothing to do{now}: {pairs} {'pair' if pairs == 1 else 'pairs'} looked at."
    told = ", ".join(f"{counted[action]} to {action}" for action in Action)
    return f"Plan: {told}; {len(decision.unsettled)} of {pairs} pairs."
