"""What Kusto's own language service says of a query, with the columns that Application Insights has."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_FILES = ("check.js", "package.json", "package-lock.json")

_EVERYWHERE = (
    "timestamp: datetime, itemType: string, itemId: string, itemCount: int, customDimensions: dynamic, "
    "customMeasurements: dynamic, operation_Name: string, operation_Id: string, operation_ParentId: string, "
    "cloud_RoleName: string, cloud_RoleInstance: string, appId: string, appName: string, sdkVersion: string"
)
TABLES = {
    "traces": f"{_EVERYWHERE}, message: string, severityLevel: int",
    "requests": f"{_EVERYWHERE}, id: string, source: string, name: string, url: string, success: bool, "
    "resultCode: string, duration: real, performanceBucket: string",
    "exceptions": f"{_EVERYWHERE}, problemId: string, type: string, outerMessage: string, severityLevel: int",
    "customMetrics": f"{_EVERYWHERE}, name: string, value: real, valueCount: int, valueSum: real, valueMin: real, "
    "valueMax: real, valueStdDev: real",
}
"""https://learn.microsoft.com/azure/azure-monitor/app/data-model-complete, as far as it is of use here."""


def complaints(queries: Sequence[str]) -> list[list[str]]:
    """What it says of each."""
    ended = subprocess.run(  # noqa: S603 (our own script)
        [str(shutil.which("node")), str(_installed() / "check.js")],
        input=json.dumps({"tables": TABLES, "queries": queries}),
        capture_output=True,
        text=True,
        check=True,
    )
    said: list[list[str]] = json.loads(ended.stdout)
    return said


@cache
def _installed() -> Path:
    """Kept in the virtual environment until it, or the script, changes."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Kusto's language service needs node and npm, and they are not on PATH")
    made_from = b"".join((_HERE / name).read_bytes() for name in _FILES)
    kept = Path(sys.prefix) / "kusto" / sha256(made_from).hexdigest()[:16]
    if not kept.exists():
        unfinished = kept.with_suffix(f".{os.getpid()}")
        unfinished.mkdir(parents=True)
        for name in _FILES:
            shutil.copy(_HERE / name, unfinished)
        installed = subprocess.run(  # noqa: S603 (npm, with our own lock file)
            [str(shutil.which("npm")), "ci", "--silent"],
            cwd=unfinished,
            capture_output=True,
            text=True,
            check=False,
        )
        if installed.returncode:
            shutil.rmtree(unfinished)
            pytest.skip(f"npm could not install Kusto's language service: {installed.stderr[-200:]}")
        unfinished.replace(kept)
    return kept
