#!/usr/bin/env python3
"""Removes one deployment and its rights, and keeps every peering.

Shows what it would do; --yes does it. `azd down` is no substitute: it deletes whole resource groups, also the
hub's or that of a shared system topic. https://github.com/Azure/azure-dev/issues/2916
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from azure_cli import AzError, az

Command = tuple[str, ...]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("environment", help="the name it was deployed under")
    parser.add_argument("--subscription", required=True, help="ID of the subscription it is deployed in")
    parser.add_argument(
        "--also", nargs="*", default=[], help="IDs of other subscriptions in which its identity has the role"
    )
    parser.add_argument("--yes", action="store_true", help="do it")
    options = parser.parse_args()
    try:
        commands = list(_commands(options.environment, options.subscription, options.also))
        for command in commands:
            print(shlex.join(("az", *command)), flush=True)
            if options.yes:
                az(*command)
    except AzError as error:
        print(f"stopped: {error}", file=sys.stderr)
        return 1
    print("done; every peering is still there" if options.yes else "nothing done yet; repeat with --yes")
    return 0


def _commands(environment: str, subscription: str, also: Sequence[str]) -> Iterator[Command]:
    group, at = f"rg-{environment}", ("--subscription", subscription)
    if not any(
        each["name"].lower() == group.lower() and (each.get("tags") or {}).get("azd-env-name") == environment
        for each in az("group", "list", *at)
    ):
        raise AzError(f"there is no resource group {group} of this app in {subscription}")
    yield from _event_subscription(environment, group, at)
    for home in dict.fromkeys((subscription, _hub_subscription(group, at) or subscription, *also)):
        yield from _rights(environment, subscription, group, home)
    yield ("group", "delete", "--name", group, "--yes", *at)


def _event_subscription(environment: str, group: str, at: Command) -> Iterator[Command]:
    for topic in az("eventgrid", "system-topic", "list", *at):
        if topic["topicType"].lower() != "microsoft.resources.subscriptions":
            continue
        name, home = topic["name"], topic["resourceGroup"]
        where = ("--system-topic-name", name, "--resource-group", home, *at)
        names = [
            each["name"] for each in az("eventgrid", "system-topic", "event-subscription", "list", *where)
        ]
        ours = f"interlinked-{environment}"
        others = [each for each in names if each != ours]
        if others and home.lower() == group.lower():
            raise AzError(
                f"{name} in {group} also serves {', '.join(others)}, which would get no more events"
            )
        if ours in names:
            yield (
                "eventgrid",
                "system-topic",
                "event-subscription",
                "delete",
                "--name",
                ours,
                *where,
                "--yes",
            )


def _hub_subscription(group: str, at: Command) -> str | None:
    for app in az("functionapp", "list", "--resource-group", group, *at):
        settings = az(
            "functionapp",
            "config",
            "appsettings",
            "list",
            "--name",
            app["name"],
            "--resource-group",
            group,
            *at,
        )
        hub = next((str(each["value"]) for each in settings if each["name"] == "HUB_VNET_ID"), "")
        if hub:
            return hub.split("/")[2]
    return None


def _rights(environment: str, subscription: str, group: str, home: str) -> Iterator[Command]:
    """The identity's assignments in one subscription, and the role that was made for it there."""
    there = ("--subscription", home)
    for identity in az("identity", "list", "--resource-group", group, "--subscription", subscription):
        principal = identity["principalId"]
        assignments: list[dict[str, Any]] = az(
            "role", "assignment", "list", "--all", "--assignee", principal, *there
        )
        if assignments:
            yield ("role", "assignment", "delete", "--ids", *(each["id"] for each in assignments))
    for role in az("role", "definition", "list", "--custom-role-only", "true", *there):
        if f" for {environment} in {subscription}, at {home}".lower() in role["roleName"].lower():
            yield (
                "role",
                "definition",
                "delete",
                "--name",
                role["name"],
                "--scope",
                f"/subscriptions/{home}",
                *there,
            )


if __name__ == "__main__":
    sys.exit(main())
