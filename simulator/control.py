"""The controls of the simulation itself, outside Azure's paths and without authentication."""

import dataclasses
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

    def handle(self, request: Request) -> Response:
        match request.method, request.path:
            case "GET", "/simulator/clock":
                return json_response(200, self._clock())
            case "GET", "/simulator/counters":
                return json_response(200, self._counters())
            case "GET", "/simulator/state":
                return json_response(200, self._state())
            case "PUT", "/simulator/eventgrid":
                return self._set_losses(request)
            case _:
                return json_response(
                    404,
                    {
                        "error": f"{request.method} {request.path} is no control; there are GET /simulator/clock, "
                        "/simulator/counters, /simulator/state and PUT /simulator/eventgrid"
                    },
                )

    def _clock(self) -> dict[str, Any]:
        clock = self._arm.world.clock
        return {"seconds": round(clock.now(), 3), "utc": clock.utc().isoformat()}

    def _counters(self) -> dict[str, Any]:
        return {**self._arm.counters.as_dict(), "event_grid": dataclasses.asdict(self._eventgrid.counters)}

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
        lose = (json_object(request.body) or {}).get("lose")
        if lose == "all":
            self._losses.lose_all()
        elif lose == "none":
            self._losses.stop()
        elif isinstance(lose, int) and not isinstance(lose, bool) and lose >= 0:
            self._losses.lose_next(lose)
        else:
            return json_response(
                400, {"error": f'lose: {lose!r}; accepted are "all", "none" and a number of events'}
            )
        return json_response(200, {"lose": lose})
