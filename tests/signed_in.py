"""A simulated Azure that the real SDK reaches with the app's identity."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from simulator.azure import IDENTITY_SECRET, TOKEN_PATH, Azure
from simulator.eventgrid.post import Answer
from simulator.transport import installed


async def nobody(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Whom Event Grid would deliver to."""
    raise AssertionError("nothing is subscribed")


@asynccontextmanager
async def simulated(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Azure]:
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"https://management.azure.com{TOKEN_PATH}")
    monkeypatch.setenv("IDENTITY_HEADER", IDENTITY_SECRET)

    azure = Azure(post=nobody)
    with installed(azure.handle):
        yield azure
    await azure.aclose()
