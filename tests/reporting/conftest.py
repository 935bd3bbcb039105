"""A simulated Azure whose storage the real SDK reaches with the app's identity."""

from collections.abc import AsyncIterator

import pytest

from simulator.azure import Azure
from tests.signed_in import simulated


@pytest.fixture
async def azure(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Azure]:
    async with simulated(monkeypatch) as azure:
        yield azure
