"""The topology document: its model, how it is written, and how it is loaded."""
