"""Where lines go: plain text into pipes and files, coloured on a terminal whose user does not object."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TextIO

from ..status.views.escape import printable


class Tone(StrEnum):
    """How a line is coloured; the value is the terminal's code for it."""

    PLAIN = ""
    TITLE = "1"
    SOFT = "2"
    GOOD = "32"
    CHANGED = "33"
    BAD = "31"


class Line(NamedTuple):
    """One line as people read it; text from Azure is anybody's, so what controls a terminal is replaced."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    out: TextIO
    err: TextIO
    is_coloured: bool = False

    @classmethod
    def of(cls, out: TextIO, err: TextIO, environ: Mapping[str, str]) -> "Terminal":
        """https://no-color.org: any text in NO_COLOR means no."""
        is_dumb = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
        return cls(out=out, err=err, is_coloured=out.isatty() and not is_dumb)

    def show(self, lines: Iterable[Line]) -> None:
        for line in lines:
            text = printable(line.text)
            coloured = self.is_coloured and line.tone
            self.out.write(f"\x1b[{line.tone}m{text}\x1b[0m\n" if coloured else f"{text}\n")
        self.out.flush()

    def document(self, text: str) -> None:
        """Text in a format of its own, which has seen to its content."""
        self.out.write(text)
        self.out.flush()

    def show_error(self, text: str) -> None:
        self.err.write(f"interlinked: {printable(' '.join(text.split()))}\n")
        self.err.flush()


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows with their cells below each other; the first is the head."""
    widths = [max(len(printable(row[index])) for row in rows) for index in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
