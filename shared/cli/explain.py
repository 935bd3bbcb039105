"""`explain`: everything about one network, with what to do next."""

from collections.abc import Iterator
from difflib import get_close_matches

from ..classify.owners import owner_of_pair
from ..classify.selection import Selection, select
from ..config.settings import Mode, Settings
from ..model.ids import VnetId
from ..model.observed import Vnet
from ..model.reasons import Reason
from ..plan.look import Look
from ..plan.plan import PairPlan
from ..plan.windows import MOMENT
from ..status.build import build_hub
from ..status.snapshot import HalfView, Health, Note, Presence, SpokeView
from ..status.unresolved import undecided
from . import plan_text
from .exit_codes import CommandError, ExitCode
from .review import reviewed_changes
from .session import Session
from .status_text import half_words
from .terminal import Line, Terminal, Tone

_WIDTH = 11


async def run(session: Session, terminal: Terminal, sought: str) -> ExitCode:
    look = await session.look()
    vnet = _find(sought, look)
    is_known = False
    for hub in look.hubs:
        view = build_hub(hub, look.observation.observed, look.plan, {}, session.settings.mode)
        spoke = next((one for one in view.spokes if VnetId.parse(one.network.id) == vnet), None)
        if vnet == hub.id:
            terminal.show(_explain_hub(hub, look, view.notes))
        elif spoke is not None and (hub.id in _hubs_of(vnet, look) or len(look.hubs) == 1):
            terminal.show(_explain_spoke(vnet, spoke, hub, look, session.settings))
        else:
            continue
        is_known = True
    if not is_known:
        terminal.show(_explain_stranger(vnet, look, session.settings))
    return ExitCode.DONE


def _hubs_of(vnet: VnetId, look: Look) -> set[VnetId]:
    return {pair.hub for pair in look.plan.pairs if pair.spoke == vnet}


def _find(sought: str, look: Look) -> VnetId:
    """By ID, or by a name that only one network has; the hub's remotes count, seen or not."""
    remotes = (half.remote for hub in look.hubs for half in hub.peerings)
    known = sorted({*look.networks, *remotes})
    folded = sought.lower()
    found = [vnet for vnet in known if folded in (vnet.name.lower(), str(vnet).lower())]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(map(str, found))
        raise CommandError(f"{len(found)} networks are called {sought!r}, name one by its ID: {listed}")
    close = get_close_matches(folded, [vnet.name for vnet in known], n=3)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    raise CommandError(f"no virtual network {sought!r} is among the {len(known)} that are seen{hint}")


def _explain_hub(hub: Vnet, look: Look, notes: tuple[Note, ...]) -> Iterator[Line]:
    own = [pair for pair in look.plan.pairs if pair.hub == hub.id]
    unsettled = [pair for pair in look.unsettled if pair.hub == hub.id]
    yield Line(f"{hub.id.name}  {hub.location}  {', '.join(hub.address_prefixes)}", Tone.TITLE)
    yield Line(f"  {hub.id}", Tone.SOFT)
    yield _row("role", f"the hub, because {_hub_rule(hub, look)}")
    yield _row("peerings", str(len(hub.peerings)))
    yield _row("due", f"{len(unsettled)} of {len(own)} pairs")
    yield from _notes(notes)
    yield _row("next step", "interlinked plan" if unsettled else "nothing to do")


def _explain_stranger(vnet: VnetId, look: Look, settings: Settings) -> Iterator[Line]:
    yield Line(str(vnet), Tone.TITLE)
    yield _row("role", "none: nothing is planned for it")
    yield _row("rule", _rule(vnet, look, settings))
    observation = look.observation
    found = undecided(_selection(look, settings), observation.observed, observation.document)
    if note := next((each.note for each in found if VnetId.parse(each.network.id) == vnet), None):
        yield from _notes((note,))
        yield _row("next step", note.advice or "interlinked status, which tells of its hub", Tone.TITLE)


