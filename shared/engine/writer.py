"""Hands the changes of pairs to Azure, in turn where Azure wants that, and waits until they have settled."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from ..model.changes import Change, Put
from ..model.error_codes import CODES
from ..model.errors import ErrorKind, NetworkError
from ..model.ids import PairId, PeeringId, VnetId
from ..model.reasons import Reason
from ..plan.plan import PairPlan
from ..plan.rules import TENTATIVE
from .backoff import PATIENCE_SECONDS, back_off, back_off_seconds, look_again, skip_early_looks
from .concurrency_limiter import SURVIVES_AFTER_SECONDS, ConcurrencyLimiter
from .ports import Accepted, NetworkApi, Progress
from .reader import FEW
from .report import Blocked
from .write_rate_limiter import WriteRateLimiter

_BUSY_TRIES = 5
"""How often a write that somebody else keeps from being taken is tried before the pair is looked at again."""
_STALE_STRIKES = 3
_UNKNOWN_STRIKES = 2
_SETTLES_WITHIN_SECONDS = 120.0
"""Beyond, a write under way is left to the next look rather than watched."""


@dataclass(slots=True)
class Written:
    """What a run has written so far."""

    applied: list[Change] = field(default_factory=list)
    settled: list[Change] = field(default_factory=list)
    """Those of `applied` that Azure has brought to an end without an error."""
    blocked: dict[PairId | VnetId, Blocked] = field(default_factory=dict)
    """Pairs that Azure refuses to write, and networks that it does not show."""
    postponed: set[PairId] = field(default_factory=set)
    """Pairs that Azure wants to be asked about later than this run would."""
    stopped: NetworkError | None = None
    """Why nothing more is written by this run at all."""
    refusals: Counter[tuple[PeeringId, str]] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    """How often Azure said no, by error code, whatever came of it."""


class Writer:
    """What it keeps between runs spares refused writes: how many each network takes side by side, how fast writes
    may go, and which ways of writing were seen not to help."""

    def __init__(self, network: NetworkApi, random: Random) -> None:
        self._network = network
        self._random = random
        self._concurrency = ConcurrencyLimiter()
        self._write_rate = WriteRateLimiter()
        self._under_way = 0
        self._failed: set[Reason] = set()
        self._proven: set[VnetId] = set()
        """Networks that took a write, so they are not busy with their own creation any more."""

    @property
    def failed(self) -> frozenset[Reason]:
        return frozenset(self._failed)

    @property
    def writes_left(self) -> int | None:
        return self._write_rate.writes_left

    def has_no_effect(self, plan: PairPlan, written: Written) -> bool:
        """Whether the plan asks again for what was done and settled in this run.

        Where there is another way, that is taken from now on; otherwise the pair is blocked for this run.
        """
        repeated = next((change for change in plan.changes if change in written.settled), None)
        if repeated is None:
            return False
        if isinstance(repeated, Put) and repeated.reason in TENTATIVE - self._failed:
            self._failed.add(repeated.reason)
            return True
        error = NetworkError(
            kind=ErrorKind.NEEDS_A_PERSON,
            code="NoEffect",
            message=f"{repeated.peering} was written ({repeated.reason}) and needs the same again",
        )
        written.blocked[plan.id] = Blocked(vnet=plan.spoke, peering=repeated.peering, error=error)
        return True

    async def carry_out(self, plan: PairPlan, written: Written) -> None:
        """Hands the changes of one pair to Azure in order, and waits until those accepted have settled.

        The next change goes out as soon as the one before is accepted. Where Azure wants them to take turns
        it says so, and they do.
        """
        touched = (plan.hub, plan.spoke)
        async with asyncio.TaskGroup() as settling:
            for change in plan.changes:
                to_admit = len(plan.changes) if change is plan.changes[0] else 0
                accepted = await self._apply(plan, change, written, to_admit)
                if accepted is None:
                    return
                written.applied.append(change)
                self._under_way += 1
                task = settling.create_task(self._settle(accepted, plan, written))
                task.add_done_callback(lambda _: self._ended(touched))

    def _ended(self, touched: tuple[VnetId, VnetId]) -> None:
        self._under_way -= 1
        self._concurrency.release(touched)

    async def _apply(
        self, plan: PairPlan, change: Change, written: Written, to_admit: int
    ) -> Accepted | None:
        """The change as accepted, or None where the pair has to be looked at again or is blocked."""
        tries = 0
        while tries < _BUSY_TRIES and written.stopped is None:
            try:
                return await self._attempt(plan, change, to_admit)
            except NetworkError as error:
                to_admit = 1
                written.refused[error.code] += error.kind is not ErrorKind.UNAVAILABLE
                match error.kind:
                    case ErrorKind.BUSY if self._is_our_own_doing(plan, error):
                        continue
                    case ErrorKind.BUSY | ErrorKind.THROTTLED:
                        if not await self._waited(tries, plan, error, written):
                            return None
                        tries += 1
                    case ErrorKind.UNAVAILABLE:
                        return None
                    case ErrorKind.STALE | ErrorKind.NEEDS_A_PERSON:
                        self._refused(plan, change, error, written)
                        return None
        return None

    async def _waited(self, tries: int, plan: PairPlan, error: NetworkError, written: Written) -> bool:
        """Waits as Azure wants it; False where that is too long for this run."""
        seconds = error.retry_after_seconds or 0.0
        if error.kind is ErrorKind.THROTTLED:
            self._write_rate.pause(min(seconds, PATIENCE_SECONDS))
        if seconds > PATIENCE_SECONDS:
            if error.kind is ErrorKind.THROTTLED:
                written.stopped = error
            else:
                written.postponed.add(plan.id)
            return False
        if error.kind is ErrorKind.THROTTLED or self._is_settling_in(plan, error):
            await back_off(self._random, tries, error.retry_after_seconds)
        else:
            touched = (plan.hub, plan.spoke)
            tries = self._concurrency.busy_with_others(touched) - 1
            wait = back_off_seconds(self._random, tries, error.retry_after_seconds)
            self._concurrency.pause_until(touched, asyncio.get_running_loop().time() + wait)
        return True

    async def _attempt(self, plan: PairPlan, change: Change, to_admit: int) -> Accepted | None:
        """One try, which keeps its places on both networks if it is accepted."""
        touched = (plan.hub, plan.spoke)
        await self._concurrency.acquire(touched)
        accepted: Accepted | None = None
        try:
            await self._write_rate.admit(to_admit)
            if change.reason is Reason.LEFTOVER and await self._network.get_vnet(change.remote):
                return None  # it came back while the deletion waited for its turn
            accepted = await self._network.apply(change)
        finally:
            if accepted is None:
                self._concurrency.release(touched)
        self._write_rate.note_left(accepted.writes_left)
        self._concurrency.accepted(touched)
        self._proven.update(touched)
        return accepted

    def _is_our_own_doing(self, plan: PairPlan, error: NetworkError) -> bool:
        """Whether a write of ours was beside the refused one, and not the network's own creation was to blame."""
        return not self._is_settling_in(plan, error) and self._concurrency.refused((plan.hub, plan.spoke))

    def _is_settling_in(self, plan: PairPlan, error: NetworkError) -> bool:
        """Whether the spoke may still be busy with its own creation, which says nothing about the hub."""
        return error.code == "ReferencedResourceNotProvisioned" and plan.spoke not in self._proven

    def _refused(self, plan: PairPlan, change: Change, error: NetworkError, written: Written) -> None:
        """Learns, or takes the refusal for good once looking again has not helped."""
        code = error.code
        written.refusals[change.peering, code] += 1
        teaches = code == "RemotePeeringIsDisconnected" or code not in CODES
        if isinstance(change, Put) and teaches and change.reason in TENTATIVE - self._failed:
            self._failed.add(change.reason)
            return
        strikes = (
            _STALE_STRIKES if error.kind is ErrorKind.STALE else 1 if code in CODES else _UNKNOWN_STRIKES
        )
        if written.refusals[change.peering, code] >= strikes:
            written.blocked[plan.id] = Blocked(vnet=plan.spoke, peering=change.peering, error=error)

    async def _settle(self, accepted: Accepted, plan: PairPlan, written: Written) -> None:
        """Waits until an accepted change is no longer under way."""
        touched = (plan.hub, plan.spoke)
        loop = asyncio.get_running_loop()
        started, looks = loop.time(), 0
        joins = isinstance(accepted.change, Put) and accepted.change is plan.changes[-1]
        if joins and not self._concurrency.is_learning(touched):
            looks = await skip_early_looks()
        while loop.time() - started < _SETTLES_WITHIN_SECONDS:
            await look_again(looks)
            progress = await self._progress(accepted, looks)
            looks += 1
            error = progress.error
            if error is None and loop.time() - started >= SURVIVES_AFTER_SECONDS:
                self._concurrency.survived(touched)
            if progress.is_running:
                continue
            if error is None:
                written.settled.append(accepted.change)
                return
            written.refused[error.code] += 1
            if error.kind is ErrorKind.BUSY:
                self._concurrency.failed_late(touched)
            elif error.kind in (ErrorKind.STALE, ErrorKind.NEEDS_A_PERSON):
                self._refused(plan, accepted.change, error, written)
            return

    async def _progress(self, accepted: Accepted, looks: int) -> Progress:
        """How far Azure is; by the half itself where operations cannot be read.

        Where many writes take longer than most, one read of each network shows which go on; how one has ended
        only its operation says.
        """
        try:
            if looks and self._under_way > FEW and await self._is_seen_under_way(accepted.change.peering):
                return Progress(is_running=True)
            if accepted.operation_url is not None:
                return await self._network.progress(accepted)
        except NetworkError as error:
            if error.kind in (ErrorKind.UNAVAILABLE, ErrorKind.THROTTLED):
                return Progress(is_running=True)
        try:
            half = await self._network.get_peering(accepted.change.peering)
        except NetworkError:
            return Progress(is_running=True)
        return Progress(is_running=half is not None and half.is_under_way())

    async def _is_seen_under_way(self, peering: PeeringId) -> bool:
        vnet = await self._network.get_vnet(peering.vnet)
        return any(half.id == peering and half.is_under_way() for half in vnet.peerings) if vnet else False
