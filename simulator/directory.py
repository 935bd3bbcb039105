"""Which tenants there are, whose the subscriptions are, and which applications each tenant knows."""

from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from simulator.tokens import audience_of, caller_of

TENANT = "55555555-5555-5555-5555-555555555555"
"""Whose everything is that nobody has given to another."""
EXCHANGE = "api://AzureADTokenExchange"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One that takes the token of a managed identity of its own tenant for a proof, and no secret.

    https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
    """

    client_id: str
    home: str
    trusted: frozenset[str]
    """Principals: the subjects of its federated credentials."""
    consented: frozenset[str] = frozenset()
    """Other tenants that have a service principal for it."""

    def is_known_in(self, tenant: str) -> bool:
        return tenant == self.home or tenant in self.consented

    def trusts(self, assertion: str) -> bool:
        caller = caller_of(assertion)
        return (
            caller is not None
            and caller.principal_id in self.trusted
            and caller.tenant_id == self.home
            and audience_of(assertion) == EXCHANGE
        )


@dataclass(slots=True)
class Directory:
    tenants: set[str] = field(default_factory=lambda: {TENANT})
    _owners: dict[str, str] = field(default_factory=dict)
    _applications: dict[str, Application] = field(default_factory=dict)

    def give(self, subscription: str, tenant: str) -> None:
        """Makes a subscription one of that tenant's, which may be new."""
        self.tenants.add(tenant)
        self._owners[subscription.lower()] = tenant

    def tenant_of(self, subscription: str) -> str:
        return self._owners.get(subscription.lower(), TENANT)

    def register(self, application: Application) -> None:
        self.tenants |= {application.home, *application.consented}
        self._applications[application.client_id] = application

    def application(self, client_id: str) -> Application | None:
        """None for one that nobody registered: the usual tenant knows it all the same, with any secret."""
        return self._applications.get(client_id)


def principal_of(client_id: str, tenant: str) -> str:
    """The object ID of an application's service principal, which is another one in each tenant."""
    return str(uuid5(NAMESPACE_URL, client_id if tenant == TENANT else f"{client_id} in {tenant}"))
