"""The triggers. The host lists functions by importing this file, so it imports little and never fails."""

import logging
import os
from typing import TYPE_CHECKING

import azure.functions as func

from shared.config.schedule import schedule_or_default

if TYPE_CHECKING:
    from shared.status.web import Answer

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)
logger = logging.getLogger("interlinked")
for _chatty in ("azure.core", "azure.identity"):
    logging.getLogger(_chatty).setLevel(logging.WARNING)  # else every request of the SDK is two entries


@app.event_grid_trigger(arg_name="event")
async def on_network_event(event: str) -> None:
    """A network or peering was written or deleted somewhere: look there.

    `str` is the one form in which both event schemas arrive as they were sent.
    """
    from shared import composition
    from shared.events.attribution import attribution_of
    from shared.events.resource import BadEventError, Skip, read_event
    from shared.reporting.facts import fact

    settings = composition.settings()
    try:
        look_at = read_event(event, subscriptions=settings.subscriptions)
    except BadEventError as error:
        # Raising would only make Event Grid send it again, for a day.
        logger.error(fact("event refused", error=error))  # noqa: TRY400, the one line says it all
        return
    if isinstance(look_at, Skip):
        logger.debug(fact("event skipped", reason=look_at.reason, detail=look_at.detail))
        return
    report = await composition.reconciler().reconcile(
        look_at,
        budget_seconds=settings.event_budget_seconds,
        attribution=attribution_of(event, settings.client_id),
    )
    composition.run_history().note(report)


@app.timer_trigger(arg_name="timer", schedule=schedule_or_default(os.environ), use_monitor=True)
async def on_schedule(timer: func.TimerRequest) -> None:
    """Whatever was missed: look everywhere."""
    from shared import composition

    settings, runs = composition.settings(), composition.run_history()
    with runs.full_pass():
        report = await composition.reconciler().reconcile(None, budget_seconds=settings.timer_budget_seconds)
        runs.note(report)
    await composition.heartbeat().note(report.outcome)


@app.route(route="topology", methods=["GET"], trigger_arg_name="request")
async def topology(request: func.HttpRequest) -> func.HttpResponse:
    """The map of hubs and spokes, for people."""
    from shared import composition

    return _response(await composition.web().topology())


@app.route(route="status", methods=["GET"], trigger_arg_name="request")
async def status(request: func.HttpRequest) -> func.HttpResponse:
    """The same as data, or as a text for wikis and tickets."""
    from shared import composition

    return _response(await composition.web().status(request.params.get("format", "")))


@app.route(route="health", methods=["GET"], trigger_arg_name="request")
async def health(request: func.HttpRequest) -> func.HttpResponse:
    """200 or 503, for monitors."""
    from shared import composition

    return _response(await composition.web().health())


def _response(answer: "Answer") -> func.HttpResponse:
    return func.HttpResponse(
        answer.body,
        status_code=answer.status,
        headers={"Content-Type": answer.content_type, **answer.headers},
    )
