"""Measures everything, prints one table, and writes `results.md` and `race.svg`: `make bench`."""

import asyncio
import os
import platform
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

from benchmarks import machine, onboarding, plot, race, report, settled
from benchmarks.onboarding import Way
from simulator.network.locks import LockMode

FOLDER = Path(__file__).parent
_ALL_MODES_UP_TO = 50
_SERIAL = LockMode.CONFLICT
"""Stands for all modes in which writes take turns, where many spokes make a measurement long."""


def main() -> None:
    rows = [*_simulated(), *_machine()]
    raced = {spokes: asyncio.run(race.all_of(spokes)) for spokes in (25, 100)}
    for spokes, times in raced.items():
        slowest = max(times.values())
        rows += [
            (
                f"{spokes} spokes, {name}",
                f"{seconds:.1f} s",
                f"{slowest / seconds:.1f} times as fast as the slowest",
            )
            for name, seconds in times.items()
        ]
    made = f"Made by `make bench`: Python {platform.python_version()}, {os.cpu_count()} processors, {platform.machine()}."
    explained = "How each figure is made, and what limits it: [docs/performance.md](../docs/performance.md)."
    text = f"# Results\n\n{made}\n{explained}\n\n{report.markdown(rows)}\n"
    (FOLDER / "results.md").write_text(text)
    groups = [(f"{spokes} spokes", times) for spokes, times in raced.items()]
    title = "From networks to Connected, ten times as fast as Azure (logarithmic)"
    (FOLDER / "race.svg").write_text(plot.bars(title, "s", groups))
    print(report.plain(rows))


def _simulated() -> list[report.Row]:
    cases = [
        (way, mode, spokes)
        for spokes, way, mode in product((1, 10, 50, 200, 500), Way, LockMode)
        if spokes <= _ALL_MODES_UP_TO or mode is LockMode.PARALLEL or (mode is _SERIAL and spokes <= 200)
        if way is not Way.ONE_BY_ONE or spokes <= _ALL_MODES_UP_TO  # each costs what the one before does
    ]
    with ProcessPoolExecutor() as pool:
        measured = list(pool.map(onboarding.measure, *zip(*cases, strict=True)))
    passes = [asyncio.run(settled.look(networks)) for networks in (1, 100, 500, 1000, 5000)]
    return [*map(report.of_onboarding, measured), *map(report.of_settled, passes)]


def _machine() -> list[report.Row]:
    few, full, many = (asyncio.run(settled.costs(networks)) for networks in (100, 500, 5000))
    events = f"{asyncio.run(machine.events_per_second()):.0f} a second"
    return [
        *report.of_cold(asyncio.run(machine.cold())),
        ("events through the runtime library", events, "of one processor, each with its two reads"),
        *(row for costs in (few, full, many) for row in report.of_costs(costs)),
        report.of_slope(few, full),
        report.of_slope(full, many),
    ]


if __name__ == "__main__":
    main()
