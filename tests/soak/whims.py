"""What people feel like doing, drawn from what there is to do it to."""

import asyncio
from collections.abc import AsyncIterator
from random import Random
from typing import Any

from tests.soak.chance import Deed
from tests.soak.people import HUB, People, spaces

_WEIGHTS = {
    "make or resize": 6,
    "delete network": 3,
    "delete half": 4,
    "edit half": 3,
    "write half": 2,
    "make rival": 1,
    "delete group": 1,
    "rebuild hub": 1,
    "tag": 1,
}


async def whims(people: People, random: Random, seconds_between: float) -> AsyncIterator[Deed]:
    while True:
        await asyncio.sleep(random.expovariate(1 / seconds_between))
        name = random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        arguments = _arguments(name, people, random)
        if arguments is not None:
            yield Deed(name, arguments)


def _arguments(name: str, people: People, random: Random) -> tuple[Any, ...] | None:
    """None where there is nothing to do it to."""
    match name:
        case "make or resize":
            target = random.choice([HUB, *people.names()])
            if target == HUB and people.find(HUB) is None:
                return None
            return target, random.choice(spaces(target))
        case "make rival" | "rebuild hub":
            return ()
        case "delete network" | "delete group":
            target = random.choice(people.names())
            return (target,) if people.find(target) else None
        case "tag":
            target = random.choice(people.names())
            return (target, str(random.random())) if people.find(target) else None
    spoke = random.choice(people.names())
    local, remote = random.choice([(HUB, spoke), (spoke, HUB)])
    there = people.half(local, remote) is not None
    match name:
        case "write half":
            return None if there else (local, remote)
        case "delete half":
            return (local, remote) if there else None
        case "edit half" if there:
            return local, remote, random.random() < 0.5, local == HUB and random.random() < 0.5
    return None
