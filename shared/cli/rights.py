"""Which actions a mode needs, and the command that gives somebody the right to them. Pure."""

import base64
import json
from dataclasses import dataclass
from typing import Self

from ..config.settings import Mode

READ = (
    "Microsoft.Network/virtualNetworks/read",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
)
WRITE = (
    "Microsoft.Network/locations/operations/read",
    "Microsoft.Network/virtualNetworks/peer/action",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/delete",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/read",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write",
)

ROLES = {Mode.AUDIT: "Reader", Mode.ENFORCE: "Network Contributor"}
"""Built-in ones, which every tenant has; docs/security.md has narrower ones.
https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/networking"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Whose token it is, as far as the token says."""

    principal_id: str = ""
    kind: str = ""

    @classmethod
    def of(cls, token: str) -> Self:
        """Reads the claims without trusting them: they are only shown."""
        try:
            payload = token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            kind = {"app": "ServicePrincipal", "user": "User"}.get(claims.get("idtyp"), "")
            return cls(principal_id=str(claims["oid"]), kind=kind)
        except (IndexError, KeyError, TypeError, ValueError, AttributeError):
            return cls()

    @property
    def _assignee(self) -> str:
        if not self.principal_id:
            return "--assignee <object ID>"
        if not self.kind:
            return f"--assignee {self.principal_id}"
        return f"--assignee-object-id {self.principal_id} --assignee-principal-type {self.kind}"

    def assignment(self, mode: Mode, scope: str) -> str:
        return f'az role assignment create {self._assignee} --role "{ROLES[mode]}" --scope "{scope}"'
