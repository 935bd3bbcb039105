"""The pages that explain the code are made from the code."""

import pytest

from docs.generate import FOLDER, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_in_step_with_the_code(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), "run: make docs"
