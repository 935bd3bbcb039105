"""Reads what a decision needs, and carries out what was decided. Asynchronous, and without any SDK."""
