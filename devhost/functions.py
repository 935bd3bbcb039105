"""The functions of an app and what sets each of them off, as its decorators declare them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from devhost.messages import RpcFunctionMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class EventGridTrigger:
    parameter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerTrigger:
    parameter: str
    schedule: str
    """As written: `%SETTING%` is resolved by the host, never by the library."""
    run_on_startup: bool
    use_monitor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpTrigger:
    parameter: str
    route: str
    methods: frozenset[str]
    """Upper case; none at all stands for every method."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnplayedTrigger:
    """A kind of trigger this host does not play."""

    parameter: str
    kind: str


type Trigger = EventGridTrigger | TimerTrigger | HttpTrigger | UnplayedTrigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    name: str
    id: str
    trigger: Trigger
    bindings: tuple[Mapping[str, Any], ...] = ()
    has_retry_policy: bool = False

    @classmethod
    def from_metadata(cls, metadata: RpcFunctionMetadata) -> "Function":
        bindings = tuple(json.loads(raw) for raw in metadata.raw_bindings)
        trigger = next(binding for binding in bindings if binding["type"].endswith("Trigger"))
        return cls(
            name=metadata.name,
            id=metadata.function_id,
            trigger=_trigger(metadata.name, trigger),
            bindings=bindings,
            has_retry_policy=metadata.retry_options is not None,
        )


def _trigger(function_name: str, binding: Mapping[str, Any]) -> Trigger:
    parameter = binding["name"]
    match binding["type"]:
        case "eventGridTrigger":
            return EventGridTrigger(parameter=parameter)
        case "timerTrigger":
            return TimerTrigger(
                parameter=parameter,
                schedule=binding["schedule"],
                run_on_startup=binding.get("runOnStartup", False),
                use_monitor=binding.get("useMonitor", True),
            )
        case "httpTrigger":
            return HttpTrigger(
                parameter=parameter,
                route=binding.get("route") or function_name,
                methods=frozenset(method.upper() for method in binding.get("methods", ())),
            )
        case kind:
            return UnplayedTrigger(parameter=parameter, kind=kind)
