"""Deliberate defects, each of which the histories must catch: `make mutants`.

Every defect is made in a copy of the project, where seeds are played until one goes wrong.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).parent.parent.parent
NEEDED = ("shared", "simulator", "devhost", "tests", "infra/roles", "function_app.py", "host.json")
SEEDS = 40


class Defect(NamedTuple):
    name: str
    file: str
    old: str
    new: str


DEFECTS = (
    Defect(
        "the missing half is written before the Disconnected one",
        "shared/plan/rules.py",
        "hub=_LOST,\n            spoke=_ABSENT,\n            steps=(Step.PUT_HUB, Step.PUT_SPOKE)",
        "hub=_LOST,\n            spoke=_ABSENT,\n            steps=(Step.PUT_SPOKE, Step.PUT_HUB)",
    ),
    Defect(
        "a connected pair out of sync is left alone",
        "shared/plan/pair.py",
        "return Reason.OUT_OF_SYNC if half.is_behind() else None",
        "return None",
    ),
    Defect(
        "an option that differs is left alone",
        "shared/plan/pair.py",
        "if self.has(name) is not wanted}",
        "if False}",
    ),
    Defect(
        "the first page of a list is taken for all of it",
        "shared/azure/pipeline.py",
        'following = page.get("nextLink")',
        "following = None",
    ),
    Defect(
        "leftovers stay",
        "shared/plan/hub_plan.py",
        "planning.clear_leftovers()",
        "pass",
    ),
    Defect(
        "a spoke is mended by taking its connected half down first",
        "shared/plan/rules.py",
        "steps=(Step.PUT_HUB,),\n            reason=Reason.MISSING",
        "steps=(Step.DELETE_SPOKE, Step.PUT_HUB, Step.PUT_SPOKE),\n            reason=Reason.MISSING",
    ),
    Defect(
        "writes do not ask for the remote's address space",
        "shared/azure/arm.py",
        'sync_remote_address_space="true",\n',
        "",
    ),
    Defect(
        "an event runs for as long as the timer may",
        "function_app.py",
        "budget_seconds=settings.event_budget_seconds",
        "budget_seconds=settings.timer_budget_seconds",
    ),
    Defect(
        "a broken connection escapes",
        "shared/azure/errors.py",
        "    except AzureError as error:\n",
        "    except ZeroDivisionError as error:\n",
    ),
    Defect(
        "the timer does nothing",
        "function_app.py",
        "reconcile(None, budget_seconds=settings.timer_budget_seconds)",
        "reconcile(None, budget_seconds=0.001)",
    ),
    Defect(
        "busy is taken for a refusal for good",
        "shared/model/error_codes.py",
        '"AnotherOperationInProgress": _BUSY',
        '"AnotherOperationInProgress": _person("wait")',
    ),
    Defect(
        "Retry-After is ignored",
        "shared/engine/backoff.py",
        "if retry_after_seconds is None else retry_after_seconds",
        "",
    ),
    Defect(
        "what others have under way is looked at again without a pause",
        "shared/engine/reconciler.py",
        "                await look_again(looks)\n",
        "                await asyncio.sleep(0.1)\n",
    ),
)


def is_caught(defect: Defect, seeds: int = SEEDS) -> bool:
    """Whether any of the first seeds goes wrong with this defect. Raises `ValueError` where it cannot be made."""
    with tempfile.TemporaryDirectory() as folder:
        for name in NEEDED:
            source, target = PROJECT / name, Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        file = Path(folder) / defect.file
        text = file.read_text(encoding="utf-8")
        if defect.old not in text:
            raise ValueError(f"{defect.file} has changed: {defect.old!r} is not in it")
        file.write_text(text.replace(defect.old, defect.new), encoding="utf-8")
        command = [sys.executable, "-m", "tests.soak", "--seeds", str(seeds), "--stop"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603, our own
    return done.returncode != 0


def main() -> int:
    survivors = 0
    for defect in DEFECTS:
        caught = is_caught(defect)
        survivors += not caught
        sys.stdout.write(f"{'caught' if caught else 'NOT CAUGHT'}: {defect.name}\n")
        sys.stdout.flush()
    sys.stdout.write(
        f"{len(DEFECTS) - survivors} of {len(DEFECTS)} defects caught by at most {SEEDS} seeds\n"
    )
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
