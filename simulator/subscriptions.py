"""Tenants, subscriptions and the registration of resource providers."""

from typing import Any
from uuid import UUID

from simulator import errors
from simulator.catalogue import NAMESPACES, provider
from simulator.directory import Directory
from simulator.http import Response, json_response
from simulator.network.resources import NETWORK
from simulator.routing import Call, Routes
from simulator.world import World

REGISTRATION_SECONDS = 20.0
"""Not recorded; the SDK looks every ten seconds."""


class Subscriptions:
    """Any well-formed subscription ID can be used, unless it is said to be otherwise here."""

    def __init__(self, world: World, directory: Directory) -> None:
        self._world = world
        self._directory = directory
        self.absent: set[str] = set()
        self.read_only: set[str] = set()
        """Disabled subscriptions, for not paying for example: nothing can be written any more.
        That deletions go on is assumed."""
        self._registered_at: dict[str, float] = {}
        """When the network provider is, or is not yet, registered; elsewhere it always was."""

    def unregister_network(self, subscription: str) -> None:
        """Makes a subscription one that has never used the network provider."""
        self._registered_at[subscription.lower()] = float("inf")

    def add_to(self, routes: Routes) -> None:
        routes.add("/tenants", "tenants", GET=self._list_tenants)
        routes.add("/subscriptions", "subscriptions", GET=self._list)
        routes.add("/subscriptions/{sub}", "subscription", GET=self._get)
        routes.add("/subscriptions/{sub}/providers", "providers", GET=self._list_providers)
        routes.add("/subscriptions/{sub}/providers/{namespace}", "provider", GET=self._get_provider)
        routes.add("/subscriptions/{sub}/providers/{namespace}/register", "provider", POST=self._register)

    def check(self, method: str, path: str, subscription: str) -> None:
        """Refuses what this subscription does not allow."""
        folded = subscription.lower()
        try:
            UUID(folded)
        except ValueError as error:
            raise errors.invalid_subscription(subscription) from error
        if folded in self.absent:
            raise errors.subscription_not_found(subscription)
        if method not in ("PUT", "PATCH"):
            return
        if folded in self.read_only:
            raise errors.read_only_subscription(subscription)
        if f"/providers/{NETWORK}/".lower() in path.lower() and not self._network_is_registered(folded):
            raise errors.missing_registration(NETWORK)

    def _network_is_registered(self, folded: str) -> bool:
        return self._registered_at.get(folded, 0) <= self._world.clock.now()

    def _register(self, call: Call) -> Response:
        folded = call["sub"].lower()
        if call["namespace"].lower() == NETWORK.lower() and not self._network_is_registered(folded):
            due = self._world.clock.now() + REGISTRATION_SECONDS
            self._registered_at[folded] = min(due, self._registered_at[folded])
        return self._get_provider(call)

    def _list_providers(self, call: Call) -> Response:
        return json_response(200, {"value": [self._provider(call["sub"], name) for name in NAMESPACES]})

    def _get_provider(self, call: Call) -> Response:
        return json_response(200, self._provider(call["sub"], call["namespace"]))

    def _provider(self, subscription: str, namespace: str) -> dict[str, Any]:
        folded, state = subscription.lower(), "Registered"
        if namespace.lower() == NETWORK.lower() and not self._network_is_registered(folded):
            state = "NotRegistered" if self._registered_at[folded] == float("inf") else "Registering"
        return provider(subscription, namespace, state)

    def _list_tenants(self, _: Call) -> Response:
        tenants = [
            {"id": f"/tenants/{tenant}", "tenantId": tenant, "displayName": "Simulated"}
            for tenant in sorted(self._directory.tenants)
        ]
        return json_response(200, {"value": tenants})

    def _list(self, _: Call) -> Response:
        """Only those with something in them."""
        known = dict.fromkeys(subscription for subscription, _ in self._world.groups)
        return json_response(200, {"value": [self._body(subscription) for subscription in known]})

    def _get(self, call: Call) -> Response:
        return json_response(200, self._body(call["sub"]))

    def _body(self, subscription: str) -> dict[str, object]:
        return {
            "id": f"/subscriptions/{subscription}",
            "subscriptionId": subscription,
            "tenantId": self._directory.tenant_of(subscription),
            "displayName": f"Simulated {subscription[:8]}",
            "state": "Disabled" if subscription.lower() in self.read_only else "Enabled",
        }