def _explain_spoke(
    vnet: VnetId, spoke: SpokeView, hub: Vnet, look: Look, settings: Settings
) -> Iterator[Line]:
    network = spoke.network
    place = network.location or half_words(None, spoke.presence)
    yield Line("  ".join((network.name, place, ", ".join(network.prefixes))).rstrip(), Tone.TITLE)
    yield Line(f"  {network.id}", Tone.SOFT)
    yield _row("hub", f"{hub.id.name}, because {_hub_rule(hub, look)}")
    seen = look.networks.get(vnet)
    yield _row("rule", _rule(vnet, look, settings))
    owner = owner_of_pair(hub, seen, look.observation.observed) if seen else None
    yield _row(
        "owner", f"{owner}: it is left alone" if owner else "nobody else's automation, as far as is seen"
    )
    yield _row("hub half", _half(spoke.to_spoke, Presence.SEEN))
    yield _row("spoke half", _half(spoke.to_hub, spoke.presence))
    tone = {Health.HEALTHY: Tone.GOOD, Health.IN_TROUBLE: Tone.BAD}.get(spoke.health, Tone.CHANGED)
    yield _row("health", spoke.health.words, tone)
    yield from _notes(spoke.notes)
    if error := look.unreadable.get(vnet):
        yield _row("unreadable", str(error), Tone.BAD)
    pair = next((pair for pair in look.plan.pairs if pair.id == (hub.id, vnet)), None)
    if pair and pair.changes:
        yield _row("due", f"{len(pair.changes)} writes")
        for reviewed in reviewed_changes(pair, look.networks):
            yield from plan_text.change_lines(reviewed)
    if pair:
        yield from plan_text.later_lines(pair)
    yield _row("next step", _next_step(vnet, pair, spoke, look, settings), Tone.TITLE)


def _next_step(vnet: VnetId, pair: PairPlan | None, spoke: SpokeView, look: Look, settings: Settings) -> str:
    if vnet in look.unreadable:
        return "interlinked doctor"
    if pair and pair.changes and settings.mode is Mode.AUDIT:
        return "set MODE to enforce; in audit nothing is written"
    if pair and pair.changes:
        return "interlinked apply, or wait for the app's next run"
    if pair and pair.waits is Reason.OUTSIDE_WINDOW:
        return f"none before {look.opens:{MOMENT}}, when the change window opens"
    if pair and pair.waits and not pair.is_settled:
        return "look again in a minute"
    return next((note.advice for note in spoke.notes if note.advice), "nothing to do")


def _rule(vnet: VnetId, look: Look, settings: Settings) -> str:
    """Which rule of the topology document decided about a network, in the words of the selection."""
    if not settings.policy.covers(vnet):
        return f"none: it lies outside of subscription {', '.join(sorted(settings.policy.subscriptions))}"
    choice = _selection(look, settings).choices.get(vnet)
    return choice.detail if choice else "none: it was not seen"


def _selection(look: Look, settings: Settings) -> Selection:
    seen = look.observation
    return select(seen.document, seen.observed, own=settings.subscription_id, listed=seen.listed)


def _hub_rule(hub: Vnet, look: Look) -> str:
    named = next((one for one in look.observation.document.hubs if one.id == hub.id), None)
    if named is None:
        return "the topology says so"
    return f"it is {named.name!r} in the topology" + (f", in {named.location}" if named.location else "")


def _half(half: HalfView | None, presence: Presence) -> str:
    return f"{half.name}: {half_words(half, presence)}" if half else half_words(half, presence)


def _notes(notes: tuple[Note, ...]) -> Iterator[Line]:
    for note in notes:
        yield _row("reason", f"{note.code}: {note.text}")


def _row(name: str, text: str, tone: Tone = Tone.PLAIN) -> Line:
    return Line(f"  {name.ljust(_WIDTH)} {text}", tone)
