"""Runs the Azure CLI. The scripts beside it are run by whoever deploys: Python 3.9 and nothing else, on every platform.

On Windows `az` is a batch file, so arguments go through cmd.exe: no `&`, `|`, `%` or `"` in them, which is why what
comes back is filtered here and not by --query.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit


class AzError(Exception):
    """What az said."""


def az(*arguments: str) -> Any:
    program = shutil.which("az")
    if program is None:
        raise AzError("the Azure CLI is not on PATH: https://learn.microsoft.com/cli/azure/install-azure-cli")
    ended = subprocess.run(  # noqa: S603 (az, with arguments that no shell reads)
        [program, *arguments, "--output", "json"],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if ended.returncode:
        raise AzError((ended.stderr.strip().splitlines() or ["az failed without a word"])[-1])
    return json.loads(ended.stdout) if ended.stdout.strip() else None


def get(path: str, version: str) -> Any:
    """What Azure Resource Manager answers: the same in every version of the CLI, which its commands are not."""
    return az("rest", "--method", "get", "--url", f"{path}?api-version={version}")


def pages(path: str, version: str) -> Iterator[dict[str, Any]]:
    """All of a list."""
    answer = get(path, version)
    yield from answer["value"]
    while answer.get("nextLink"):
        link = urlsplit(answer["nextLink"])
        query = [f"{name}={value}" for name, value in parse_qsl(link.query)]
        url = f"{link.scheme}://{link.netloc}{link.path}"
        answer = az("rest", "--method", "get", "--url", url, "--url-parameters", *query)
        yield from answer["value"]
