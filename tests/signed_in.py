"""A simulated Azure that the real SDK reaches with the app's identity."""

from contextlib import asynccontextmanager

from simulator.azure import IDENTITY_SECRET, TOKEN_PATH, Azure
from simulator.transport import installed


@asynccontextmanager
async def simulated(monkeypatch):
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"https://management.azure.com{TOKEN_PATH}")
    monkeypatch.setenv("IDENTITY_HEADER", IDENTITY_SECRET)

    async def post(*_):
        raise AssertionError("nothing is subscribed")

    azure = Azure(post=post)
    with installed(azure.handle):
        yield azure
    await azure.aclose()
