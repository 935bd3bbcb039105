"""What a query asks for and nobody logs."""

import re
from collections.abc import Iterator

from shared.engine.report import Outcome
from shared.model.error_codes import CODES
from shared.model.errors import ErrorKind
from shared.model.reasons import Reason
from tests.infra import code

ERRORS = {name for name, each in CODES.items() if each.kind is ErrorKind.NEEDS_A_PERSON}

CODES_TOLD: dict[str, set[str]] = {
    "needs a person": ERRORS | {reason for reason in Reason if reason.blocks},
    "noticed": {reason for reason in Reason if not reason.blocks},
    "recovered": ERRORS | set(Reason),
    "reconciled": ERRORS | set(Reason),
}
"""The words that each fact has as its code."""

PARSED = 'extend fact = parse_json(substring(message, indexof(message, "{")))'


def problems(query: str) -> Iterator[str]:
    """What the query asks for and nothing logs. Whether it is a query at all, Kusto's language service says."""
    lines = [line.partition("//")[0].strip() for line in query.splitlines()]
    steps = [line for line in lines if line]
    yield from _facts(steps)
    yield from _literals(steps)


def _facts(steps: list[str]) -> Iterator[str]:
    logged = code.facts()
    text = "\n".join(steps)
    named = _named(text)
    yield from (f"nothing logs {name!r}" for name in named if name not in logged)
    known = set().union(*(logged.get(name, set()) for name in named))
    fields = re.findall(r"\bfact\.(\w+)", text)
    yield from (f"{' and '.join(named)} has no field {field}" for field in fields if field not in known)
    if fields and f"| {PARSED}" not in steps:
        yield "the fact is not parsed"


def _literals(steps: list[str]) -> Iterator[str]:
    """Words that the query compares with, and that somebody has to write."""
    text = "\n".join(steps)
    for operation in _compared(text, "operation_Name"):
        if operation not in code.functions():
            yield f"no such function as {operation}"
    for outcome in _compared(text, r"tostring\(fact\.outcome\)"):
        if outcome not in set(Outcome):
            yield f"no such outcome as {outcome}"
    for found_by in _compared(text, r"tostring\(fact\.found_by\)"):
        if found_by not in ("event", "timer"):
            yield f"nothing is found by {found_by}"
    known: set[str] = set().union(*(CODES_TOLD.get(name, set()) for name in _named(text)))
    for found in _compared(text, r"(?:tostring\(fact\.code\)|\bwhere code)"):
        if found not in known:
            yield f"{' and '.join(_named(text))} never has the code {found}"
    for error in _compared(text, r"tostring\(fact\.error\)"):
        if not any(error in each for each in ERRORS):
            yield f"the code does not know the error {error}"


def _named(text: str) -> list[str]:
    return re.findall(r'message startswith "([^"]*?) \{"', text)


def _compared(text: str, left: str) -> list[str]:
    found = re.findall(left + r'\s*(?:==|!=|in|has)\s*(?:"([^"]*)"|\(([^)]*)\))', text)
    return [word for one, many in found for word in ([one] if one else re.findall(r'"([^"]*)"', many))]


def columns_of(query: str) -> set[str]:
    """What the last `project` or `summarize` leaves."""
    last = [line for line in query.splitlines() if re.match(r"\| (project|summarize)", line)][-1]
    return set(re.findall(r"\b(\w+) = ", last)) | set(re.findall(r"(?:project|by|,) (\w+)(?=,|$)", last))
