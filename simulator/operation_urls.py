"""The addresses of long-running operations: to be followed as they are, and since 2024 signed.

The four parameters of the signature and its length are those that the Azure CLI's recordings of 2024 show
(https://github.com/Azure/azure-cli, test_network_vnet_peering_sync). What an altered one is answered with is
not published.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import shake_256
from urllib.parse import urlencode

from simulator import errors
from simulator.clock import Clock
from simulator.http import Request

SIGNED_SINCE = "2024-01-01"
_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_TICKS_PER_SECOND = 10_000_000


def operation_url(base: str, path: str, api_version: str, clock: Clock) -> str:
    """Absolute, on the client's own scheme, host and port."""
    query = {"api-version": api_version}
    if api_version >= SIGNED_SINCE:
        ticks = str(int((clock.utc() - _EPOCH).total_seconds() * _TICKS_PER_SECOND))
        query |= {"t": ticks, "c": _CERTIFICATE} | _signature(path, api_version, ticks)
    return f"{base}{path}?{urlencode(query)}"


def check_signature(request: Request, path: str) -> None:
    """Refuses an address that is not one the simulation has given."""
    query = request.query
    api_version = query.get("api-version", "")
    if api_version < SIGNED_SINCE:
        return
    wanted = _signature(path, api_version, query.get("t", "")) | {"c": _CERTIFICATE}
    if not all(hmac.compare_digest(query.get(name, ""), value) for name, value in wanted.items()):
        raise errors.gateway_error(
            403, "InvalidOperationSignature", "The signature of the operation's address is missing or wrong."
        )


def _signature(path: str, api_version: str, ticks: str) -> dict[str, str]:
    signed = f"{path.lower()}?{api_version}&{ticks}"
    return {"s": _text(f"signature {signed}", 256), "h": _text(f"hash {signed}", 32)}


def _text(of: str, size: int) -> str:
    return urlsafe_b64encode(shake_256(of.encode()).digest(size)).decode().rstrip("=")


_CERTIFICATE = "MII" + _text("certificate", 2600)
