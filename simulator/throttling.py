"""How many requests a client may send: Resource Manager's token buckets and the network provider's window.

https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from simulator import errors
from simulator.clock import Clock
from simulator.network import refusals
from simulator.network.resources import NETWORK

_WINDOW_SECONDS = 300.0
_KINDS = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}
_TIMES_AS_MANY_FOR_ALL_PRINCIPALS = 15


class Rate(NamedTuple):
    bucket: int
    refill_per_second: float


RATES = {"reads": Rate(250, 25), "writes": Rate(200, 10), "deletes": Rate(200, 10)}
NETWORK_CALLS_PER_WINDOW = {"reads": 10_000, "writes": 1_000}
"""PUT and DELETE together are its writes."""


@dataclass(slots=True)
class _Bucket:
    rate: Rate
    filled_at: float
    tokens: float

    def take(self, now: float, lowest: float) -> float:
        """Takes a token and returns what is left; below zero the request is one too many.

        A debt down to `lowest` is kept, so that asking again too early prolongs the wait.
        """
        filled = self.tokens + (now - self.filled_at) * self.rate.refill_per_second
        self.tokens = max(lowest, min(self.rate.bucket, filled) - 1)
        self.filled_at = now
        return self.tokens


@dataclass(slots=True)
class _Window:
    ends: float = 0
    calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    headers: dict[str, str]
    refusal: errors.ArmError | None


@dataclass(slots=True, kw_only=True)
class Throttling:
    """Counts every request; refuses only where `refuses` is set."""

    clock: Clock
    refuses: bool = False
    _buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict)
    _windows: dict[tuple[str, str], _Window] = field(default_factory=dict)

    def count(self, method: str, path: str) -> Counted:
        kind = _KINDS.get(method, "writes")
        match path.lower().split("/"):
            case ["", "subscriptions", subscription, *rest] if subscription:
                scope, name = subscription, "subscription"
            case _:
                scope, name, rest = "", "tenant", []
        left = self._take(scope, kind, RATES[kind])
        headers = {f"x-ms-ratelimit-remaining-{name}-{kind}": _shown(left)}
        if scope:
            for_all = Rate(
                RATES[kind].bucket * _TIMES_AS_MANY_FOR_ALL_PRINCIPALS,
                RATES[kind].refill_per_second * _TIMES_AS_MANY_FOR_ALL_PRINCIPALS,
            )
            together = self._take(scope, f"global-{kind}", for_all)
            headers[f"x-ms-ratelimit-remaining-{name}-global-{kind}"] = _shown(together)
        refusal = None
        if left < 0:
            refusal = errors.throttled(-left / RATES[kind].refill_per_second, of_subscription=bool(scope))
        elif rest[-1:] and NETWORK.lower() in rest:
            refusal = self._count_network(scope, "reads" if kind == "reads" else "writes")
        return Counted(headers=headers, refusal=refusal if self.refuses else None)

    def _take(self, scope: str, kind: str, rate: Rate) -> float:
        now = self.clock.now()
        bucket = self._buckets.setdefault(
            (scope, kind), _Bucket(rate=rate, filled_at=now, tokens=rate.bucket)
        )
        return bucket.take(now, lowest=-rate.bucket if self.refuses else 0)

    def _count_network(self, subscription: str, kind: str) -> errors.ArmError | None:
        now = self.clock.now()
        window = self._windows.setdefault((subscription, kind), _Window())
        if window.ends <= now:
            window.ends, window.calls = now + _WINDOW_SECONDS, 0
        window.calls += 1
        if window.calls <= NETWORK_CALLS_PER_WINDOW[kind]:
            return None
        return refusals.too_many_calls(window.ends - now)


def _shown(tokens: float) -> str:
    return str(max(0, int(tokens)))
