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
    log.write(json.dumps(sys.argv[1:]) + "\\n")
answers = json.loads((here / "answers.json").read_text())
found = max((words for words in answers if asked.startswith(words) or words in asked), key=len, default=None)
answer = "ERROR: not scripted: " + asked if found is None else answers[found]
if isinstance(answer, dict) and "in turn" in answer:
    before = (here / "asked").read_text().splitlines()[:-1]
    turn = sum(found in " ".join(json.loads(line)) for line in before)
    answer = answer["in turn"][min(turn, len(answer["in turn"]) - 1)]
if isinstance(answer, str) and answer.startswith("ERROR"):
    sys.exit(answer)
print(answer if isinstance(answer, str) and "--output tsv" in asked else json.dumps(answer))
"""


class AzureCli:
    def __init__(self, folder: Path, **answers: object) -> None:
        self.folder = folder
        self.answers: dict[str, object] = dict(answers)
        self.python = sys.executable
        program = folder / "az"
        program.write_text(PROGRAM.format(python=sys.executable))
        program.chmod(0o755)

    def run(self, script: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """One of our scripts, with this `az` before any other."""
        return self._run([self.python, str(ROOT / "infra" / script), *arguments], environ)

    def shell(self, text: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """What a workflow or the documentation has a shell run."""
        return self._run(["bash", "-eo", "pipefail", "-c", text], environ)

    def _run(self, command: list[str], environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
        (self.folder / "answers.json").write_text(json.dumps(self.answers))
        (self.folder / "asked").write_text("")
        return subprocess.run(  # noqa: S603 (our own script)
            command,
            env={"PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}", **environ},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def arguments(self) -> list[list[str]]:
        return [json.loads(line) for line in (self.folder / "asked").read_text().splitlines()]

    @property
    def asked(self) -> list[str]:
        return [" ".join(each) for each in self.arguments]
