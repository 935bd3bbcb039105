"""The page that explains the planner is made from the planner."""

from docs.generate import FOLDER, peering_states


def test_the_decision_table_is_in_step_with_the_code():
    written = (FOLDER / "peering-states.md").read_text(encoding="utf-8")
    assert written == peering_states(), "run: make docs"
