"""Role-based access control: roles, who has been assigned them where, and what follows.

https://learn.microsoft.com/azure/role-based-access-control/overview
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from simulator import errors
from simulator.actions import needed
from simulator.clock import Clock
from simulator.directory import Directory
from simulator.http import Request, json_object
from simulator.tokens import Caller

PEER = "Microsoft.Network/virtualNetworks/peer/action"
_PEERING_WRITE = "microsoft.network/virtualnetworks/virtualnetworkpeerings/write"


@dataclass(frozen=True, slots=True)
class Role:
    """Actions, some of them with `*` for anything, and those taken out of them again."""

    name: str
    actions: re.Pattern[str]
    not_actions: re.Pattern[str]
    assignable_scopes: tuple[str, ...]

    @classmethod
    def of(cls, definition: Mapping[str, Any]) -> "Role":
        """`definition` has `roleName` and `actions`, and may have `notActions` and `assignableScopes`."""
        return cls(
            name=definition["roleName"],
            actions=_any_of(definition["actions"]),
            not_actions=_any_of(definition.get("notActions", ())),
            assignable_scopes=tuple(definition.get("assignableScopes", ("/",))),
        )

    def allows(self, action: str) -> bool:
        return bool(self.actions.fullmatch(action)) and not self.not_actions.fullmatch(action)


def _any_of(actions: Iterable[str]) -> re.Pattern[str]:
    wanted = (re.escape(action).replace(r"\*", ".*") for action in actions)
    return re.compile("|".join(f"({one})" for one in wanted) or "(?!)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignment:
    """Holds on the scope and everything below it.

    Azure needs minutes until an assignment takes effect, and until its end does: `begins` and `ends` are when
    they do, in seconds of simulated time.
    """

    principal_id: str
    role: Role
    scope: str
    begins: float = 0
    ends: float = inf


@dataclass(slots=True)
class AccessControl:
    """Who may do what. Unless there is a list of assignments, everybody may do everything."""

    clock: Clock
    directory: Directory
    assignments: list[RoleAssignment] | None = None
    management_groups: dict[str, frozenset[str]] = field(default_factory=dict)
    """The subscriptions below each management group, however deep, by its ID."""
    used: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """How often each principal was allowed each action, in lower case."""

    def assign(self, assignment: RoleAssignment) -> None:
        role = assignment.role
        if not any(self._covers(scope, assignment.scope) for scope in role.assignable_scopes):
            raise ValueError(f"{role.name} cannot be assigned at {assignment.scope}")
        self.assignments = [*(self.assignments or ()), assignment]

    def check(
        self, request: Request, path: str, caller: Caller | None, beside: Sequence[Caller] = ()
    ) -> None:
        """Refuses what the caller has no right to; `beside` are those of auxiliary tokens.

        Writing a peering is an action on the remote network as well, whether or not the peering is new:
        https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-peering#permissions
        """
        need = needed(request.method, path)
        if need is None:
            return
        tenant = self.directory.tenant_of(_subscription_of(path))
        if caller is not None and caller.tenant_id != tenant:
            raise errors.token_of_wrong_tenant(caller.tenant_id, tenant)
        if not self._allows(caller, *need):
            raise errors.authorization_failed(*need)
        if need.action.lower() == _PEERING_WRITE:
            remote = _remote_of(request)
            if remote is not None:
                linked = self._linked_caller(caller, tenant, remote, beside)
                if not self._allows(linked, PEER, remote):
                    raise errors.linked_authorization_failed(path, PEER, remote)

    def _linked_caller(
        self, caller: Caller | None, tenant: str, remote: str, beside: Sequence[Caller]
    ) -> Caller | None:
        """Who answers for the remote network: in another tenant that is whoever has a token of it."""
        subscription = _subscription_of(remote)
        other = self.directory.tenant_of(subscription)
        if other == tenant:
            return caller
        known = next((one for one in beside if one.tenant_id == other), None)
        if known is None:
            raise errors.linked_subscription_in_other_tenant(tenant, subscription)
        return known

    def _allows(self, caller: Caller | None, action: str, scope: str) -> bool:
        allowed = self.assignments is None or any(
            caller is not None
            and assignment.principal_id == caller.principal_id
            and assignment.begins <= self.clock.now() < assignment.ends
            and assignment.role.allows(action)
            and self._covers(assignment.scope, scope)
            for assignment in self.assignments
        )
        if allowed and caller is not None:
            self.used[caller.principal_id][action.lower()] += 1
        return allowed

    def _covers(self, outer: str, inner: str) -> bool:
        outer, inner = outer.lower().rstrip("/"), inner.lower().rstrip("/")
        if inner == outer or inner.startswith(outer + "/"):
            return True
        below = next((subs for group, subs in self.management_groups.items() if group.lower() == outer), ())
        return any(self._covers(f"/subscriptions/{subscription}", inner) for subscription in below)


def _subscription_of(resource_id: str) -> str:
    return resource_id.split("/")[2] if resource_id.count("/") > 1 else ""


def _remote_of(request: Request) -> str | None:
    """The network that the body of a peering names, where it names one."""
    properties = (json_object(request.body) or {}).get("properties")
    remote = properties.get("remoteVirtualNetwork") if isinstance(properties, dict) else None
    named = remote.get("id") if isinstance(remote, dict) else None
    return named if isinstance(named, str) else None
