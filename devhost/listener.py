"""The port, taken before anything else is done, so that a port in use costs nobody any waiting."""

import socket

from devhost.errors import StartError

_ADDRESS = "127.0.0.1"


def bind(port: int) -> socket.socket:
    """Reserves the port; nothing answers on it yet. Port 0 stands for any free one."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_ADDRESS, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise StartError(f"port {port} cannot be used: {error}") from error
    return listener
