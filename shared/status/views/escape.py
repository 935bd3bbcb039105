"""Text from Azure is anybody's: what makes it harmless in HTML and SVG."""

import html
import unicodedata
from collections.abc import Iterable


def escape(text: object) -> str:
    """For element content and quoted attributes. What controls a terminal or the direction of text is replaced."""
    return html.escape(printable(str(text)))


def printable(text: str) -> str:
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Cn") else char
        for char in text
    )


def joined(texts: Iterable[object], between: str = ", ") -> str:
    return between.join(escape(text) for text in texts)


def shortened(text: str, characters: int) -> str:
    """For labels with little room; the whole text is shown elsewhere."""
    return text if len(text) <= characters else f"{text[: characters - 1]}…"
