"""A history written down, so that later changes of the draws leave it as it was."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from simulator.eventgrid.schema import DeliverySchema
from simulator.network.locks import LockMode
from simulator.network.unsettled import Answers, DisconnectedPair, EarlierHalf, Matching
from tests.soak.draw import Conditions


class Fates(StrEnum):
    """What fates befall."""

    REQUESTS = "requests"
    OPERATIONS = "operations"
    EVENTS = "events"
    RETRIES = "retries"
    """Of event deliveries."""
    REFUSALS = "refusals"
    """Of writes that meet another one."""


type Entry = list[Any]
"""When, as a `Moment`, and what."""


@dataclass
class Script:
    conditions: Conditions
    hangs: bool
    """Whether operations may take an hour."""
    deeds: list[Entry] = field(default_factory=list)
    """Simulated seconds, the deed and its arguments."""
    fates: dict[Fates, dict[str, list[Entry]]] = field(default_factory=lambda: {which: {} for which in Fates})
    """By subject. Only what is not as usual."""

    def save(self, path: Path) -> None:
        conditions = asdict(self.conditions)
        parts = [
            *(f"{_json(name)}: {_json(conditions[name])}" for name in _names()),
            f'"hangs": {_json(self.hangs)}',
            f'"deeds": [\n{_lines(_json(deed) for deed in self.deeds)}\n]',
            *(
                f"{_json(which)}: {{\n{_lines(f'{_json(name)}: {_json(of)}' for name, of in sorted(found.items()))}\n}}"
                for which, found in self.fates.items()
            ),
        ]
        path.write_text("{\n" + _lines(parts) + "\n}\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Script":
        read = json.loads(path.read_text(encoding="utf-8"))
        answers = read["answers"]
        conditions = {name: read[name] for name in _names()} | {
            "lock_mode": LockMode(read["lock_mode"]),
            "schema": DeliverySchema(read["schema"]),
            "answers": Answers(
                disconnected_pair=DisconnectedPair(answers["disconnected_pair"]),
                earlier_half=EarlierHalf(answers["earlier_half"]),
                matching=Matching(answers["matching"]),
            ),
        }
        fates = {which: read[which] for which in Fates}
        return cls(Conditions(**conditions), read["hangs"], read["deeds"], fates)


def _names() -> list[str]:
    return [each.name for each in fields(Conditions)]


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _lines(items: Iterable[str]) -> str:
    return ",\n".join(items)
