"""A bar chart as SVG: a group of bars for each size, on a logarithmic scale."""

from collections.abc import Mapping, Sequence
from html import escape
from math import log10

_COLOURS = ("#0b6bcb", "#5aa9e6", "#b07d2b", "#8a8f98")
_ROW, _LEFT, _WIDTH = 22, 330, 860


def bars(title: str, unit: str, groups: Sequence[tuple[str, Mapping[str, float]]]) -> str:
    """`groups` are the captions of groups with their bars, by caption."""
    longest = max(value for _, group in groups for value in group.values())
    lines, top = [_text(10, 24, title, weight="600")], 48
    for caption, group in groups:
        lines.append(_text(10, top + 14, caption, weight="600"))
        top += _ROW
        for colour, (name, value) in zip(_COLOURS, group.items(), strict=False):
            length = max(2.0, log10(1 + value) / log10(1 + longest) * (_WIDTH - _LEFT - 90))
            lines.append(_text(24, top + 14, name))
            lines.append(
                f'<rect x="{_LEFT}" y="{top + 3}" width="{length:.0f}" height="15" fill="{colour}"/>'
            )
            lines.append(_text(_LEFT + length + 8, top + 14, f"{value:,.1f} {unit}"))
            top += _ROW
        top += _ROW // 2
    style = 'font-family="sans-serif" font-size="13" fill="#1f2328"'
    size = f'width="{_WIDTH}" height="{top}" viewBox="0 0 {_WIDTH} {top}"'
    paper = f'<rect width="{_WIDTH}" height="{top}" fill="#ffffff"/>'
    body = "\n".join((paper, *lines))
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n{body}\n</svg>\n'


def _text(x: float, y: float, text: str, weight: str = "400") -> str:
    return f'<text x="{x:.0f}" y="{y}" font-weight="{weight}">{escape(text)}</text>'
