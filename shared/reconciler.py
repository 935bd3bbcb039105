"""Observe, decide, act, verify: one loop for events and the timer, with a time budget.

Level-triggered and stateless: Azure is the only truth, and an event merely says where to look. What is kept
between runs is how many writes each network takes side by side, which costs a refused write to learn anew.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from random import Random

from shared.claims import Claims
from shared.desired import HubError, hub_at, peering_id
from shared.network import Accepted, Network, NetworkError, Trouble
from shared.plan import Change, Delete, PairPlan, make_plan
from shared.report import Blocked, Outcome, Report
from shared.resource_ids import PeeringId, VnetId
from shared.settings import Settings
from shared.telemetry import fact
from shared.topology import Topology, Vnet
from shared.turns import Turns

logger = logging.getLogger("interlinked")

_LOOK_AFTER_SECONDS = (1.0, 1.0, 2.0)
"""Pauses before the first looks at a write under way; the last one repeats. A write that touches no other
half takes 0 to 3 s, one that does 10 to 30 s."""
_BACK_OFF_SECONDS = (2.0, 4.0, 8.0, 15.0)
"""Pauses after a refusal as busy that names no time; the last one repeats."""

_ADVICE = {
    "VnetAddressSpacesOverlap": "give one of the two networks another address space",
    "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet": "give the network an address space that nothing peered "
    "to the hub uses, or remove the stale peering that holds it",
    "AuthorizationFailed": "assign the app's identity the role with the missing action on that scope",
    "LinkedAuthorizationFailed": "assign the app's identity Microsoft.Network/virtualNetworks/peer/action on "
    "the other network",
    "RequestDisallowedByPolicy": "exempt the peering from the policy assignment, or change the policy",
    "ScopeLocked": "remove the lock from the scope it names",
    "AnotherPeeringAlreadyReferencesRemoteVnet": "remove the other peering between the two networks",
}


@dataclass(slots=True)
class _Run:
    """What one call of `reconcile` has come to so far."""

    deadline: float
    hub: VnetId | None = None
    pairs: int = 0
    applied: list[Change] = field(default_factory=list)
    blocked: dict[VnetId, Blocked] = field(default_factory=dict)
    error: NetworkError | None = None
    """Why Azure could not be read just now."""


class Reconciler:
    """Brings pairs of a hub and its spokes to what is wanted.

    `random` spreads repeated tries; `network` is the door to Azure.
    """

    def __init__(self, network: Network, settings: Settings, random: Random) -> None:
        self._network = network
        self._settings = settings
        self._random = random
        self._turns = Turns()
        self._claims = Claims()

    async def reconcile(self, look_at: VnetId | PeeringId | None, *, budget_seconds: float) -> Report:
        """Works until everything in scope is settled or blocked, or the budget ends.

        `look_at` is what an event named; None is the whole subscription. Raises `HubError` where the hub
        cannot be told, and changes nothing then.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        run = _Run(deadline=started + budget_seconds)
        try:
            async with asyncio.timeout_at(run.deadline):
                outcome = await self._until_settled(look_at, run)
        except TimeoutError:
            outcome = Outcome.IN_PROGRESS
        except NetworkError as unreadable:
            outcome, run.error = Outcome.UNREADABLE, unreadable
        report = Report(
            outcome=outcome,
            hub=run.hub or self._settings.hub_vnet_id or _NOWHERE,
            pairs=run.pairs,
            applied=tuple(run.applied),
            blocked=tuple(run.blocked.values()),
            error=run.error,
            seconds=loop.time() - started,
        )
        _log(report)
        return report

    async def _until_settled(self, look_at: VnetId | PeeringId | None, run: _Run) -> Outcome:
        tries = looks = 0
        while True:
            observed = self._claims.now()
            try:
                hub, spokes, topology = await self._observe(look_at)
            except NetworkError as error:
                if error.trouble not in (Trouble.UNAVAILABLE, Trouble.THROTTLED):
                    raise
                run.error = error
                await self._back_off(tries, error.retry_after_seconds)
                tries += 1
                continue
            run.hub, run.error = hub.id, None
            plans = make_plan(hub, spokes, topology)
            run.pairs = len(plans)
            unsettled = [plan for plan in plans if not plan.is_settled and plan.spoke not in run.blocked]
            if not unsettled:
                return Outcome.BLOCKED if run.blocked else Outcome.SETTLED
            due = [plan for plan in unsettled if plan.changes and self._claims.is_free(plan.spoke, observed)]
            if not due:
                await asyncio.sleep(_step(_LOOK_AFTER_SECONDS, looks))
                looks += 1
                continue
            before = len(run.applied)
            with contextlib.ExitStack() as claims:
                for plan in due:
                    claims.enter_context(self._claims.hold(plan.spoke))
                async with asyncio.TaskGroup() as group:
                    for plan in due:
                        group.create_task(self._carry_out(plan, run))
            looks = 0
            if len(run.applied) > before or run.blocked:
                tries = 0
            else:
                await self._back_off(tries)
                tries += 1

    # --- observe ----------------------------------------------------------------------------------

    async def _observe(self, look_at: VnetId | PeeringId | None) -> tuple[Vnet, list[VnetId], Topology]:
        """The hub, the networks to pair with it, and what was seen of them."""
        own = self._settings.subscription_id
        listed: tuple[Vnet, ...] = ()
        hub_id = self._settings.hub_vnet_id
        if hub_id is None or look_at is None:
            listed = await self._network.list_vnets(own)
        if hub_id is None:
            hub_id = hub_at(self._settings.hub_location or "", listed)
        hub = await self._network.get_vnet(hub_id)
        if hub is None:
            raise HubError(
                f"HUB_VNET_ID: {hub_id} does not exist; create the hub, or set HUB_VNET_ID to another one"
            )
        spoke = _spoke_in_question(look_at, hub)
        if spoke is not None:
            seen = await self._network.get_vnet(spoke)
            topology = Topology.of([seen] if seen else [], gone=[] if seen else [spoke])
            return hub, [spoke], topology
        if not listed:
            listed = await self._network.list_vnets(own)
        spokes = [vnet.id for vnet in listed if vnet.id != hub.id]
        gone = [vnet async for vnet in self._proven_gone(hub, spokes)]
        return hub, spokes, Topology.of(listed, gone)

    async def _proven_gone(self, hub: Vnet, listed: Iterable[VnetId]) -> AsyncIterator[VnetId]:
        """Remotes of our halves on the hub that are not in the list, and that Azure says do not exist."""
        known = set(listed)
        for half in hub.peerings:
            if (
                half.remote not in known
                and half.remote.subscription.lower() == self._settings.subscription_id.lower()
                and half.id == peering_id(hub.id, half.remote)
                and await self._network.get_vnet(half.remote) is None
            ):
                yield half.remote

    # --- act --------------------------------------------------------------------------------------

    async def _carry_out(self, plan: PairPlan, run: _Run) -> None:
        """Hands the changes of one pair to Azure in order, and waits until those accepted have settled.

        The next change goes out as soon as the one before is accepted. Where Azure wants them to take turns
        it says so, and they do.
        """
        async with asyncio.TaskGroup() as settling:
            for change in plan.changes:
                accepted = await self._apply(plan, change, run)
                if accepted is None:
                    return
                run.applied.append(change)
                task = settling.create_task(self._settle(accepted, plan, run))
                task.add_done_callback(lambda _: self._turns.give_back((plan.hub, plan.spoke)))

    async def _apply(self, plan: PairPlan, change: Change, run: _Run) -> Accepted | None:
        """The change as accepted, or None where the pair has to be looked at again or is blocked."""
        touched = (plan.hub, plan.spoke)
        tries = 0
        while True:
            await self._turns.take(touched)
            try:
                accepted = await self._network.apply(change)
            except NetworkError as error:
                ours = error.trouble is Trouble.BUSY and self._turns.refused(touched)
                self._turns.give_back(touched)
                match error.trouble:
                    case Trouble.BUSY | Trouble.THROTTLED:
                        tries += 1
                        if not ours:
                            await self._back_off(tries - 1, error.retry_after_seconds)
                    case Trouble.STALE | Trouble.UNAVAILABLE:
                        return None
                    case Trouble.NEEDS_A_PERSON:
                        run.blocked[plan.spoke] = Blocked(vnet=plan.spoke, change=change, error=error)
                        return None
            except BaseException:
                self._turns.give_back(touched)
                raise
            else:
                self._turns.accepted(touched)
                return accepted

    async def _settle(self, accepted: Accepted, plan: PairPlan, run: _Run) -> None:
        """Waits until an accepted change is no longer under way."""
        looks = 0
        try:
            while True:
                await asyncio.sleep(_step(_LOOK_AFTER_SECONDS, looks))
                looks += 1
                half = await self._network.get_peering(accepted.change.peering)
                if half is not None and half.provisioning in ("Updating", "Deleting", "Creating"):
                    continue
                if isinstance(accepted.change, Delete) == (half is None) and (
                    half is None or half.provisioning == "Succeeded"
                ):
                    return
                progress = await self._network.progress(accepted)
                if progress.is_running:
                    continue
                error = progress.error
                if error is not None and error.trouble is Trouble.BUSY:
                    self._turns.failed_late((plan.hub, plan.spoke))
                elif error is not None and error.trouble is Trouble.NEEDS_A_PERSON:
                    run.blocked[plan.spoke] = Blocked(vnet=plan.spoke, change=accepted.change, error=error)
                return
        except NetworkError:
            return  # the next look at the pair tells

    async def _back_off(self, tries: int, retry_after_seconds: float | None = None) -> None:
        """Waits as long as Azure says, or else longer with every try, never all at the same moment."""
        seconds = _step(_BACK_OFF_SECONDS, tries) * self._random.uniform(1, 1.1)
        await asyncio.sleep(retry_after_seconds if retry_after_seconds is not None else seconds)


