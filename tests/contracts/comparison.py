"""What differs between two states of the contracts, and whether the changelog says so."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tests.contracts.contract import SEPARATOR, Contract

_NAMES_NEEDED = 2
"""The item's own name, and that of what it belongs to."""


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    contract: str
    path: str
    kind: Kind

    @property
    def names(self) -> tuple[str, ...]:
        """What one entry of the changelog has to name."""
        return tuple(self.path.split(SEPARATOR))[-_NAMES_NEEDED:]

    def __str__(self) -> str:
        return f"{self.contract}: {self.path} {self.kind}"


def differences(before: Mapping[str, Contract], after: Mapping[str, Contract]) -> list[Difference]:
    """In the order of paths. What comes or goes with the item that it belongs to is not told apart."""
    found = []
    for name in sorted(before.keys() | after.keys()):
        kinds = _kinds(before.get(name, {}), after.get(name, {}))
        found += [
            Difference(contract=name, path=path, kind=kind)
            for path, kind in sorted(kinds.items())
            if kind is Kind.CHANGED or kinds.get(_parent(path)) is not kind
        ]
    return found


def _kinds(before: Contract, after: Contract) -> dict[str, Kind]:
    return {
        path: Kind.ADDED if path not in before else Kind.REMOVED if path not in after else Kind.CHANGED
        for path in before.keys() | after.keys()
        if path not in before or path not in after or before[path] != after[path]
    }


def _parent(path: str) -> str:
    return path.rpartition(SEPARATOR)[0]


def unmentioned(found: Iterable[Difference], changelog: str, release: str) -> list[Difference]:
    """Those of which no entry that is newer than the release has all names, each in backticks."""
    said = [re.findall("`([^`]+)`", entry) for entry in _entries(changelog, release)]
    return [each for each in found if not any(_has_all(each.names, spans) for spans in said)]


def _has_all(names: Iterable[str], spans: Iterable[str]) -> bool:
    text = "\n".join(spans)
    return all(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", text) for name in names)


def _entries(changelog: str, release: str) -> Iterator[str]:
    """The entries of all sections above that of the release, each with its further lines."""
    newer, heading, _ = changelog.partition(f"\n## [{release}]")
    if not heading:
        raise ValueError(f"the changelog has no section [{release}]")
    for entry in re.split(r"^- ", newer, flags=re.MULTILINE)[1:]:
        yield re.split(r"^#", entry, maxsplit=1, flags=re.MULTILINE)[0]
