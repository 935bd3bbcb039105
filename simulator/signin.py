"""Where service principals get their tokens: Entra ID's endpoints for confidential clients.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow, and the older form with
`resource` in place of `scope`. Any client ID is known, and any secret or assertion is right, but those of
applications that the directory has registered.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from random import Random
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from simulator.directory import TENANT, Directory, principal_of
from simulator.http import Request, Response, json_response
from simulator.tokens import access_token

TOKEN_LIFETIME_SECONDS = 3599

_PATH = re.compile(
    r"/(?P<tenant>[^/]+)/"
    r"(?P<asked>oauth2(?:/v2\.0)?/token|(?:v2\.0/)?\.well-known/openid-configuration"
    r"|discovery/instance|discovery(?:/v2\.0)?/keys)"
)
_ANY_TENANT = {"common", "organizations"}


class SignIn:
    """Answers for all tenants of a directory."""

    def __init__(self, directory: Directory, *, random: Random) -> None:
        self._directory = directory
        self._random = random

    def answer(self, request: Request, *, now: datetime) -> Response | None:
        """None where the path is none of these endpoints. `now` is the time on the client's clock."""
        found = _PATH.fullmatch(request.path)
        if not found:
            return None
        tenant, asked = found["tenant"], found["asked"]
        if tenant not in self._directory.tenants | _ANY_TENANT:
            return self._refusal(now, 400, "invalid_request", 90002, f"Tenant '{tenant}' not found.")
        if asked == "discovery/instance":
            return _instance(request.base)
        if asked.endswith("/keys"):
            return json_response(200, {"keys": []})  # nothing is signed
        if asked.endswith("/token"):
            home = TENANT if tenant in _ANY_TENANT else tenant
            return self._token(request, home, v2="v2.0" in asked, now=now)
        return _configuration(request.base, tenant, v2="v2.0" in asked)

    def _token(self, request: Request, tenant: str, *, v2: bool, now: datetime) -> Response:
        form = dict(parse_qsl(request.body.decode()))
        for name in ("grant_type", "client_id", "scope" if v2 else "resource"):
            if not form.get(name):
                return self._refusal(
                    now, 400, "invalid_request", 900144, f"The request body must contain '{name}'."
                )
        if form["grant_type"] != "client_credentials":
            return self._refusal(
                now, 400, "unsupported_grant_type", 70003, f"{form['grant_type']} is not supported."
            )
        if not form.get("client_secret") and not form.get("client_assertion"):
            return self._refusal(
                now,
                401,
                "invalid_client",
                7000218,
                "The request body must contain 'client_assertion' or 'client_secret'.",
            )
        if v2 and not form["scope"].endswith("/.default"):
            return self._refusal(
                now, 400, "invalid_scope", 1002012, f"The scope {form['scope']} does not end in /.default."
            )
        audience = form["scope"].removesuffix("/.default") if v2 else form["resource"]
        return self._stranger(form, tenant, now) or self._issued(
            form["client_id"], tenant, audience, v2=v2, now=now
        )

    def _stranger(self, form: Mapping[str, str], tenant: str, now: datetime) -> Response | None:
        """The refusal of an application that the tenant does not know, or that does not prove itself."""
        client_id, assertion = form["client_id"], form.get("client_assertion", "")
        application = self._directory.application(client_id)
        if not (application.is_known_in(tenant) if application else tenant == TENANT):
            return self._refusal(
                now,
                400,
                "unauthorized_client",
                700016,
                f"Application with identifier '{client_id}' was not found in the directory '{tenant}'.",
            )
        if application and not application.trusts(assertion):
            return self._refusal(
                now,
                401,
                "invalid_client",
                700213,
                "No federated identity record matches the subject and issuer of the assertion.",
            )
        return None

    def _issued(self, client_id: str, tenant: str, audience: str, *, v2: bool, now: datetime) -> Response:
        token = access_token(
            audience=audience,
            tenant_id=tenant,
            client_id=client_id,
            principal_id=principal_of(client_id, tenant),
            issued=now,
            seconds=TOKEN_LIFETIME_SECONDS,
        )
        if v2:
            lifetime = {"expires_in": TOKEN_LIFETIME_SECONDS, "ext_expires_in": TOKEN_LIFETIME_SECONDS}
            return json_response(200, {"token_type": "Bearer", **lifetime, "access_token": token})
        issued = int(now.timestamp())
        return json_response(
            200,
            {
                "token_type": "Bearer",
                "expires_in": str(TOKEN_LIFETIME_SECONDS),
                "ext_expires_in": str(TOKEN_LIFETIME_SECONDS),
                "expires_on": str(issued + TOKEN_LIFETIME_SECONDS),
                "not_before": str(issued),
                "resource": audience,
                "access_token": token,
            },
        )

    def _refusal(self, now: datetime, status: int, error: str, code: int, text: str) -> Response:
        """https://learn.microsoft.com/entra/identity-platform/reference-error-codes; the texts are ours."""
        trace, correlation = (str(UUID(int=self._random.getrandbits(128), version=4)) for _ in range(2))
        at = f"{now:%Y-%m-%d %H:%M:%S}Z"
        return json_response(
            status,
            {
                "error": error,
                "error_description": f"AADSTS{code}: {text} Trace ID: {trace} "
                f"Correlation ID: {correlation} Timestamp: {at}",
                "error_codes": [code],
                "timestamp": at,
                "trace_id": trace,
                "correlation_id": correlation,
            },
        )


def _configuration(base: str, tenant: str, *, v2: bool) -> Response:
    """What clients insist on before they ask for a token; MSAL for JavaScript on all four addresses."""
    version = "/v2.0" if v2 else ""
    return json_response(
        200,
        {
            "token_endpoint": f"{base}/{tenant}/oauth2{version}/token",
            "authorization_endpoint": f"{base}/{tenant}/oauth2{version}/authorize",
            "issuer": f"{base}/{tenant}{version}",
            "jwks_uri": f"{base}/{tenant}/discovery{version}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        },
    )


def _instance(base: str) -> Response:
    """Which names one cloud's sign-in service has: this one's own."""
    host = urlsplit(base).netloc
    return json_response(
        200,
        {
            "tenant_discovery_endpoint": f"{base}/common/v2.0/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        },
    )
