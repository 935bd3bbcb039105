"""`status` and `graph`: all pairs as Azure reports them, in one of the views that the app itself serves."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from ..engine.observer import Observer
from ..reporting.heartbeat import Heartbeat
from ..reporting.store import ProcessStore
from ..status.run_history import RunHistory
from ..status.service import StatusService
from ..status.snapshot import Snapshot
from ..status.views import as_json, dot, markdown, mermaid, page, svg
from . import status_text
from .exit_codes import CommandError, ExitCode
from .session import Session
from .terminal import Line, Terminal

STATUS: Mapping[str, Callable[[Snapshot], str]] = {
    "json": lambda snapshot: as_json.text(as_json.status(snapshot)),
    "markdown": markdown.render,
    "mermaid": mermaid.render,
    "dot": dot.render,
}
GRAPHS: Mapping[str, Callable[[Snapshot], str]] = {
    ".html": page.render,
    ".svg": svg.render,
    ".mmd": mermaid.render,
    ".dot": dot.render,
}


async def status(session: Session, terminal: Terminal, output_format: str) -> ExitCode:
    snapshot = await _read(session)
    if output_format in STATUS:
        terminal.document(STATUS[output_format](snapshot))
    else:
        terminal.show(status_text.render(snapshot))
    return ExitCode.DONE


async def graph(session: Session, terminal: Terminal, file: Path) -> ExitCode:
    """The suffix of `file` decides the format. Raises `CommandError` where it cannot be written."""
    snapshot = await _read(session)
    try:
        file.write_text(GRAPHS[file.suffix.lower()](snapshot), encoding="utf-8")  # noqa: ASYNC240 (nothing else goes on)
    except OSError as error:
        raise CommandError(f"--output: {file} cannot be written: {error.strerror}") from error
    terminal.show([Line(f"{snapshot.headline}. Drawn: {file}")])
    return ExitCode.DONE


async def _read(session: Session) -> Snapshot:
    runs = RunHistory(asyncio.get_running_loop().time)
    heartbeat = Heartbeat(ProcessStore(), session.now)
    observer = Observer(session.network, session.settings)
    return await StatusService(observer, session.settings, runs, heartbeat, session.now).snapshot()
