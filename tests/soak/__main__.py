"""`python -m tests.soak --seeds 100` plays histories and says what became of them."""

import argparse
import asyncio
import logging
import sys
import time
from collections import Counter

import looptime

from tests.soak.draw import Draw
from tests.soak.history import Tap, Verdict, no_tap, play


def run(seed: int, tap: Tap = no_tap) -> Verdict:
    """Plays one history on an event loop of its own."""
    with asyncio.Runner(loop_factory=looptime.new_event_loop) as runner:
        return runner.run(play(Draw.of(seed), tap))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seeds", type=int, default=50, help="how many histories")
    parser.add_argument("--seed", type=int, help="play this one alone, with its log")
    parser.add_argument("--stop", action="store_true", help="end with the first history that goes wrong")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO if chosen.seed is not None else logging.CRITICAL + 1)
    logging.getLogger("azure").setLevel(logging.ERROR)
    seeds = [chosen.seed] if chosen.seed is not None else range(chosen.seeds)
    started, failed, hours, counts = time.monotonic(), [], 0.0, Counter()
    slowest = 0.0
    for seed in seeds:
        verdict = run(seed)
        hours += verdict.simulated_hours
        counts.update(verdict.counts)
        slowest = max(slowest, verdict.seconds_to_converge or 0)
        if verdict.broken:
            failed.append(seed)
            sys.stdout.write(f"seed {seed}: {Draw.of(seed)}\n")
            for what in verdict.broken:
                sys.stdout.write(f"    {what}\n")
            if chosen.stop:
                return 1
    seconds = time.monotonic() - started
    for name, count in sorted(counts.items()):
        sys.stdout.write(f"{count:>9} {name}\n")
    sys.stdout.write(
        f"{len(seeds)} histories, {len(seeds) / seconds:.1f} a second, {hours:.0f} simulated hours; "
        f"slowest to come right {slowest:.0f} s; failed: {failed or 'none'}\n"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
