"""Writes the contracts of now: `python -m tests.contracts`. Those of a release stay as they are."""

from tests.contracts.contract import CURRENT, keep
from tests.contracts.derive import CONTRACTS

if __name__ == "__main__":
    CURRENT.mkdir(exist_ok=True)
    keep({name: derive() for name, derive in CONTRACTS.items()}, CURRENT)
