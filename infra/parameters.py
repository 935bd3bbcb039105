"""What the templates are to be given: from azd's environment, or as `name=value`, as `az deployment` takes it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path

HERE = Path(__file__).parent
GUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class Parameters:
    def __init__(self, environ: Mapping[str, str], given: Sequence[str] = ()) -> None:
        self._is_azd = not given
        self._given = dict(each.partition("=")[::2] for each in given)
        self._variables: dict[str, str] = {}
        self._defaults: dict[str, str] = {}
        for file in ("main.parameters.json", "events/main.parameters.json"):
            for name, each in json.loads((HERE / file).read_text(encoding="utf-8"))["parameters"].items():
                variable, _, default = each["value"].strip("${}").partition("=")
                self._variables[name], self._defaults[name] = variable, default
        templates = "".join(
            (HERE / file).read_text(encoding="utf-8") for file in ("main.bicep", "events/main.bicep")
        )
        unknown = self._given.keys() - set(re.findall(r"^param (\w+)", templates, re.MULTILINE))
        if unknown:
            raise SystemExit(f"the templates have no parameter {', '.join(sorted(unknown))}")
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        if name in self._given:
            return self._given[name].strip()
        if name not in self._variables:
            return ""
        return self._environ.get(self._variables[name], "").strip() or self._defaults[name]

    def is_true(self, name: str) -> bool:
        return self[name].lower() == "true"

    def listed(self, name: str) -> list[str]:
        """The items of a list with commas, each once."""
        items = map(str.strip, self[name].split(","))
        return list({item.lower(): item for item in items if item}.values())

    def advise(self, name: str, value: str) -> str:
        """How to set it."""
        if not self._is_azd:
            return f"pass {name}={value}"
        return (
            f"azd env new {value}"
            if name == "environmentName"
            else f"azd env set {self._variables[name]} {value}"
        )


def is_vnet(text: str) -> bool:
    pattern = (
        f"/subscriptions/{GUID}/resourceGroups/[^/]+/providers/Microsoft[.]Network/virtualNetworks/[^/]+"
    )
    return re.fullmatch(pattern, text, re.IGNORECASE) is not None


def is_topic(text: str) -> bool:
    pattern = f"/subscriptions/{GUID}/resourceGroups/[^/]+/providers/Microsoft[.]EventGrid/topics/[^/]+"
    return re.fullmatch(pattern, text, re.IGNORECASE) is not None


def is_range(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return "/" in text


def is_subscription(text: str) -> bool:
    return re.fullmatch(GUID, text, re.IGNORECASE) is not None


def subscription_of(resource: str) -> str:
    return resource.split("/")[2].lower()


def group_of(resource: str) -> str:
    """The resource ID of the group that something lies in."""
    return "/".join(resource.split("/")[:5])
