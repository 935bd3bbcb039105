"""One table of everything, for the terminal and for `results.md`."""

from collections.abc import Iterable, Sequence

from benchmarks.machine import Cold
from benchmarks.onboarding import Onboarding
from benchmarks.settled import Costs, Settled

type Row = tuple[str, str, str]

_HEAD: Row = ("what", "figure", "held against")


def of_onboarding(each: Onboarding) -> Row:
    return (
        f"{each.spokes} spokes {each.way}, {each.mode}",
        f"median {each.middle:.1f} s ({each.middle_ratio:.2f}), worst {each.worst:.1f} s ({each.worst_ratio:.2f})",
        f"writes {each.writes_ratio:.2f}, reads {each.reads_ratio:.2f} times the least; {each.refused} refused",
    )


def of_settled(each: Settled) -> Row:
    return f"settled pass, {each.networks} networks", f"{each.requests} requests", f"{each.bytes:,} bytes"


def of_costs(each: Costs) -> Iterable[Row]:
    name = f"{each.networks} networks"
    yield (
        f"settled pass, {name}",
        f"{each.one_pass / each.sdk_listing:.2f}",
        f"the SDK's listing, {_ms(each.sdk_listing)}",
    )
    yield (
        f"planning, {name}",
        f"{_ms(each.planning * 1000 / each.networks)} per 1,000 pairs",
        f"{each.planning / each.parsing:.1f} times json.loads of the listing",
    )
    yield f"memory of a settled pass, {name}", f"{each.megabytes:.0f} MB", "on top of the process"


def of_slope(few: Costs, many: Costs) -> Row:
    more = many.networks - few.networks
    return (
        f"slope from {few.networks} to {many.networks} networks",
        f"{_ms((many.one_pass - few.one_pass) * 1000 / more)} and {(many.megabytes - few.megabytes) * 1000 / more:.1f} MB",
        "per 1,000 networks more",
    )


def of_cold(each: Cold) -> Iterable[Row]:
    yield (
        "import function_app",
        f"{each.app / each.functions:.2f}",
        f"import azure.functions, {_ms(each.functions)}",
    )
    yield (
        "first event after a cold start",
        f"{each.first_event / each.sdk:.2f}",
        f"importing the SDK, {_ms(each.sdk)}",
    )
    yield (
        "memory of the process after it",
        f"{each.megabytes:.0f} MB",
        f"with the SDK alone {each.sdk_megabytes:.0f} MB",
    )


def markdown(rows: Sequence[Row]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (_HEAD, ("---",) * 3, *rows))


def plain(rows: Sequence[Row]) -> str:
    widths = [max(len(row[column]) for row in (_HEAD, *rows)) for column in range(3)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (_HEAD, *rows)
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"
