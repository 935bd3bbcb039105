"""The same chance in every run."""

import pytest

from shared import composition


@pytest.fixture(autouse=True)
def _seeded(request):
    composition.seed(request.node.name)
