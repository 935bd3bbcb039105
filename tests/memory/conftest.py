"""A simulated Azure whose storage the real SDK reaches with the app's identity."""

import pytest

from simulator.azure import IDENTITY_SECRET, TOKEN_PATH, Azure
from simulator.transport import installed


@pytest.fixture
async def azure(monkeypatch):
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"https://management.azure.com{TOKEN_PATH}")
    monkeypatch.setenv("IDENTITY_HEADER", IDENTITY_SECRET)

    async def post(*_):
        raise AssertionError("nothing is subscribed")

    azure = Azure(post=post)
    with installed(azure.handle):
        yield azure
    await azure.aclose()
