"""Access tokens that nobody signed: what a client reads of one is there, what a service checks is not."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whose token a request carries."""

    principal_id: str
    client_id: str
    tenant_id: str


def access_token(
    *, audience: str, tenant_id: str, client_id: str, principal_id: str, issued: datetime, seconds: int
) -> str:
    """A JSON Web Token for Azure Resource Manager, which takes tokens of version 1.0."""
    at = int(issued.timestamp())
    return _unsigned_jwt(
        {
            "aud": audience,
            "iss": f"https://sts.windows.net/{tenant_id}/",
            "iat": at,
            "nbf": at,
            "exp": at + seconds,
            "appid": client_id,
            "oid": principal_id,
            "sub": principal_id,
            "tid": tenant_id,
            "ver": "1.0",
        }
    )


@lru_cache(maxsize=256)
def caller_of(token: str) -> Caller | None:
    """None where the token does not say: the simulation takes any text for a token."""
    claims = _claims(token)
    try:
        return Caller(principal_id=claims["oid"], client_id=claims["appid"], tenant_id=claims["tid"])
    except KeyError:
        return None


def audience_of(token: str) -> str:
    """The service it was issued for; empty where the token does not say."""
    return str(_claims(token).get("aud", ""))


def expires_at(token: str) -> float:
    """In seconds since 1970; 0 where the token does not say."""
    expiry = _claims(token).get("exp")
    return expiry if isinstance(expiry, int | float) else 0


def _claims(token: str) -> dict[str, Any]:
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _unsigned_jwt(claims: Mapping[str, object]) -> str:
    """Three parts, the signature empty as https://www.rfc-editor.org/rfc/rfc7519#section-6 has it."""
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    return ".".join((*encoded, ""))
