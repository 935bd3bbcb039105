"""Where the contracts are found in the code: the one file here that names modules of `shared/`."""

import asyncio
from argparse import ArgumentParser
from datetime import UTC, datetime
from unittest.mock import patch

from shared.azure.blob import BLOB as ALERTS_BLOB
from shared.azure.blob import CONTAINER
from shared.cli.arguments import parse
from shared.cli.exit_codes import ExitCode
from shared.engine.report import Outcome
from shared.model.ids import VnetId
from shared.model.reasons import Reason
from shared.reporting.alerts import CHANGED, COMPLETED, Alert, AlertContent, dump
from shared.reporting.heartbeat import BLOB as PASS_BLOB
from shared.reporting.heartbeat import Heartbeat
from shared.reporting.outcome_events import OutcomeEvent, OutcomeType
from shared.reporting.store import ProcessStore
from shared.status.health import HealthCode
from shared.telemetry.metrics import METRICS

__all__ = [
    "ALERTS_BLOB",
    "CONTAINER",
    "METRICS",
    "PASS_BLOB",
    "ExitCode",
    "HealthCode",
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
    reported = (
        Alert.of(_SPOKE, Reason.OVERLAP, "10.0.4.0/22 is taken"),
        Alert.of(None, Reason.NO_HUB, "there is none"),
        Alert(_SPOKE, CHANGED, Reason.MISSING),
        Alert(_SPOKE, COMPLETED, Reason.MISSING),
    )
    unsent = (
        OutcomeEvent(type=OutcomeType.RECOVERED, network=_SPOKE, data={}, id="an-id", time=_MOMENT),
        OutcomeEvent(type=OutcomeType.HELD_BACK, network=None, data={}, id="an-id", time=_MOMENT),
    )
    return dump(
        AlertContent(
            reported=dict.fromkeys(reported, _MOMENT),
            unsent={str(number): each for number, each in enumerate(unsent)},
        )
    )


def pass_blob() -> bytes:
    async def written() -> bytes:
        memory = ProcessStore()
        await Heartbeat(memory, lambda: _MOMENT).note(Outcome.SETTLED)
        content, _ = await memory.load()
        return content

    return asyncio.run(written())