def _step(steps: tuple[float, ...], number: int) -> float:
    """The pause before look or try `number`, counted from 0; the last one repeats."""
    return steps[min(number, len(steps) - 1)]


_NOWHERE = VnetId(subscription="", group="", name="")


def _spoke_in_question(look_at: VnetId | PeeringId | None, hub: Vnet) -> VnetId | None:
    """Which network an event is about, or None for all: an event about the hub itself can concern any."""
    match look_at:
        case None:
            return None
        case PeeringId(vnet=vnet) if vnet == hub.id:
            return next((half.remote for half in hub.peerings if half.id == look_at), None)
        case PeeringId(vnet=vnet):
            return vnet
        case VnetId():
            return None if look_at == hub.id else look_at


def _log(report: Report) -> None:
    for change in report.applied:
        logger.info(
            fact(
                "change applied",
                peering=change.peering,
                change=type(change).__name__.lower(),
                reason=change.reason,
            )
        )
    for blocked in report.blocked:
        logger.error(
            fact(
                "needs a person",
                vnet=blocked.vnet,
                peering=blocked.change.peering,
                code=blocked.error.code,
                message=blocked.error.message,
                advice=_ADVICE.get(
                    blocked.error.code, "see the message; it is tried again on every timer run"
                ),
            )
        )
    level = logging.WARNING if report.error else logging.INFO
    logger.log(
        level,
        fact(
            "reconciled",
            outcome=report.outcome,
            hub=report.hub,
            pairs=report.pairs,
            changes=len(report.applied),
            blocked=len(report.blocked),
            error=report.error,
            duration_seconds=report.seconds,
        ),
    )
