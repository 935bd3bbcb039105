"""The compiled files of requirements, as pip reads them on this machine."""

import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def pins(file: str) -> dict[str, str]:
    """Versions by name."""
    lines = re.findall(r"^\w[^\\\n]*", (ROOT / file).read_text(), re.MULTILINE)
    return {
        canonicalize_name(each.name): str(each.specifier).removeprefix("==")
        for each in map(Requirement, lines)
        if each.marker is None or each.marker.evaluate()
    }
