#!/usr/bin/env python3
"""Builds the package of a release into a folder: the app's own files, and what they need beside them, compiled.

Bytecode is trusted as it is, whatever the times of the files become on their way: an instance that compiles the SDK
anew takes seconds and 200 MB more to start. https://peps.python.org/pep-0552/
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from compileall import compile_dir
from hashlib import sha256
from pathlib import Path
from py_compile import PycInvalidationMode

from pathspec import GitIgnoreSpec

ROOT = Path(__file__).parent.parent
SITE_PACKAGES = Path(".python_packages/lib/site-packages")


def build(folder: Path) -> None:
    for path in files_to_ship(ROOT):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
    compile_dir(folder, quiet=1, force=True, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    shutil.copytree(_installed(ROOT / "requirements.txt"), folder / SITE_PACKAGES)


def _installed(requirements: Path) -> Path:
    """What pip makes of them, kept in the virtual environment until they, or the way it is done, change."""
    made_from = requirements.read_bytes() + Path(__file__).read_bytes()
    kept = Path(sys.prefix) / "installed" / sha256(made_from).hexdigest()
    if not kept.exists():
        unfinished = kept.with_suffix(f".{os.getpid()}")
        subprocess.run(  # noqa: S603 (pip, with our own requirements)
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
                *("--no-compile", "--requirement", requirements, "--target", unfinished),
            ],
            check=True,
        )
        compile_dir(unfinished, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
        unfinished.replace(kept)
    return kept


def files_to_ship(root: Path) -> Iterator[Path]:
    """What .funcignore lets through, read as .gitignore is."""
    ignored = GitIgnoreSpec.from_lines((root / ".funcignore").read_text().splitlines())
    for folder, folders, files in os.walk(root):
        here = Path(folder).relative_to(root)
        folders[:] = [name for name in folders if not ignored.match_file(f"{here / name}/")]
        yield from (here / name for name in files if not ignored.match_file(here / name))


if __name__ == "__main__":
    build(Path(sys.argv[1]))
