#!/usr/bin/env python3
"""Looks for what would make the deployment fail, before it is tried, and names the command that helps.

azd runs it before it provisions. By hand: AZURE_ENV_NAME=... AZURE_LOCATION=... HUB_VNET_ID=... python3 infra/preflight.py
"""

import fnmatch
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

PROVIDERS = (
    "Microsoft.App",
    "Microsoft.EventGrid",
    "Microsoft.Insights",
    "Microsoft.ManagedIdentity",
    "Microsoft.Network",
    "Microsoft.OperationalInsights",
    "Microsoft.Storage",
    "Microsoft.Web",
)
"""Microsoft.App is what runs Flex Consumption in a virtual network."""


class AzError(Exception):
    """What az said."""


def az(*arguments: str) -> Any:
    program = shutil.which("az")
    if program is None:
        raise AzError("the Azure CLI is not on PATH: https://learn.microsoft.com/cli/azure/install-azure-cli")
    ended = subprocess.run(  # noqa: S603 (az, with arguments that no shell reads)
        [program, *arguments, "--output", "json"], capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise AzError(ended.stderr.strip().partition("\n")[0])
    return json.loads(ended.stdout or "null")


def main(environ: Mapping[str, str]) -> int:
    try:
        account = az("account", "show", *_subscription(environ.get("AZURE_SUBSCRIPTION_ID", "")))
    except AzError as error:
        print(f"not signed in ({error})\n  az login")
        return 1
    subscription = account["id"]
    found = 0
    for check in (_providers, _group, _region, _hub, _rights, _rights_elsewhere, _topic):
        try:
            for problem in check(subscription, environ):
                found += 1
                print(f"- {problem}")
        except AzError as error:
            found += 1
            print(f"- could not look ({check.__name__.strip('_')}): {error}")
    print(f"{account['name']}: {'ready' if not found else f'{found} to be seen to'}")
    return 1 if found else 0


def _subscription(subscription: str) -> tuple[str, ...]:
    return ("--subscription", subscription) if subscription else ()


def _providers(subscription: str, _: Mapping[str, str]) -> Iterator[str]:
    query = "[?registrationState=='Registered'].namespace"
    registered = {
        name.lower() for name in az("provider", "list", "--query", query, *_subscription(subscription))
    }
    for name in PROVIDERS:
        if name.lower() not in registered:
            yield (
                f"{name} is not registered\n  az provider register --wait --namespace {name} --subscription {subscription}"
            )


def _group(subscription: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Uninstalling deletes the group, so it must not be somebody else's."""
    name = environ.get("AZURE_ENV_NAME", "")
    if not name:
        yield "AZURE_ENV_NAME is not set\n  azd env new <name>"
        return
    query = f"[?name=='rg-{name}'].tags"
    for tags in az("group", "list", "--query", query, *_subscription(subscription)):
        if (tags or {}).get("azd-env-name") != name:
            yield f"the resource group rg-{name} exists already and is not this app's\n  azd env new <another name>"


def _region(_: str, environ: Mapping[str, str]) -> Iterator[str]:
    location = environ.get("AZURE_LOCATION", "").replace(" ", "").lower()
    offered = {
        each["name"].replace(" ", "").lower() for each in az("functionapp", "list-flexconsumption-locations")
    }
    if location not in offered:
        yield (
            f"Flex Consumption is not offered in {location or 'no region (AZURE_LOCATION is not set)'}\n"
            f"  azd env set AZURE_LOCATION <one of {', '.join(sorted(offered))}>"
        )


def _hub(subscription: str, environ: Mapping[str, str]) -> Iterator[str]:
    hub, location = environ.get("HUB_VNET_ID", ""), environ.get("HUB_LOCATION", "")
    names = ("HUB_VNET_ID", "HUB_LOCATION", "TOPOLOGY_FILE")
    given = [name for name in names if environ.get(name)]
    if len(given) != 1:
        yield (
            f"{' and '.join(given) or 'none'} of {', '.join(names)} set, where exactly one has to be\n"
            "  azd env set HUB_VNET_ID <resource ID of the hub network>"
        )
    elif hub:
        try:
            az("network", "vnet", "show", "--ids", hub, "--query", "id")
        except AzError as error:
            yield f"the hub cannot be read ({error})\n  azd env set HUB_VNET_ID <resource ID of the hub network>"
    elif location:
        networks = az("network", "vnet", "list", *_subscription(subscription))
        if not any(each["location"].lower() == location.replace(" ", "").lower() for each in networks):
            yield f"no network lies in {location}\n  azd env set HUB_LOCATION <region of the hub>"


def _makes_role(environ: Mapping[str, str]) -> list[str]:
    return [] if environ.get("ROLE_DEFINITION_ID") else ["Microsoft.Authorization/roleDefinitions/write"]


def _rights(subscription: str, environ: Mapping[str, str]) -> Iterator[str]:
    makes_role = _makes_role(environ)
    needed = [
        "Microsoft.Resources/deployments/write",
        "Microsoft.Authorization/roleAssignments/write",
        *makes_role,
    ]
    for action in _missing(f"/subscriptions/{subscription}", needed):
        yield (
            f"you lack {action} on the subscription\n"
            f'  az role assignment create --assignee <you> --role "{_role_for(action)}" --scope /subscriptions/{subscription}'
        )
    hub = environ.get("HUB_VNET_ID", "")
    home = hub.split("/")[2] if hub.count("/") >= 8 else subscription
    if home.lower() == subscription.lower() or environ.get("DEPLOY_HUB_ROLE", "").lower() == "false":
        return
    missing = [
        *_missing(hub, ["Microsoft.Authorization/roleAssignments/write"]),
        *_missing(f"/subscriptions/{home}", makes_role),
    ]
    if missing:
        yield (
            f"you lack {' and '.join(missing)} at the hub; its owner can give the app its role afterwards\n"
            "  azd env set DEPLOY_HUB_ROLE false, and pass on what azd env get-value HUB_ROLE_COMMAND prints then"
        )


def _rights_elsewhere(_: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Where a topology document wants the role as well, and on the topic that hears of changes."""
    for name, before, also in (
        ("OTHER_SUBSCRIPTION_IDS", "/subscriptions/", _makes_role(environ)),
        ("OTHER_HUB_VNET_IDS", "", _makes_role(environ)),
        ("OUTCOME_TOPIC_ID", "", []),
    ):
        for given in filter(None, map(str.strip, environ.get(name, "").split(","))):
            scope = f"{before}{given}"
            missing = [
                *_missing(scope, ["Microsoft.Authorization/roleAssignments/write"]),
                *_missing("/".join(scope.split("/")[:3]), also),
            ]
            if missing:
                yield (
                    f"you lack {' and '.join(missing)} on {scope}: its owner can assign the role, see docs/deploy.md\n"
                    f"  azd env set {name} <without {given}>"
                )


def _missing(scope: str, needed: list[str]) -> list[str]:
    """https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource"""
    if not needed:
        return []
    url = f"{scope}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01"
    granted = az("rest", "--method", "get", "--url", url)["value"]
    return [action for action in needed if not any(_grants(each, action) for each in granted)]


def _grants(permission: dict[str, list[str]], action: str) -> bool:
    def names(patterns: list[str]) -> bool:
        return any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)

    return names(permission.get("actions", [])) and not names(permission.get("notActions", []))


def _role_for(action: str) -> str:
    if action.startswith("Microsoft.Resources/"):
        return "Contributor"
    return (
        "User Access Administrator"
        if "roleDefinitions" in action
        else "Role Based Access Control Administrator"
    )


def _topic(subscription: str, environ: Mapping[str, str]) -> Iterator[str]:
    """A subscription has one system topic at most. One that is there already is used."""
    name = environ.get("AZURE_ENV_NAME", "")
    ours = (f"evgt-{name}".lower(), f"rg-{name}".lower())
    for topic in az("eventgrid", "system-topic", "list", *_subscription(subscription)):
        found = (topic["name"], topic["resourceGroup"])
        is_wanted = topic["topicType"].lower() == "microsoft.resources.subscriptions"
        if not is_wanted or tuple(map(str.lower, found)) == ours:
            continue
        known = (
            environ.get("EXISTING_SYSTEM_TOPIC_NAME", ""),
            environ.get("EXISTING_SYSTEM_TOPIC_RESOURCE_GROUP", ""),
        )
        if tuple(map(str.lower, known)) != tuple(map(str.lower, found)):
            yield (
                f"the subscription has a system topic already, {found[0]} in {found[1]}: use it\n"
                f"  azd env set EXISTING_SYSTEM_TOPIC_NAME {found[0]}\n"
                f"  azd env set EXISTING_SYSTEM_TOPIC_RESOURCE_GROUP {found[1]}"
            )


if __name__ == "__main__":
    sys.exit(main(os.environ))
