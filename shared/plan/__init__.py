"""Decides what is to be written, from what was observed. Pure: no I/O, no clock, no logger."""
