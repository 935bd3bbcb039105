"""The controls of the simulation itself, outside Azure's paths and without authentication."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

from simulator.arm import Arm
from simulator.eventgrid.faults import Losses
from simulator.eventgrid.grid import EventGrid
from simulator.http import Request, Response, json_object, json_response
from simulator.network.bodies import vnet_body

_SHOWN_API_VERSION = "2024-05-01"


class Control:
    """Counters, state and clock for the looking, and what happens to events for the setting."""

    def __init__(self, arm: Arm, eventgrid: EventGrid, losses: Losses) -> None:
        self._arm = arm
        self._eventgrid = eventgrid
        self._losses = losses
        self._controls: Mapping[str, tuple[str, Callable[[Request], Response]]] = {
            "/simulator/clock": ("GET", lambda _: json_response(200, self._clock())),
            "/simulator/counters": ("GET", lambda _: json_response(200, self._counters())),
            "/simulator/state": ("GET", lambda _: json_response(200, self._state())),
            "/simulator/eventgrid": ("PUT", self._set_losses),
        }

    def handle(self, request: Request) -> Response:
        control = self._controls.get(request.path)
        if control is None:
            there = ", ".join(f"{method} {path}" for path, (method, _) in self._controls.items())
            return _refusal(404, f"{request.path} is no control; there are {there}")
        method, answer = control
        if request.method != method:
            return _refusal(405, f"{request.path} takes {method}, not {request.method}", {"Allow": method})
        return answer(request)

    def _clock(self) -> dict[str, Any]:
        clock = self._arm.world.clock
        return {"seconds": round(clock.now(), 3), "utc": clock.utc().isoformat()}

    def _counters(self) -> dict[str, Any]:
        return {
            **self._arm.counters.as_dict(),
            "actions": self._arm.access.used,
            "event_grid": dataclasses.asdict(self._eventgrid.counters),
        }

    def _state(self) -> dict[str, Any]:
        world = self._arm.world
        return {
            "clock": self._clock(),
            "resource_groups": [group.id for group in world.groups.values()],
            "virtual_networks": [
                vnet_body(world.estate, vnet, _SHOWN_API_VERSION) for vnet in world.estate.vnets.values()
            ],
            "gateways_and_addresses": [attached.body() for attached in world.attached.values()],
            "operations_running": [
                {"kind": operation.kind, "target": operation.target, "ends_at_seconds": operation.ends}
                for operation in world.operations.values()
                if not operation.finished
            ],
        }

    def _set_losses(self, request: Request) -> Response:
        body = json_object(request.body)
        if body is None:
            return _refusal(400, "the body is not a JSON object")
        if unknown := ", ".join(sorted(body.keys() - {"lose"})):
            return _refusal(400, f"unknown: {unknown}; accepted is lose")
        lose = body.get("lose")
        if lose == "all":
            self._losses.lose_all()
        elif lose == "none":
            self._losses.stop()
        elif isinstance(lose, int) and not isinstance(lose, bool) and lose >= 0:
            self._losses.lose_next(lose)
        else:
            accepted = '"all", "none" and a number of events'
            return _refusal(400, f"lose: {json.dumps(lose)}; accepted are {accepted}")
        return json_response(200, {"lose": lose})


def _refusal(status: int, error: str, headers: Mapping[str, str] | None = None) -> Response:
    return json_response(status, {"error": error}, headers)
