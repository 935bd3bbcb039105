"""What decides: pure, from what was seen and what is wanted to the changes."""
