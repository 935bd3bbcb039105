"""Hands the changes of pairs to Azure, in turn where Azure wants that, and waits until they have settled."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random

from shared.changes import Change, Delete, Put
from shared.network import Accepted, Network, NetworkError, Trouble
from shared.pauses import back_off, look_again
from shared.plan import PairPlan
from shared.reasons import Reason
from shared.report import Blocked
from shared.resource_ids import VnetId
from shared.rules import TENTATIVE
from shared.turns import Turns


@dataclass(slots=True)
class Written:
    """What a run has written so far."""

    applied: list[Change] = field(default_factory=list)
    settled: list[Change] = field(default_factory=list)
    """Those of `applied` that Azure has brought to an end without an error."""
    blocked: dict[VnetId, Blocked] = field(default_factory=dict)


class Writer:
    """What it keeps between runs spares refused writes: how many each network takes side by side, and which
    ways of writing were seen not to help."""

    def __init__(self, network: Network, random: Random) -> None:
        self._network = network
        self._random = random
        self._turns = Turns()
        self._failed: set[Reason] = set()

    @property
    def failed(self) -> frozenset[Reason]:
        return frozenset(self._failed)

    def learn(self, plan: PairPlan, settled: Collection[Change]) -> bool:
        """Whether the plan asks again for a write that was made and did not help; then it is not made again."""
        repeated = {
            change.reason
            for change in plan.changes
            if isinstance(change, Put) and change.reason in TENTATIVE - self._failed and change in settled
        }
        self._failed |= repeated
        return bool(repeated)

    async def carry_out(self, plan: PairPlan, written: Written) -> None:
        """Hands the changes of one pair to Azure in order, and waits until those accepted have settled.

        The next change goes out as soon as the one before is accepted. Where Azure wants them to take turns
        it says so, and they do.
        """
        async with asyncio.TaskGroup() as settling:
            for change in plan.changes:
                accepted = await self._apply(plan, change, written)
                if accepted is None:
                    return
                written.applied.append(change)
                task = settling.create_task(self._settle(accepted, plan, written))
                task.add_done_callback(lambda _: self._turns.give_back((plan.hub, plan.spoke)))

    async def _apply(self, plan: PairPlan, change: Change, written: Written) -> Accepted | None:
        """The change as accepted, or None where the pair has to be looked at again or is blocked."""
        touched = (plan.hub, plan.spoke)
        tries = 0
        while True:
            await self._turns.take(touched)
            try:
                if change.reason is Reason.LEFTOVER and await self._network.get_vnet(change.remote):
                    self._turns.give_back(touched)
                    return None  # it came back while the deletion waited for its turn
                accepted = await self._network.apply(change)
            except NetworkError as error:
                ours = error.trouble is Trouble.BUSY and self._turns.refused(touched)
                self._turns.give_back(touched)
                match error.trouble:
                    case Trouble.BUSY | Trouble.THROTTLED:
                        tries += 1
                        if not ours:
                            await back_off(self._random, tries - 1, error.retry_after_seconds)
                    case Trouble.UNAVAILABLE:
                        return None
                    case Trouble.STALE | Trouble.NEEDS_A_PERSON:
                        self._refused(plan, change, error, written)
                        return None
            except BaseException:
                self._turns.give_back(touched)
                raise
            else:
                self._turns.accepted(touched)
                return accepted

    def _refused(self, plan: PairPlan, change: Change, error: NetworkError, written: Written) -> None:
        if change.reason in TENTATIVE - self._failed:
            self._failed.add(change.reason)
        elif error.trouble is Trouble.NEEDS_A_PERSON:
            written.blocked[plan.spoke] = Blocked(vnet=plan.spoke, peering=change.peering, error=error)

    async def _settle(self, accepted: Accepted, plan: PairPlan, written: Written) -> None:
        """Waits until an accepted change is no longer under way."""
        looks = 0
        try:
            while True:
                await look_again(looks)
                looks += 1
                half = await self._network.get_peering(accepted.change.peering)
                if half is not None and half.is_under_way():
                    continue
                if isinstance(accepted.change, Delete) == (half is None) and (
                    half is None or half.provisioning == "Succeeded"
                ):
                    written.settled.append(accepted.change)
                    return
                progress = await self._network.progress(accepted)
                if progress.is_running:
                    continue
                error = progress.error
                if error is not None and error.trouble is Trouble.BUSY:
                    self._turns.failed_late((plan.hub, plan.spoke))
                elif error is not None:
                    self._refused(plan, accepted.change, error, written)
                return
        except NetworkError:
            return  # the next look at the pair tells
