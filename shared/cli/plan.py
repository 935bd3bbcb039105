"""`plan`: what would be changed and why, as a table, JSON or Markdown, and into a file to apply later."""

from pathlib import Path

from . import plan_file, plan_markdown, plan_text
from .exit_codes import ExitCode
from .session import Session
from .terminal import Line, Terminal, Tone


async def run(session: Session, terminal: Terminal, form: str, file: Path | None) -> ExitCode:
    decision = await session.look()
    document = plan_file.document(decision, session.settings, session.now())
    if file:
        plan_file.save(document, file)
    match form:
        case "json":
            terminal.document(plan_file.text(document))
        case "markdown":
            terminal.document(plan_markdown.render(decision))
        case _:
            terminal.show(plan_text.render(decision))
            if file:
                terminal.show([Line(f"Saved. Apply exactly this: interlinked apply {file}", Tone.SOFT)])
    return decision.ending
