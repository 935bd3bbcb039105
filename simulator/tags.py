"""Tags as a resource of their own, by which `az tag`, the portal and others change them.

https://learn.microsoft.com/rest/api/resources/tags. Networks and resource groups have them here. Such a write
is told as `Microsoft.Resources/tags/write` and not as a write of the network; functions in public repositories
filter for that name.
"""

from typing import Any

from simulator import errors
from simulator.http import Response, json_object, json_response
from simulator.network.requests import properties_of, tags_of
from simulator.network.resources import Vnet
from simulator.routing import Call, Routes
from simulator.world import Group, World

_GROUP = "/subscriptions/{sub}/resourcegroups/{group}"
_VNET = _GROUP + "/providers/microsoft.network/virtualnetworks/{vnet}"
_TAGS = "/providers/Microsoft.Resources/tags/default"


class TagRoutes:
    """Handlers over one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, routes: Routes) -> None:
        for scope in (_GROUP, _VNET):
            routes.add(
                scope + _TAGS, "tags", GET=self._get, PUT=self._put, PATCH=self._patch, DELETE=self._delete
            )

    def _get(self, call: Call) -> Response:
        return self._body(self._tagged(call))

    def _put(self, call: Call) -> Response:
        tagged = self._to_write(call)
        return self._write(tagged, call, _sent(_content(call)))

    def _patch(self, call: Call) -> Response:
        tagged = self._to_write(call)
        content = _content(call)
        sent, before = _sent(content), tagged.tags or {}
        match str(content.get("operation", "")).lower():
            case "merge":
                after = before | sent
            case "replace":
                after = sent
            case "delete":  # by name, or by name and value
                after = {
                    name: value
                    for name, value in before.items()
                    if name not in sent or sent[name] not in ("", value)
                }
            case _:
                raise _invalid(f"operation is {content.get('operation')!r}.")
        return self._write(tagged, call, after)

    def _delete(self, call: Call) -> Response:
        tagged = self._to_write(call)
        self._write(tagged, call, {})
        return Response(status=200)

    def _write(self, tagged: Group | Vnet, call: Call, tags: dict[str, str]) -> Response:
        tagged.tags = tags
        if isinstance(tagged, Vnet):
            self._world.estate.touch(tagged)
        verb = "delete" if call.request.method == "DELETE" else "write"
        self._world.tell(tagged.id + _TAGS, f"Microsoft.Resources/tags/{verb}", call.request.method)
        return self._body(tagged)

    def _to_write(self, call: Call) -> Group | Vnet:
        self._world.group_to_write(call["sub"], call["group"])
        return self._tagged(call)

    def _tagged(self, call: Call) -> Group | Vnet:
        if "vnet" in call.parts:
            return self._world.vnet(call["sub"], call["group"], call["vnet"])
        return self._world.group(call["sub"], call["group"])

    def _body(self, tagged: Group | Vnet) -> Response:
        return json_response(
            200,
            {
                "id": tagged.id + _TAGS,
                "name": "default",
                "type": "Microsoft.Resources/tags",
                "properties": {"tags": tagged.tags or {}},
            },
        )


def _content(call: Call) -> dict[str, Any]:
    content = json_object(call.request.body)
    if content is None:
        raise _invalid("it is not a JSON object.")
    return content


def _sent(content: dict[str, Any]) -> dict[str, str]:
    tags = tags_of(properties_of(content))
    if tags is None:
        raise _invalid("properties.tags is missing.")
    return tags


def _invalid(what: str) -> errors.ArmError:
    return errors.gateway_error(400, "InvalidRequestContent", f"The request content is invalid: {what}")
