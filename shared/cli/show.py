"""`status` and `graph`: all pairs as Azure reports them, in one of the views that the app itself serves."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from shared.cli import status_text
from shared.cli.ending import CommandError, Exit
from shared.cli.session import Session
from shared.cli.terminal import Line, Terminal
from shared.journal.memory import ProcessMemory
from shared.journal.passes import Passes
from shared.reconcile.observer import Observer
from shared.status.lookout import Lookout
from shared.status.picture import Picture
from shared.status.runs import Runs
from shared.status.views import as_json, dot, markdown, mermaid, page, svg

STATUS: Mapping[str, Callable[[Picture], str]] = {
    "json": lambda picture: as_json.text(as_json.status(picture)),
    "markdown": markdown.render,
    "mermaid": mermaid.render,
    "dot": dot.render,
}
GRAPHS: Mapping[str, Callable[[Picture], str]] = {
    ".html": page.render,
    ".svg": svg.render,
    ".mmd": mermaid.render,
    ".dot": dot.render,
}


async def status(session: Session, terminal: Terminal, form: str) -> Exit:
    picture = await _picture(session)
    if form in STATUS:
        terminal.document(STATUS[form](picture))
    else:
        terminal.show(status_text.render(picture))
    return Exit.DONE


async def graph(session: Session, terminal: Terminal, file: Path) -> Exit:
    picture = await _picture(session)
    try:
        file.write_text(GRAPHS[file.suffix.lower()](picture), encoding="utf-8")  # noqa: ASYNC240 (nothing else goes on)
    except OSError as error:
        raise CommandError(f"--output: {file} cannot be written: {error.strerror}") from error
    terminal.show([Line(f"{picture.headline}. Drawn: {file}")])
    return Exit.DONE


async def _picture(session: Session) -> Picture:
    runs = Runs(asyncio.get_running_loop().time)
    passes = Passes(ProcessMemory(), session.now)
    observer = Observer(session.network, session.settings)
    return await Lookout(observer, session.settings, runs, passes, session.now).picture()
