"""Builds the real thing from settings, on first use and once per process."""

import asyncio
import logging
import os
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from .azure.blob import store_of
from .azure.topic import sink_of
from .config.settings import Settings
from .engine.reconciler import Reconciler
from .reporting.heartbeat import BLOB as PASS_BLOB
from .reporting.heartbeat import Heartbeat
from .reporting.publisher import Publisher
from .reporting.reporter import RunReporter

if TYPE_CHECKING:
    from .engine.ports import NetworkApi
    from .status.run_history import RunHistory
    from .status.service import StatusService
    from .status.web import Web


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


def status_service() -> "StatusService":
    """The process's service for the status page and monitors."""
    return _status_service(asyncio.get_running_loop())


def web() -> "Web":
    """What answers the HTTP triggers."""
    from .status.web import Web

    return Web(settings, status_service, run_history)


def heartbeat() -> Heartbeat:
    """What instances let each other know of their full passes."""
    return _heartbeat(asyncio.get_running_loop())


def run_history() -> "RunHistory":
    """What the process remembers of its runs."""
    return _run_history(asyncio.get_running_loop())


def _now() -> datetime:
    return datetime.now(UTC)


@cache
def _network(_: asyncio.AbstractEventLoop) -> "NetworkApi":
    from azure.identity.aio import ManagedIdentityCredential

    from .azure.arm import ArmClient
    from .azure.credentials import applications

    chosen = settings()
    identity = ManagedIdentityCredential(client_id=chosen.client_id)
    elsewhere = applications(chosen.document.tenants, identity)
    if chosen.open_telemetry:
        from .telemetry.traces import TracedArmClient

        return TracedArmClient(identity, chosen.arm_endpoint, elsewhere)
    return ArmClient(identity, chosen.arm_endpoint, elsewhere)


@cache
def _reconciler(loop: asyncio.AbstractEventLoop) -> Reconciler:
    chosen = settings()
    sink = sink_of(chosen)
    reporter = RunReporter(
        store_of(os.environ, chosen.client_id),
        _now,
        Publisher(sink) if sink else None,
    )
    random = Random(_chance.getrandbits(64))
    if not chosen.open_telemetry:
        return Reconciler(_network(loop), chosen, random, reporter, _now)
    from .telemetry.traces import TracedReconciler

    _measure()
    return TracedReconciler(_network(loop), chosen, random, reporter, _now)


@cache
def _measure() -> None:
    """Once in a process: a second handler would count everything twice."""
    from .telemetry.metrics import MetricsHandler

    logging.getLogger("interlinked").addHandler(MetricsHandler())


@cache
def _status_service(loop: asyncio.AbstractEventLoop) -> "StatusService":
    from .engine.observer import Observer
    from .status.service import StatusService

    return StatusService(
        Observer(_network(loop), settings()), settings(), _run_history(loop), _heartbeat(loop), _now
    )


@cache
def _heartbeat(_: asyncio.AbstractEventLoop) -> Heartbeat:
    return Heartbeat(store_of(os.environ, settings().client_id, PASS_BLOB), _now)


@cache
def _run_history(loop: asyncio.AbstractEventLoop) -> "RunHistory":
    from .status.run_history import RunHistory

    return RunHistory(loop.time)


def forget() -> None:
    """Drops what was built, so that the next use reads the settings anew."""
    for built in (settings, _network, _reconciler, _status_service, _heartbeat, _run_history):
        built.cache_clear()
