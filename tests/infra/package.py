"""The package that is deployed, built as the Functions build does it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from pathspec import GitIgnoreSpec

from tests.infra.bicep.model import ROOT

SITE_PACKAGES = Path(".python_packages/lib/site-packages")


def build(folder: Path) -> None:
    """The app's own files, and what it needs beside them."""
    for path in files_to_ship(ROOT):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
    shutil.copytree(_installed(ROOT / "requirements.txt"), folder / SITE_PACKAGES)


def _installed(requirements: Path) -> Path:
    """What pip makes of them, kept in the virtual environment until they change."""
    kept = Path(sys.prefix) / "installed" / sha256(requirements.read_bytes()).hexdigest()
    if not kept.exists():
        unfinished = kept.with_suffix(f".{os.getpid()}")
        subprocess.run(  # noqa: S603 (pip, with our own requirements)
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
                *("--requirement", requirements, "--target", unfinished),
            ],
            check=True,
        )
        unfinished.replace(kept)
    return kept


def files_to_ship(root: Path) -> Iterator[Path]:
    """What .funcignore lets through, read as .gitignore is."""
    ignored = GitIgnoreSpec.from_lines((root / ".funcignore").read_text().splitlines())
    for folder, folders, files in os.walk(root):
        here = Path(folder).relative_to(root)
        folders[:] = [name for name in folders if not ignored.match_file(f"{here / name}/")]
        yield from (here / name for name in files if not ignored.match_file(here / name))
