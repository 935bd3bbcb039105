"""`python -m tests.soak --seeds 100` plays histories and says what became of them."""

import argparse
import logging
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.soak.draw import Draw
from tests.soak.history import Source, Tap, Verdict, no_tap, play_alone
from tests.soak.recording import Recording
from tests.soak.script import Script
from tests.soak.scripted import Playback


def run(seed: int, tap: Tap = no_tap) -> Verdict:
    return play_alone(Draw.of(seed), tap)


def _sources(chosen: argparse.Namespace) -> Iterator[Source]:
    if chosen.script:
        yield Playback(Script.load(chosen.script))
    elif chosen.seed is not None:
        draw = Draw.of(chosen.seed)
        yield Recording(draw) if chosen.save else draw
    else:
        yield from map(Draw.of, range(chosen.seeds))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seeds", type=int, default=50, help="how many histories")
    parser.add_argument("--seed", type=int, help="play this one alone, with its log")
    parser.add_argument("--stop", action="store_true", help="end with the first history that goes wrong")
    parser.add_argument(
        "--save", type=Path, metavar="FILE", help="write the history of --seed down as a script"
    )
    parser.add_argument("--script", type=Path, metavar="FILE", help="play this script instead, with its log")
    chosen = parser.parse_args()
    if chosen.save and chosen.seed is None:
        parser.error("--save needs a --seed")
    alone = chosen.seed is not None or chosen.script is not None
    logging.basicConfig(level=logging.INFO if alone else logging.CRITICAL + 1)
    logging.getLogger("azure").setLevel(logging.ERROR)
    started, hours = time.monotonic(), 0.0
    failed: list[int] = []
    counts: Counter[str] = Counter()
    played, slowest = 0, 0.0
    for source in _sources(chosen):
        verdict = play_alone(source)
        if isinstance(source, Recording):
            source.script.save(chosen.save)
        played += 1
        hours += verdict.simulated_hours
        counts.update(verdict.counts)
        slowest = max(slowest, verdict.seconds_to_converge or 0)
        if verdict.broken:
            failed.append(verdict.seed)
            sys.stdout.write(f"seed {verdict.seed}: {source.conditions}\n")
            for what in verdict.broken:
                sys.stdout.write(f"    {what}\n")
            if chosen.stop:
                return 1
    seconds = time.monotonic() - started
    for name, count in sorted(counts.items()):
        sys.stdout.write(f"{count:>9} {name}\n")
    sys.stdout.write(
        f"{played} histories, {played / seconds:.1f} a second, {hours:.0f} simulated hours; "
        f"slowest to come right {slowest:.0f} s; failed: {failed or 'none'}\n"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
