"""Timer triggers: the schedules, and what a timer function is told about them.

After https://github.com/Azure/azure-webjobs-sdk-extensions,
`src/WebJobs.Extensions/Extensions/Timers/Listener/TimerListener.cs`. In Azure the status of a monitored schedule is
kept in storage, and a tick missed while the app was down is made up for once, with `IsPastDue`. Here it is kept in
memory: ticks missed while the schedules were not running are noticed, ticks missed between two starts of the host
cannot be. Retry policies (`@app.retry`) are not played.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from devhost.clock import Clock
from devhost.functions import Function, TimerTrigger
from devhost.invocations import Invoke
from devhost.messages import TypedData
from devhost.schedules import Schedule
from devhost.worker import Call

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleStatus:
    """When a timer ran last and will run next."""

    last: datetime = _NEVER
    next: datetime

    def as_json(self) -> dict[str, str]:
        last, next_ = self.last.isoformat(), self.next.isoformat()
        return {"Last": last, "Next": next_, "LastUpdated": last}


class Timer:
    """One timer function on its schedule."""

    def __init__(
        self, function: Function, trigger: TimerTrigger, schedule: Schedule, clock: Clock, invoke: Invoke
    ) -> None:
        self._function = function
        self._trigger = trigger
        self._schedule = schedule
        self._clock = clock
        self._invoke = invoke
        self._is_monitored = trigger.use_monitor and not schedule.is_under_a_minute(clock.now())
        self._status: ScheduleStatus | None = None

    async def run(self) -> None:
        """Keeps to the schedule until cancelled.

        Runs never overlap: the next tick counts from the start of a run, but is waited for only after its end.
        Ticks that pass meanwhile make one run, at once.
        """
        now = self._clock.now()
        if self._status is None or not self._is_monitored:
            self._status = ScheduleStatus(next=self._schedule.next_after(now))
        if self._status.next <= now:
            self._status = await self._fire("Timer past due", now, is_past_due=True)
        elif self._trigger.run_on_startup:
            self._status = await self._fire("Run on startup", now)
        while True:
            await self._clock.sleep_until(self._status.next)
            # Should the loop wake up a moment early, the same tick must not come again.
            moment = max(self._clock.now(), self._status.next)
            self._status = await self._fire("Timer fired", moment)

    def to_call(self, reason: str, *, is_past_due: bool = False) -> Call:
        """What the function is told."""
        status = self._status if self._is_monitored else None
        timer = {
            "Schedule": {"AdjustForDST": True},
            "ScheduleStatus": status.as_json() if status else None,
            "IsPastDue": is_past_due,
        }
        return Call(
            reason=reason,
            data=TypedData(json=json.dumps(timer, separators=(",", ":"))),
            trigger_metadata={"TimerTrigger": TypedData(string=f"{self._clock.now():%m/%d/%Y %H:%M:%S}")},
        )

    async def _fire(self, reason: str, moment: datetime, *, is_past_due: bool = False) -> ScheduleStatus:
        await self._invoke(self._function, self.to_call(reason, is_past_due=is_past_due))
        return ScheduleStatus(last=moment, next=self._schedule.next_after(moment))
