"""`python -m tests.recorded` records anew what the app does; the rest shows what was done, to compare two versions."""

import argparse
import logging
from pathlib import Path

from demo.scenarios import SCENARIOS
from tests.recorded import demos
from tests.recorded.recorder import record
from tests.recorded.recording import SEEDS, digests, keep


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.recorded", description=__doc__)
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--seed", type=int, help="print each step of this history")
    chosen.add_argument("--full", type=Path, metavar="DIR", help="write each step of all histories")
    options = parser.parse_args()
    logging.getLogger("azure").setLevel(logging.ERROR)
    if options.seed is not None:
        print(_text(options.seed), end="")
    elif options.full:
        options.full.mkdir(parents=True, exist_ok=True)
        for seed in SEEDS:
            (options.full / f"{seed}.txt").write_text(_text(seed), encoding="utf-8")
    else:
        keep({seed: digests(record(seed)[1]) for seed in SEEDS})
        for scenario, played in zip(SCENARIOS, demos.play_all(SCENARIOS), strict=True):
            played.check_returncode()
            demos.keep(scenario, demos.topology(played.stdout))


def _text(seed: int) -> str:
    return "".join(f"{step}\n" for step in record(seed)[1])


if __name__ == "__main__":
    main()
