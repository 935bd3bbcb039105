"""Each function of the app as this host will run it, or the reason why it will not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from devhost.functions import EventGridTrigger, Function, HttpTrigger, TimerTrigger, UnplayedTrigger
from devhost.routes import Route
from devhost.schedules import Schedule
from devhost.settings import HostJson, is_disabled, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedFunction:
    function: Function
    source: Schedule | Route | None = None
    """When or where it is called from; Event Grid functions share the one webhook."""
    is_disabled: bool = False
    problem: str | None = None
    """A function with a problem is "in error": the rest of the app runs without it."""

    @property
    def name(self) -> str:
        return self.function.name

    @property
    def is_listening(self) -> bool:
        """Whether its trigger sets it off."""
        return self.problem is None and not self.is_disabled


def host_all(
    functions: Sequence[Function], host_json: HostJson, environ: Mapping[str, str]
) -> tuple[HostedFunction, ...]:
    return tuple(_host(function, host_json, environ) for function in functions)


def find(functions: Sequence[HostedFunction], name: str) -> HostedFunction | None:
    """By name, in any case."""
    return next((each for each in functions if each.name.lower() == name.lower()), None)


def _host(function: Function, host_json: HostJson, environ: Mapping[str, str]) -> HostedFunction:
    source: Schedule | Route | None = None
    problem: str | None = None
    try:
        source = _source(function, host_json, environ)
    except ValueError as error:
        problem = str(error)
    return HostedFunction(
        function=function, source=source, is_disabled=is_disabled(function.name, environ), problem=problem
    )


def _source(function: Function, host_json: HostJson, environ: Mapping[str, str]) -> Schedule | Route | None:
    match function.trigger:
        case TimerTrigger(schedule=text):
            return Schedule.parse(resolve(text, environ))
        case HttpTrigger(route=template, methods=methods):
            return Route.parse(host_json.route_prefix, template, methods)
        case EventGridTrigger():
            if not host_json.has_extension_bundle:
                raise ValueError("an Event Grid trigger needs an extensionBundle in host.json")
            return None
        case UnplayedTrigger(kind=kind):
            raise ValueError(f"this local host does not play the trigger {kind}")
        case _:
            assert_never(function.trigger)
