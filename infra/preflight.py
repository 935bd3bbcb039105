#!/usr/bin/env python3
"""Looks for what would make the deployment fail, before it is tried, and names the command that helps.

azd runs it before it provisions. By hand it takes what `az deployment sub create --parameters` is to be given:
python3 infra/preflight.py environmentName=network-dev location=swedencentral mode=audit hubVnetId=<resource ID>
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator

import rights
from azure_cli import AzError, az, get, pages
from parameters import Parameters, is_range, is_subscription, is_topic, is_vnet

NAME = re.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?")
NETWORK_VERSION = "2024-07-01"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parameters", nargs="*", help="name=value, as for main.bicep")
    parser.add_argument("--subscription", default=os.environ.get("AZURE_SUBSCRIPTION_ID", ""))
    parser.add_argument("--yes", action="store_true", help="register the provider that has to be")
    options = parser.parse_args()
    chosen = Parameters(os.environ, options.parameters)
    unfit = list(_values(chosen))
    if unfit:
        print("\n".join(f"- {problem}" for problem in unfit))
        return 1
    try:
        account = az("account", "show", *_at(options.subscription))
    except AzError as error:
        print(f"- {error}\n  az login")
        return 1
    found = 0
    subscription = account["id"]
    for check in (_provider, _group, _region, _hub, rights.here, rights.elsewhere, _topic):
        try:
            for problem in check(subscription, chosen):
                if check is _provider and options.yes:
                    _register(subscription)
                    continue
                found += 1
                print(f"- {problem}")
        except AzError as error:
            found += 1
            print(f"- could not look ({check.__name__.strip('_')}): {error}")
    print(f"{account['name']}: {f'{found} to be seen to' if found else 'ready'}")
    return 1 if found else 0


def _at(subscription: str) -> tuple[str, ...]:
    return ("--subscription", subscription) if subscription else ()


def _values(chosen: Parameters) -> Iterator[str]:
    """What can be told to be wrong without asking anybody."""
    name = chosen["environmentName"]
    if not NAME.fullmatch(name):
        yield (
            f"{name or 'nothing'} cannot name a deployment: 1 to 32 letters, digits and hyphens, with a letter or digit "
            f"first and last\n  {chosen.advise('environmentName', '<another name>')}"
        )
    for parameter, fits, what in (
        ("hubVnetId", is_vnet, "resource ID of a virtual network"),
        ("otherHubVnetIds", is_vnet, "resource ID of a virtual network"),
        ("otherSubscriptionIds", is_subscription, "ID of a subscription"),
        ("outcomeTopicId", is_topic, "resource ID of an Event Grid topic"),
        ("allowedAddresses", is_range, "range of addresses such as 203.0.113.0/24"),
    ):
        for each in chosen.listed(parameter):
            if not fits(each):
                yield f"{parameter}: {each} is no {what}\n  {chosen.advise(parameter, f'<{what}>')}"


def _provider(subscription: str, _: Parameters) -> Iterator[str]:
    """Azure registers what a template names by itself; Flex Consumption also needs this one, which none does."""
    state = az("provider", "show", "--namespace", "Microsoft.App", *_at(subscription))["registrationState"]
    if state != "Registered":
        yield (
            "Microsoft.App is not registered\n"
            f"  az provider register --wait --namespace Microsoft.App --subscription {subscription}"
        )


def _register(subscription: str) -> None:
    print("registering Microsoft.App, which takes a minute or two", flush=True)
    az("provider", "register", "--wait", "--namespace", "Microsoft.App", *_at(subscription))


def _group(subscription: str, chosen: Parameters) -> Iterator[str]:
    """Uninstalling deletes the group, so it must not be somebody else's."""
    name = chosen["environmentName"]
    for group in az("group", "list", *_at(subscription)):
        is_ours = (group.get("tags") or {}).get("azd-env-name") == name
        if group["name"].lower() == f"rg-{name}".lower() and not is_ours:
            yield (
                f"the resource group rg-{name} exists already and is not this app's\n"
                f"  {chosen.advise('environmentName', '<another name>')}"
            )


def _region(_: str, chosen: Parameters) -> Iterator[str]:
    location = _folded(chosen["location"])
    zones = ("--zone-redundant", "true") if chosen.is_true("zoneRedundant") else ()
    offered = {_folded(each["name"]) for each in az("functionapp", "list-flexconsumption-locations", *zones)}
    one_of = f"<one of {', '.join(sorted(offered))}>"
    if location not in offered:
        yield (
            f"Flex Consumption is not offered{' over zones' if zones else ''} in {location or 'no region'}\n"
            f"  {chosen.advise('location', one_of)}"
        )


def _folded(location: str) -> str:
    return location.replace(" ", "").lower()


def _hub(subscription: str, chosen: Parameters) -> Iterator[str]:
    hub, location = chosen["hubVnetId"], chosen["hubLocation"]
    names = ("hubVnetId", "hubLocation", "topologyFile", "topology")
    given = [name for name in names if chosen[name]]
    example = chosen.advise("hubVnetId", "<resource ID of the hub network>")
    if len(given) != 1:
        yield f"{' and '.join(given) or 'none'} of {', '.join(names)} set, where exactly one has to be\n  {example}"
    elif hub:
        try:
            get(hub, NETWORK_VERSION)
        except AzError as error:
            yield f"the hub cannot be read ({error})\n  {example}"
    elif location:
        networks = pages(
            f"/subscriptions/{subscription}/providers/Microsoft.Network/virtualNetworks", NETWORK_VERSION
        )
        if all(_folded(each["location"]) != _folded(location) for each in networks):
            yield f"no network lies in {location}\n  {chosen.advise('hubLocation', '<region of the hub>')}"


def _topic(subscription: str, chosen: Parameters) -> Iterator[str]:
    """A subscription has one system topic at most. One that is there already is used."""
    name = chosen["environmentName"].lower()
    known = (chosen["existingSystemTopicName"], chosen["existingSystemTopicResourceGroup"])
    for topic in az("eventgrid", "system-topic", "list", *_at(subscription)):
        found = (topic["name"], topic["resourceGroup"])
        is_ours = tuple(map(str.lower, found)) == (f"evgt-{name}", f"rg-{name}")
        is_known = tuple(map(str.lower, found)) == tuple(map(str.lower, known))
        if topic["topicType"].lower() == "microsoft.resources.subscriptions" and not is_ours and not is_known:
            yield (
                f"the subscription has a system topic already, {found[0]} in {found[1]}: use it\n"
                f"  {chosen.advise('existingSystemTopicName', found[0])}\n"
                f"  {chosen.advise('existingSystemTopicResourceGroup', found[1])}"
            )


if __name__ == "__main__":
    sys.exit(main())
