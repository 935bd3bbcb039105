"""The triggers. The host lists functions by importing this file, so it imports little and never fails."""

import logging
import os

import azure.functions as func

from shared.settings import Settings, SettingsError, schedule_or_default
from shared.telemetry import fact

app = func.FunctionApp()
logger = logging.getLogger("interlinked")

# They log each request with all its headers. The levels in host.json cannot tell them from the app's own lines:
# https://learn.microsoft.com/azure/azure-functions/configure-monitoring#configure-categories
for library in ("azure.core", "azure.identity"):
    logging.getLogger(library).setLevel(logging.WARNING)

try:
    Settings.from_environ(os.environ)
except SettingsError as error:
    # Told at the start, for whoever watches; every run fails because of it.
    for problem in str(error).split("; "):
        logger.error(fact("setting refused", problem=problem))  # noqa: TRY400, the one line says it all


@app.event_grid_trigger(arg_name="event")
async def on_network_event(event: str) -> None:
    """A network or peering was written or deleted somewhere: look there.

    `str` is the one form in which both event schemas arrive as they were sent.
    """
    from shared import bootstrap
    from shared.events import BadEventError, Skip, read_event

    settings = bootstrap.settings()
    try:
        look_at = read_event(event, subscription_id=settings.subscription_id)
    except BadEventError as error:
        # Raising would only make Event Grid send it again, for a day.
        logger.error(fact("event refused", error=error))  # noqa: TRY400, the one line says it all
        return
    if isinstance(look_at, Skip):
        logger.debug(fact("event skipped", reason=look_at.reason, detail=look_at.detail))
        return
    await bootstrap.reconciler().reconcile(look_at, budget_seconds=settings.event_budget_seconds)


@app.timer_trigger(arg_name="timer", schedule=schedule_or_default(os.environ), use_monitor=True)
async def on_schedule(timer: func.TimerRequest) -> None:
    """Whatever was missed: look everywhere."""
    from shared import bootstrap

    settings = bootstrap.settings()
    await bootstrap.reconciler().reconcile(None, budget_seconds=settings.timer_budget_seconds)
