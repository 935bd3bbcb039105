"""A contract: what users hold on to, item by item, as values and as the golden file that is kept of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
RELEASED, CURRENT = FOLDER / "0.1.0", FOLDER / "current"
SEPARATOR = " > "

type Contract = dict[str, Any]
"""Items by their path of names, such as `drift found > age_seconds`; the value is what is promised of the item."""


def text(contract: Contract) -> str:
    """JSON with a line for each item, so that a difference is a line too."""
    lines = (
        f" {json.dumps(path)}: {json.dumps(contract[path], sort_keys=True)}" for path in sorted(contract)
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def kept(folder: Path) -> dict[str, Contract]:
    """The golden files of a folder by name."""
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))}


def keep(contracts: Mapping[str, Contract], folder: Path) -> None:
    """Only these: a contract that is no more leaves no file."""
    for file in folder.glob("*.json"):
        file.unlink()
    for name, contract in contracts.items():
        (folder / f"{name}.json").write_text(text(contract), encoding="utf-8")
