"""Management locks: resources of Microsoft.Authorization that forbid writes or deletions in a scope.

https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
"""

from enum import StrEnum
from typing import Any

from simulator import errors
from simulator.http import Response, json_object, json_response
from simulator.routing import Call, Routes

_LOCKS = "/providers/microsoft.authorization/locks"
_SCOPE = "(?P<scope>/subscriptions/(?P<sub>[^/]+)(?:/.+)?)"


class Level(StrEnum):
    CAN_NOT_DELETE = "CanNotDelete"
    READ_ONLY = "ReadOnly"


class ManagementLocks:
    """What is locked, and who is refused because of it."""

    def __init__(self) -> None:
        self._locks: dict[tuple[str, str], dict[str, Any]] = {}
        """Bodies by folded scope and name."""

    def add_to(self, routes: Routes) -> None:
        routes.add(_SCOPE + _LOCKS, "locks", GET=self._list)
        routes.add(_SCOPE + _LOCKS + "/{lock}", "lock", GET=self._get, PUT=self._put, DELETE=self._delete)

    def check(self, method: str, path: str) -> None:
        """A lock holds for everything below its scope, and nothing that holds a locked resource can be
        deleted."""
        target = path.lower().rstrip("/")
        if method not in ("PUT", "PATCH", "DELETE") or _LOCKS in target:
            return
        deletes = method == "DELETE"
        locked = [
            scope
            for (scope, _), body in self._locks.items()
            if (_within(target, scope) and (deletes or body["properties"]["level"] == Level.READ_ONLY))
            or (deletes and _within(scope, target))
        ]
        if locked:
            raise errors.scope_locked(path, "delete" if deletes else "write", locked)

    def _list(self, call: Call) -> Response:
        scope = call["scope"].lower()
        return json_response(200, {"value": [body for (at, _), body in self._locks.items() if at == scope]})

    def _get(self, call: Call) -> Response:
        body = self._locks.get(_key(call))
        if body is None:
            raise errors.gateway_error(404, "LockNotFound", f"The lock '{call['lock']}' could not be found.")
        return json_response(200, body)

    def _put(self, call: Call) -> Response:
        properties = (json_object(call.request.body) or {}).get("properties", {})
        if properties.get("level") not in list(Level):
            raise errors.gateway_error(400, "LockLevelInvalid", f"level is none of {', '.join(Level)}.")
        body = {
            "id": f"{call['scope']}/providers/Microsoft.Authorization/locks/{call['lock']}",
            "type": "Microsoft.Authorization/locks",
            "name": call["lock"],
            "properties": properties,
        }
        created = _key(call) not in self._locks
        self._locks[_key(call)] = body
        return json_response(201 if created else 200, body)

    def _delete(self, call: Call) -> Response:
        return Response(status=204 if self._locks.pop(_key(call), None) is None else 200)


def _key(call: Call) -> tuple[str, str]:
    return call["scope"].lower(), call["lock"].lower()


def _within(inner: str, outer: str) -> bool:
    return inner == outer or inner.startswith(outer + "/")
