"""A simulated Azure whose storage the real SDK reaches with the app's identity."""

import pytest

from tests.signed_in import simulated


@pytest.fixture
async def azure(monkeypatch):
    async with simulated(monkeypatch) as azure:
        yield azure
