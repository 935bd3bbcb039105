"""Builds the real thing from settings, on first use and once per process."""

import asyncio
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, wraps
from random import Random
from typing import TYPE_CHECKING

from .azure.blob import store_of
from .azure.topic import sink_of
from .config.settings import Settings
from .engine.reconciler import Reconciler
from .reporting.heartbeat import BLOB as HEARTBEAT_BLOB
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
    """Seeds what is random from now on, so that simulations can be repeated."""
    _chance.seed(text)


@cache
def settings() -> Settings:
    """The app's settings. Raises `SettingsError`, which is not cached."""
    return Settings.from_environ(os.environ)


def _now() -> datetime:
    return datetime.now(UTC)


_forget = [settings.cache_clear]


def _once_a_loop[Part](build: Callable[[], Part]) -> Callable[[], Part]:
    """Keeps what is built for as long as the event loop is the same, to which its clients are bound."""
    kept = cache(lambda _loop: build())
    _forget.append(kept.cache_clear)
    return wraps(build)(lambda: kept(asyncio.get_running_loop()))


@_once_a_loop
def _network() -> "NetworkApi":
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


@_once_a_loop
def reconciler() -> Reconciler:
    """The process's reconciler. The SDK is imported here, not when the host lists the functions."""
    chosen = settings()
    sink = sink_of(chosen)
    store = store_of(os.environ, chosen.client_id)
    reporter = RunReporter(store, _now, Publisher(sink) if sink else None)
    random = Random(_chance.getrandbits(64))
    if not chosen.open_telemetry:
        return Reconciler(_network(), chosen, random, reporter, _now)
    from .telemetry.traces import TracedReconciler

    _measure()
    return TracedReconciler(_network(), chosen, random, reporter, _now)


@cache
def _measure() -> None:
    """Once in a process: a second handler would count everything twice."""
    from .telemetry.metrics import MetricsHandler

    logging.getLogger("interlinked").addHandler(MetricsHandler())


@_once_a_loop
def status_service() -> "StatusService":
    """The process's service for the status page and monitors."""
    from .engine.observer import Observer
    from .status.service import StatusService

    return StatusService(Observer(_network(), settings()), settings(), run_history(), heartbeat(), _now)


def web() -> "Web":
    """What answers the HTTP triggers."""
    from .status.web import Web

    return Web(settings, status_service, run_history)


@_once_a_loop
def heartbeat() -> Heartbeat:
    """What instances let each other know of their full passes."""
    return Heartbeat(store_of(os.environ, settings().client_id, HEARTBEAT_BLOB), _now)


@_once_a_loop
def run_history() -> "RunHistory":
    """What the process remembers of its runs."""
    from .status.run_history import RunHistory

    return RunHistory(asyncio.get_running_loop().time)


def forget() -> None:
    """Drops what was built, so that the next use reads the settings anew."""
    for clear in _forget:
        clear()
