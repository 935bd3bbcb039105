"""Reads what a decision needs, and decides: for events, the timer, the status page and the command line alike."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from ..config.settings import Settings
from ..model.changes import Change
from ..model.ids import GroupId, PeeringId, VnetId
from ..model.reasons import Reason
from ..plan.decide import decide
from ..plan.look import Look
from .observer import Observer


async def look(
    observer: Observer,
    settings: Settings,
    now: Callable[[], datetime],
    look_at: VnetId | PeeringId | None = None,
    *,
    is_patient: bool = True,
    managers: Mapping[GroupId, str | None] | None = None,
    failed: frozenset[Reason] = frozenset(),
    applied: Collection[Change] = (),
) -> Look:
    """`look_at` is what an event named; None is everything. `managers` are those of resource groups that were read
    before. `failed` holds the reasons for which a write was seen not to help, `applied` is what the run has written.

    Raises `NetworkError`.
    """
    written = {change.remote for change in applied}
    observation = await observer.observe(look_at, written, is_patient=is_patient)
    observation = observation.with_managers(managers or {})
    decided_at = now()
    decision = decide(observation, settings, decided_at, failed, applied)
    unread = {
        pair.spoke: pair.spoke.group_id for pair in decision.plan.pairs if pair.waits is Reason.GROUP_UNREAD
    }
    unreadable = dict(observation.unreadable)
    if unread:
        found, errors = await observer.read_managers(tuple(dict.fromkeys(unread.values())))
        unreadable |= {vnet: errors[group] for vnet, group in unread.items() if group in errors}
        observation = observation.with_managers(found)
        decision = decide(observation, settings, decided_at, failed, applied)
    return Look(
        observation=observation,
        plan=decision.plan,
        hubs=decision.hubs,
        decided_at=decided_at,
        unreadable=unreadable,
    )
