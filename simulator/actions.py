"""What a request has to be allowed: an action, on a scope.

The action is the resource type and what the method means, as
https://learn.microsoft.com/azure/role-based-access-control/permissions-reference lists them.
"""

import re
from typing import NamedTuple

_VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}
_SUBSCRIPTION = "Microsoft.Resources/subscriptions"
_OF_RESOURCE_MANAGER = tuple(
    (re.compile("/subscriptions/[^/]+" + path, re.IGNORECASE), resource_type)
    for path, resource_type in (
        ("", _SUBSCRIPTION),
        ("(/resourcegroups/[^/]+)?/resources", f"{_SUBSCRIPTION}/resources"),
        ("/resourcegroups(/[^/]+)?", f"{_SUBSCRIPTION}/resourceGroups"),
        ("/operationresults/[^/]+", f"{_SUBSCRIPTION}/operationResults"),
        ("/providers(/[^/]+)?", f"{_SUBSCRIPTION}/providers"),
    )
)
"""Types that do not follow from the path."""
_COLLECTION = re.compile(r"(/providers/[^/]+)?/[^/]+$")


class Needed(NamedTuple):
    action: str
    scope: str


def needed(method: str, path: str) -> Needed | None:
    """None for what belongs to no subscription, such as the list of tenants: it is open to everybody.

    A list is checked on what it is a list of the contents of. For resource groups that is assumed; Azure may
    instead leave out those that the caller cannot see.
    """
    path = path.rstrip("/")
    names_a_resource = path.count("/") % 2 == 0
    scope = path if names_a_resource else _COLLECTION.sub("", path)
    if method == "POST":
        path, _, verb = path.rpartition("/")
        verb += "/action"
    else:
        verb = _VERBS[method]
        for pattern, resource_type in _OF_RESOURCE_MANAGER:
            if pattern.fullmatch(path):
                return Needed(f"{resource_type}/{verb}", scope)
    parent, _, resource = path.rpartition("/providers/")
    if not parent:
        return None
    namespace, *names = resource.split("/")
    return Needed("/".join([namespace, *names[::2], verb]), scope)
