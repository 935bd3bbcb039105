"""`apply`: carries a plan out, shows each change, and looks again before it says that it is done."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from ..config.settings import Mode
from ..engine.reconciler import Reconciler
from ..engine.report import Blocked, Report
from ..model.changes import Change, Put
from ..model.error_codes import advice_on
from ..model.ids import VnetId
from ..model.reasons import Reason
from ..plan.look import Look
from ..reporting.reporter import RunReporter
from ..reporting.store import ProcessStore
from . import plan_file, plan_text
from .exit_codes import CommandError, ExitCode, exit_code_of
from .guard import INTERRUPTED, NOT_IN_PLAN, PlanGuard
from .session import Session
from .terminal import Line, Terminal, Tone

type OnInterrupt = Callable[[Callable[[], None]], None]


async def run(
    session: Session, terminal: Terminal, file: Path | None, budget_seconds: float, on_interrupt: OnInterrupt
) -> ExitCode:
    """`on_interrupt` is called with what the first Ctrl-C is to do. Raises what `commands.ERRORS` has."""
    if session.settings.mode is Mode.AUDIT:
        raise CommandError("MODE is audit, so nothing is written; set MODE to enforce to apply")
    saved = plan_file.load(file) if file else None
    look = await session.look()
    guard = PlanGuard(session.network, _printer(terminal))
    if file and saved:
        now = plan_file.document(look, session.settings, session.now())
        plan_file.check(saved, now, file)
        guard.allow_only(change for pair in look.unsettled for change in pair.changes)
    else:
        terminal.show(plan_text.render(look))
        terminal.show([Line("")])
    if not look.unsettled:
        if file:
            terminal.show([Line("Nothing to do: the plan is empty.", Tone.TITLE)])
        return exit_code_of(look)
    on_interrupt(lambda: _close(guard, terminal))
    reporter = RunReporter(ProcessStore(), session.now)
    reconciler = Reconciler(guard, session.settings, Random(), reporter, session.now)
    report = await reconciler.reconcile(None, budget_seconds=budget_seconds)
    verified = await session.look()
    terminal.show(_verified(look, verified, report))
    if report.error:
        raise report.error
    if guard.is_closed:
        return ExitCode.INTERRUPTED
    is_refused = any(blocked.error.code != NOT_IN_PLAN for blocked in report.blocked)
    return ExitCode.PERSON if is_refused else exit_code_of(verified)


def _close(guard: PlanGuard, terminal: Terminal) -> None:
    guard.close()
    terminal.show_error(
        "interrupted: pairs that were begun are finished, no other is begun; Ctrl-C again stops at once"
    )


def _printer(terminal: Terminal) -> Callable[[Change, str], None]:
    loop = asyncio.get_running_loop()
    began = loop.time()

    def show(change: Change, event: str) -> None:
        verb = "write" if isinstance(change, Put) else "delete"
        line = f"{loop.time() - began:6.0f} s  {verb} {plan_text.named(change)} ({change.reason}): {event}"
        terminal.show([Line(line)])

    return show


def _verified(before: Look, after: Look, report: Report) -> Iterator[Line]:
    """What became of each pair, as Azure reports it now."""
    unsettled = {pair.id: pair for pair in after.unsettled}
    held = {pair.id: pair for pair in after.held}
    blocked = {met.vnet: met for met in report.blocked}
    yield Line("")
    whole = 0
    for pair in before.unsettled:
        name = plan_text.pair_name(pair.hub, pair.spoke)
        left = unsettled.get(pair.id)
        if later := held.get(pair.id):
            yield Line(f"{name}: the rest waits, {later.waits}", Tone.CHANGED)
        elif left is None and pair.spoke not in after.unreadable:
            whole += 1
            yield Line(f"{name}: verified, {_words(after, pair.hub, pair.spoke)}", Tone.GOOD)
        elif met := blocked.get(pair.spoke):
            yield _held(name, met)
        else:
            waits = f", {left.waits}" if left and left.waits else ""
            yield Line(f"{name}: still under way{waits}; look again with interlinked plan", Tone.CHANGED)
    yield from plan_text.finding_lines(
        (finding for finding in after.plan.findings if finding.reason.blocks), Tone.BAD
    )
    yield from plan_text.finding_lines(
        (finding for finding in after.plan.findings if finding.reason is Reason.OUTSIDE_WINDOW), Tone.SOFT
    )
    yield Line("")
    total = len(before.unsettled)
    yield Line(f"{whole} of {total} pairs verified, {len(report.applied)} writes.", Tone.TITLE)
    if news := unsettled.keys() - {pair.id for pair in before.unsettled}:
        names = ", ".join(sorted({spoke.name for _, spoke in news}))
        yield Line(f"Due since it began: {names}. See interlinked plan.", Tone.CHANGED)


def _held(name: str, met: Blocked) -> Line:
    code = met.error.code
    if code == INTERRUPTED:
        return Line(f"{name}: not begun", Tone.CHANGED)
    if code == NOT_IN_PLAN:
        text = f"{name}: needs more than the plan has; review a new one with interlinked plan"
        return Line(text, Tone.CHANGED)
    return Line(f"{name}: {met.error}; {advice_on(code)}", Tone.BAD)


def _words(look: Look, hub: VnetId, spoke: VnetId) -> str:
    networks = look.networks
    if spoke not in networks:
        return "what it left on the hub is gone"
    halves = (networks[hub].peering_to(spoke), networks[spoke].peering_to(hub))
    states = dict.fromkeys(f"{half.state}, {half.sync}" if half else "absent" for half in halves)
    return f"{next(iter(states))} on both sides" if len(states) == 1 else " and ".join(states)
