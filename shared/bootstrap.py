"""Builds the real thing from settings, on first use and once per process."""

import asyncio
import os
from datetime import UTC, datetime
from functools import cache
from random import Random

from shared.blob import memory_of
from shared.journal import Journal
from shared.reconciler import Reconciler
from shared.settings import Settings


@cache
def settings() -> Settings:
    """The app's settings. Raises `SettingsError`, which is not cached."""
    return Settings.from_environ(os.environ)


def reconciler() -> Reconciler:
    """The process's reconciler. The SDK is imported here, not when the host lists the functions."""
    return _reconciler(asyncio.get_running_loop())


@cache
def _reconciler(_: asyncio.AbstractEventLoop) -> Reconciler:
    from azure.identity.aio import ManagedIdentityCredential

    from shared.arm import Arm

    chosen = settings()
    credential = ManagedIdentityCredential(client_id=chosen.client_id)
    journal = Journal(memory_of(os.environ, chosen.client_id), lambda: datetime.now(UTC))
    return Reconciler(Arm(credential, chosen.arm_endpoint), chosen, Random(), journal)


def forget() -> None:
    """Drops what was built, so that the next use reads the settings anew."""
    settings.cache_clear()
    _reconciler.cache_clear()
