"""The same chance in every run."""

import pytest

from shared import composition


@pytest.fixture(autouse=True)
def _seeded(request: pytest.FixtureRequest) -> None:
    composition.seed(request.node.name)
