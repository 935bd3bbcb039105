"""Where the contracts are found in the code: the one file here that names modules of `shared/`."""

import asyncio
from argparse import ArgumentParser
from datetime import UTC, datetime
from unittest.mock import patch

from shared.cli.arguments import parse
from shared.cli.ending import Exit
from shared.clients.blob import BLOB as ALERTS_BLOB
from shared.clients.blob import CONTAINER
from shared.clients.meters import METRICS
from shared.journal.memory import ProcessMemory
from shared.journal.outcomes import OutcomeEvent, OutcomeType
from shared.journal.passes import BLOB as PASS_BLOB
from shared.journal.passes import Passes
from shared.journal.told import CHANGED, COMPLETED, Kept, Notice, dump
from shared.reasons import Reason
from shared.report import Outcome
from shared.resource_ids import VnetId
from shared.status.health import Ailment

__all__ = [
    "ALERTS_BLOB",
    "CONTAINER",
    "METRICS",
    "PASS_BLOB",
    "Ailment",
    "Exit",
    "Outcome",
    "Reason",
    "alerts_blob",
    "parser",
    "pass_blob",
]

_MOMENT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_SPOKE = VnetId(subscription="11111111-1111-1111-1111-111111111111", group="rg", name="spoke")


def parser() -> ArgumentParser:
    """The whole command line."""
    built: list[ArgumentParser] = []
    with patch.object(ArgumentParser, "parse_args", lambda each, _: built.append(each)):
        parse(())
    return built[0]


def alerts_blob() -> bytes:
    """With an entry of each kind."""
    told = (
        Notice.of(_SPOKE, Reason.OVERLAP, "10.0.4.0/22 is taken"),
        Notice.of(None, Reason.NO_HUB, "there is none"),
        Notice(_SPOKE, CHANGED, Reason.MISSING),
        Notice(_SPOKE, COMPLETED, Reason.MISSING),
    )
    unsent = (
        OutcomeEvent(type=OutcomeType.RECOVERED, network=_SPOKE, data={}, id="an-id", time=_MOMENT),
        OutcomeEvent(type=OutcomeType.HELD_BACK, network=None, data={}, id="an-id", time=_MOMENT),
    )
    return dump(
        Kept(
            told=dict.fromkeys(told, _MOMENT),
            unsent={str(number): each for number, each in enumerate(unsent)},
        )
    )


def pass_blob() -> bytes:
    async def written() -> bytes:
        memory = ProcessMemory()
        await Passes(memory, lambda: _MOMENT).note(Outcome.SETTLED)
        content, _ = await memory.load()
        return content

    return asyncio.run(written())
