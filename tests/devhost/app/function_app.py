"""A function app with one function for each thing the host has to get right."""

import asyncio
import json
import logging

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)

seen: list[str] = []


@app.event_grid_trigger(arg_name="event")
async def on_event(event: str) -> None:
    """Remembers what it was given; an event of type `bad` fails, one of type `slow` never ends."""
    seen.append(event)
    match json.loads(event).get("eventType"):
        case "bad":
            raise ValueError("a bad event")
        case "slow":
            await asyncio.sleep(3600)


@app.event_grid_trigger(arg_name="event")
async def off(event: str) -> None:
    """Disabled by the settings."""


@app.timer_trigger(arg_name="timer", schedule="%SWEEP_SCHEDULE%")
async def sweep(timer: func.TimerRequest) -> None:
    status = timer.schedule_status  # type: ignore[attr-defined] # only the worker's own class has it
    logging.info("status %s past due %s", sorted(status), timer.past_due)


@app.timer_trigger(arg_name="timer", schedule="%NO_SUCH_SETTING%")
async def lost(timer: func.TimerRequest) -> None:
    """Its schedule cannot be resolved."""


@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *", run_on_startup=True)
@app.retry(strategy="fixed_delay", max_retry_count="3", delay_interval="00:00:05")
async def early(timer: func.TimerRequest) -> None:
    logging.info("up early")


@app.route("seen", methods=["GET"])
async def what_was_seen(req: func.HttpRequest) -> str:
    return json.dumps(seen)


@app.route("echo/{what:int}/{rest?}")
async def echo(req: func.HttpRequest) -> func.HttpResponse:
    """Tells how a request arrives."""
    body = {
        "method": req.method,
        "url": req.url,
        "x-two": req.headers.get("x-two"),
        "params": dict(req.params),
        "route_params": dict(req.route_params),
        "body": req.get_body().decode(),
    }
    return func.HttpResponse(json.dumps(body), mimetype="application/json", status_code=201)


@app.route("cookies", methods=["GET"])
async def cookies(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse(status_code=204)
    response.headers.add("Set-Cookie", "a=1; Max-Age=60; Path=/; Secure; HttpOnly; SameSite=Lax")
    response.headers.add("Set-Cookie", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT")
    return response


@app.route("fails")
def fails(req: func.HttpRequest) -> str:
    """Not a coroutine: runs in the thread pool."""
    logging.warning("about to fail")
    raise RuntimeError("as asked")
