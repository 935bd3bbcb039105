"""Builds the real thing from settings, on first use and once per process."""

import asyncio
import logging
import os
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from shared.clients.blob import memory_of
from shared.clients.topic import outlet_of
from shared.journal.announcer import Announcer
from shared.journal.journal import Journal
from shared.journal.passes import BLOB as PASS_BLOB
from shared.journal.passes import Passes
from shared.reconcile.reconciler import Reconciler
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.network import Network
    from shared.status.lookout import Lookout
    from shared.status.runs import Runs


_chance = Random()


def seed(text: str) -> None:
    """Makes all chance from now on the same at every run, for simulations."""
    _chance.seed(text)


@cache
def settings() -> Settings:
    """The app's settings. Raises `SettingsError`, which is not cached."""
    return Settings.from_environ(os.environ)


def reconciler() -> Reconciler:
    """The process's reconciler. The SDK is imported here, not when the host lists the functions."""
    return _reconciler(asyncio.get_running_loop())


def lookout() -> "Lookout":
    """The process's eyes for people and monitors."""
    return _lookout(asyncio.get_running_loop())


def passes() -> Passes:
    """What instances let each other know of their full passes."""
    return _passes(asyncio.get_running_loop())


def runs() -> "Runs":
    """What the process remembers of its runs."""
    return _runs(asyncio.get_running_loop())


def _now() -> datetime:
    return datetime.now(UTC)


@cache
def _network(_: asyncio.AbstractEventLoop) -> "Network":
    from azure.identity.aio import ManagedIdentityCredential

    from shared.clients.arm import Arm
    from shared.clients.tenants import applications

    chosen = settings()
    identity = ManagedIdentityCredential(client_id=chosen.client_id)
    elsewhere = applications(chosen.document.tenants, identity)
    if chosen.open_telemetry:
        from shared.clients.spans import TracedArm

        return TracedArm(identity, chosen.arm_endpoint, elsewhere)
    return Arm(identity, chosen.arm_endpoint, elsewhere)


@cache
def _reconciler(loop: asyncio.AbstractEventLoop) -> Reconciler:
    chosen = settings()
    outlet = outlet_of(chosen)
    journal = Journal(
        memory_of(os.environ, chosen.client_id),
        _now,
        Announcer(outlet) if outlet else None,
    )
    random = Random(_chance.getrandbits(64))
    if not chosen.open_telemetry:
        return Reconciler(_network(loop), chosen, random, journal, _now)
    from shared.clients.spans import TracedReconciler

    _measure()
    return TracedReconciler(_network(loop), chosen, random, journal, _now)


@cache
def _measure() -> None:
    """Once in a process: a second handler would count everything twice."""
    from shared.clients.meters import Meters

    logging.getLogger("interlinked").addHandler(Meters())


@cache
def _lookout(loop: asyncio.AbstractEventLoop) -> "Lookout":
    from shared.reconcile.observer import Observer
    from shared.status.lookout import Lookout

    return Lookout(Observer(_network(loop), settings()), settings(), _runs(loop), _passes(loop), _now)


@cache
def _passes(_: asyncio.AbstractEventLoop) -> Passes:
    return Passes(memory_of(os.environ, settings().client_id, PASS_BLOB), _now)


@cache
def _runs(loop: asyncio.AbstractEventLoop) -> "Runs":
    from shared.status.runs import Runs

    return Runs(loop.time)


def forget() -> None:
    """Drops what was built, so that the next use reads the settings anew."""
    for built in (settings, _network, _reconciler, _lookout, _passes, _runs):
        built.cache_clear()
