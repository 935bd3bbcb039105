"""`plan`: what would be changed and why, as a table, JSON or Markdown, and into a file to apply later."""

from pathlib import Path

from . import plan_file, plan_markdown, plan_text
from .exit_codes import ExitCode, exit_code_of
from .session import Session
from .terminal import Line, Terminal, Tone


async def run(session: Session, terminal: Terminal, output_format: str, file: Path | None) -> ExitCode:
    look = await session.look()
    document = plan_file.document(look, session.settings, session.now())
    if file:
        plan_file.save(document, file)
    match output_format:
        case "json":
            terminal.document(plan_file.text(document))
        case "markdown":
            terminal.document(plan_markdown.render(look))
        case _:
            terminal.show(plan_text.render(look))
            if file:
                terminal.show([Line(f"Saved. Apply exactly this: interlinked apply {file}", Tone.SOFT)])
    return exit_code_of(look)
