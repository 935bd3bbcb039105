"""Makes a `TopologyDocument` of a mapping, or says everything that is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..formats import did_you_mean
from .conditions import Conditions
from .fields import Clean, Problem, join, snake
from .model import ChangeWindow, Hub, IncludeRule, Limits, Tenant, TopologyDocument
from .schema import CONDITION_NAMES, TOPOLOGY


class DocumentError(ValueError):
    """The document cannot be used; the message lists everything wrong with it, a line each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def read_document(content: object) -> TopologyDocument:
    """Raises `DocumentError`."""
    problems: list[Problem] = []
    clean = TOPOLOGY.read(content, "", problems)
    if clean is not None:
        problems += _contradictions(clean)
    if problems or clean is None:
        raise DocumentError(problems)
    return _build(clean)


def _contradictions(clean: Clean) -> Iterator[Problem]:
    """Values that are valid by themselves and not together; invalid ones are None in `clean`."""
    hubs = _entries(clean, "hubs")
    yield from _hubs(hubs)
    yield from _hub_names(clean, hubs)
    if clean.get("mesh") and len(hubs) == 1:
        yield Problem(path="mesh", wrong="true needs several hubs, accepted is false where hubs has one")
    yield from _rules(clean)
    for path, window in _entries(clean, "changeWindows").items():
        if window.get("start") is not None and window["start"] == window.get("end"):
            wrong = "is the time of start, too, accepted is another one, or 00:00 to 24:00 for a whole day"
            yield Problem(path=join(path, "end"), wrong=wrong)
    yield from _tenants(_entries(clean, "tenants"))


def _hubs(hubs: Mapping[str, Clean]) -> Iterator[Problem]:
    unique = _Unique()
    for path, hub in hubs.items():
        yield from _how_found(path, hub)
        if hub.get("name"):
            yield from unique.check(join(path, "name"), hub["name"].lower(), hub["name"])
        if hub.get("id"):
            yield from unique.check(join(path, "id"), hub["id"], hub["id"])
        elif "id" not in hub:
            tags = {name.lower(): value.lower() for name, value in (hub.get("tags") or {}).items()}
            how = (hub.get("location"), hub.get("subscription"), frozenset(tags.items()))
            if how[0] or tags:
                yield from unique.check(path, (how, str(hub.get("ifSeveral"))), "a hub found in the same way")
        for index, region in enumerate(hub.get("regions") or ()):
            if region is not None and region not in hub["regions"][:index]:
                yield from unique.check(f"{path}.regions[{index}]", ("region", region), region)


def _how_found(path: str, hub: Clean) -> Iterator[Problem]:
    if "id" in hub:
        for key in ("location", "tags", "subscription", "ifSeveral"):
            if key in hub:
                wrong = "has no meaning beside id, accepted is either id, or location, tags or both"
                yield Problem(path=join(path, key), wrong=wrong)
    elif "location" not in hub and "tags" not in hub:
        yield Problem(path=path, wrong="does not tell which network it is, accepted is id, location or tags")


def _hub_names(clean: Clean, hubs: Mapping[str, Clean]) -> Iterator[Problem]:
    """Names of hubs that no hub has; not checked where a hub's own name is wrong."""
    if not hubs or not all(hub.get("name") for hub in hubs.values()):
        return
    names = [hub["name"] for hub in hubs.values()]
    uses = [("defaultHub", clean.get("defaultHub"))]
    rules = _entries(clean.get("spokes") or {}, "include", "spokes.include")
    uses += [(join(path, "hub"), rule.get("hub")) for path, rule in rules.items()]
    for path, name in uses:
        if name and name.lower() not in (known.lower() for known in names):
            accepted = f"{' or '.join(names)}{did_you_mean(name, names)}"
            yield Problem(path=path, wrong=f"{name!r} is not the name of a hub, accepted is {accepted}")


def _rules(clean: Clean) -> Iterator[Problem]:
    own = clean.get("subscriptions") or ()
    for kind in ("include", "exclude"):
        for path, rule in _entries(clean.get("spokes") or {}, kind, f"spokes.{kind}").items():
            if not rule.keys() & set(CONDITION_NAMES):
                some = f"at least one of {', '.join(CONDITION_NAMES)}; name: '*' fits every network"
                yield Problem(path=path, wrong=f"has no condition, accepted is {some}")
            for subscription in rule.get("subscription") or ():
                if own and None not in own and subscription and subscription not in own:
                    wrong = f"{subscription!r} is not looked after, accepted is {' or '.join(own)}"
                    yield Problem(path=join(path, "subscription"), wrong=wrong)


def _tenants(tenants: Mapping[str, Clean]) -> Iterator[Problem]:
    unique = _Unique()
    for path, tenant in tenants.items():
        if tenant.get("id"):
            yield from unique.check(join(path, "id"), ("tenant", tenant["id"]), tenant["id"])
        for index, subscription in enumerate(tenant.get("subscriptions") or ()):
            if subscription is not None and subscription not in tenant["subscriptions"][:index]:
                yield from unique.check(f"{path}.subscriptions[{index}]", subscription, subscription)


class _Unique:
    """Finds values that may be there only once, and where each was first."""

    def __init__(self) -> None:
        self._first: dict[object, str] = {}

    def check(self, path: str, thing: object, value: object) -> Iterator[Problem]:
        first = self._first.setdefault(thing, path)
        if first != path:
            shown = repr(str(value)) if " " not in str(value) else value
            yield Problem(path=path, wrong=f"{shown} is at {first} already, accepted is each only once")


def _entries(clean: Mapping[str, Any], key: str, path: str = "") -> dict[str, Clean]:
    """The usable mappings of a list, by path."""
    return {
        f"{path or key}[{index}]": entry
        for index, entry in enumerate(clean.get(key) or ())
        if entry is not None
    }


def _build(clean: Clean) -> TopologyDocument:
    values = snake(clean)
    spokes = values.pop("spokes", {})
    if "limits" in values:
        values["limits"] = Limits(**snake(values["limits"]))
    for key, kind in (("hubs", Hub), ("change_windows", ChangeWindow), ("tenants", Tenant)):
        if key in values:
            values[key] = tuple(kind(**snake(entry)) for entry in values[key])
    include, exclude = (
        tuple(_rule(path, rule) for path, rule in _entries(spokes, kind, f"spokes.{kind}").items())
        for kind in ("include", "exclude")
    )
    return TopologyDocument(include=include, exclude=exclude, **values)


def _rule(path: str, rule: Clean) -> IncludeRule:
    values = snake(rule)
    hub = values.pop("hub", None)
    return IncludeRule(path=path, conditions=Conditions(**values), hub=hub)
