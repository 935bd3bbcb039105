"""What whoever deploys must be allowed, where, and what helps."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from azure_cli import get
from parameters import Parameters, group_of, subscription_of

DEPLOY = "Microsoft.Resources/deployments/write"
ASSIGN = "Microsoft.Authorization/roleAssignments/write"
DEFINE = "Microsoft.Authorization/roleDefinitions/write"
LOCK = "Microsoft.Authorization/locks/write"

ROLES = {
    DEPLOY: "Contributor",
    ASSIGN: "Role Based Access Control Administrator",
    DEFINE: "User Access Administrator",
    LOCK: "User Access Administrator",
}
"""Which built-in role has it. Those that assign roles cannot deploy: where both are needed, it takes two."""


def here(subscription: str, chosen: Parameters) -> Iterator[str]:
    needed = [DEPLOY, ASSIGN, *_defines(chosen), *([LOCK] if chosen.is_true("lockResources") else [])]
    scope = f"/subscriptions/{subscription}"
    for action in _missing(scope, needed):
        yield (
            f"you lack {action} on the subscription\n"
            f'  az role assignment create --assignee <you> --role "{ROLES[action]}" --scope {scope}'
        )


def elsewhere(subscription: str, chosen: Parameters) -> Iterator[str]:
    """The templates deploy into the other subscriptions and groups as well, not just assign there."""
    for scope, needed, helps in _others(subscription.lower(), chosen):
        missing = [f"{action} on {at}" for at, actions in needed.items() for action in _missing(at, actions)]
        if missing:
            yield f"you lack {' and '.join(missing)}; the owner of {scope} can do it instead\n  {helps}"


def _others(own: str, chosen: Parameters) -> Iterator[tuple[str, dict[str, list[str]], str]]:
    name = chosen["environmentName"]
    grant = f"pass on what infra/grant.py {name} --subscription {own} --mode {chosen['mode'] or 'audit'} --at"
    role = chosen["roleDefinitionId"]
    grant_role = f" --role {role}" if role else ""
    listed = [each.lower() for each in chosen.listed("otherSubscriptionIds")]
    for each in listed:
        if each != own:
            scope = f"/subscriptions/{each}"
            rest = ",".join(other for other in listed if other != each)
            helps = f"{chosen.advise('otherSubscriptionIds', rest)}, and {grant} {each}{grant_role} prints"
            yield scope, {scope: [DEPLOY, ASSIGN, *_defines(chosen)]}, helps
    hubs = chosen.listed("otherHubVnetIds")
    for hub in [
        *hubs,
        *([chosen["hubVnetId"]] if chosen["hubVnetId"] and chosen.is_true("deployHubRole") else []),
    ]:
        home = subscription_of(hub)
        if home == own or home in listed:
            continue
        # With a role made beforehand nothing is deployed to the subscription itself.
        deployed_to = group_of(hub) if role else f"/subscriptions/{home}"
        rest = ",".join(other for other in hubs if other != hub)
        leave_out = (
            chosen.advise("otherHubVnetIds", rest) if hub in hubs else chosen.advise("deployHubRole", "false")
        )
        helps = f"{leave_out}, and {grant} {hub}{grant_role} prints"
        yield hub, {deployed_to: [DEPLOY, *_defines(chosen)], hub: [ASSIGN]}, helps
    topic = chosen["outcomeTopicId"]
    if topic:
        helps = f"{chosen.advise('outcomeTopicId', '')}, and have EventGrid Data Sender assigned there"
        yield topic, {group_of(topic): [DEPLOY], topic: [ASSIGN]}, helps


def _defines(chosen: Parameters) -> list[str]:
    return [] if chosen["roleDefinitionId"] else [DEFINE]


def _missing(scope: str, needed: list[str]) -> list[str]:
    """https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource"""
    granted = get(f"{scope}/providers/Microsoft.Authorization/permissions", "2022-04-01")["value"]
    return [action for action in needed if not any(_grants(each, action) for each in granted)]


def _grants(permission: dict[str, list[str]], action: str) -> bool:
    def names(patterns: list[str]) -> bool:
        return any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)

    return names(permission.get("actions", [])) and not names(permission.get("notActions", []))
