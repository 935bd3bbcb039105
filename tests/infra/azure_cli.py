"""An `az` that answers from a script and keeps what it was asked: Azure's own program cannot run here."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.infra.bicep.model import ROOT

PROGRAM = """#!{python} -IS
import json, pathlib, sys
here = pathlib.Path(__file__).parent
asked = " ".join(sys.argv[1:])
with (here / "asked").open("a") as log:
    log.write(asked + "\\n")
answers = json.loads((here / "answers.json").read_text())
found = max((words for words in answers if asked.startswith(words) or words in asked), key=len, default=None)
if found is None or (isinstance(answers[found], str) and answers[found].startswith("ERROR")):
    sys.exit("ERROR: not scripted: " + asked if found is None else answers[found])
print(json.dumps(answers[found]))
"""


class AzureCli:
    def __init__(self, folder: Path, **answers: object) -> None:
        self.folder = folder
        self.answers: dict[str, object] = dict(answers)
        program = folder / "az"
        program.write_text(PROGRAM.format(python=sys.executable))
        program.chmod(0o755)

    def run(self, script: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """One of our scripts, with this `az` before any other."""
        (self.folder / "answers.json").write_text(json.dumps(self.answers))
        (self.folder / "asked").write_text("")
        return subprocess.run(  # noqa: S603 (our own script)
            [sys.executable, ROOT / "infra" / script, *arguments],
            env={"PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}", **environ},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def asked(self) -> list[str]:
        return (self.folder / "asked").read_text().splitlines()
