"""The one error that stops the host."""


class StartError(Exception):
    """The host cannot start. The message is for the person at the keyboard and fits on one line."""
