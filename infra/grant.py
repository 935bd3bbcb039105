#!/usr/bin/env python3
"""Prints what the owner of another subscription, or of a hub in one, runs so that the app may work there.

It changes nothing. Two forms: a template, and plain commands for owners who may assign roles and not deploy.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path

from azure_cli import AzError, az
from parameters import is_subscription, is_vnet, subscription_of

ROLES = Path(__file__).parent / "roles"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("environment", help="the name the app is deployed under")
    parser.add_argument("--subscription", required=True, help="ID of the subscription it is deployed in")
    parser.add_argument("--mode", required=True, choices=["audit", "enforce"])
    parser.add_argument("--at", required=True, help="ID of the other subscription, or resource ID of the hub")
    parser.add_argument("--role", default="", help="resource ID of a role made beforehand, see fleet/")
    options = parser.parse_args()
    if not is_subscription(options.at) and not is_vnet(options.at):
        print(
            f"{options.at} is neither the ID of a subscription nor the resource ID of a network",
            file=sys.stderr,
        )
        return 1
    group = f"rg-{options.environment}"
    try:
        where = ("--resource-group", group, "--subscription", options.subscription)
        identity = az("identity", "list", *where)[0]
    except (AzError, IndexError) as error:
        print(f"no identity in {group}, so the app is not deployed yet ({error})", file=sys.stderr)
        return 1
    print(_commands(options, identity["principalId"], identity["location"]))
    return 0


def _commands(options: argparse.Namespace, principal: str, location: str) -> str:
    is_hub = is_vnet(options.at)
    home = subscription_of(options.at) if is_hub else options.at
    app = f"{options.environment} in {options.subscription}"
    role = options.role
    template = [
        *("az", "deployment", "sub", "create", "--subscription", home, "--location", location),
        *("--name", f"interlinked-{options.environment}-{location}"),
        *("--template-file", f"infra/modules/{'hubs' if is_hub else 'spokes'}.bicep", "--parameters"),
        *([f"hubVnetIds={options.at}"] if is_hub else []),
        *(f"principalId={principal}", f"mode={options.mode}", f"app={app}", f"roleDefinitionId={role}"),
    ]
    definition = json.loads((ROLES / f"{options.mode}.json").read_text(encoding="utf-8"))
    name = f"{definition['roleName']} for {app}, at {home}"
    body = {
        "Name": name,
        "IsCustom": True,
        "Description": definition["description"],
        "Actions": definition["actions"],
        "AssignableScopes": [f"/subscriptions/{home}"],
    }
    define = [
        "az",
        "role",
        "definition",
        "create",
        "--subscription",
        home,
        "--role-definition",
        json.dumps(body),
    ]
    assign = [
        *("az", "role", "assignment", "create", "--subscription", home, "--assignee-object-id", principal),
        *("--assignee-principal-type", "ServicePrincipal", "--role", role or name),
        *("--scope", options.at if is_hub else f"/subscriptions/{home}"),
    ]
    plain = [assign] if role else [define, assign]
    return "\n".join(
        (
            "# In a POSIX shell such as the Cloud Shell. In a clone of this repository, with the right to deploy there:",
            shlex.join(template),
            "# Or, with the right to assign roles alone:",
            *map(shlex.join, plain),
        )
    )


if __name__ == "__main__":
    sys.exit(main())
