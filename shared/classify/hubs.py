"""Finds the network that each hub of the document is, or says why none is known to be it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from ..config.document.conditions import has_tag
from ..config.document.model import NO_TAGS, Hub, TopologyDocument
from ..model.ids import VnetId
from ..model.observed import ObservedNetworks, Vnet
from .verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHub:
    """A hub of the document, and the network that it is."""

    hub: Hub
    vnet: VnetId | None
    """None where no network is known to be it; `problem` says why."""
    problem: Verdict | None = None
    candidates: tuple[VnetId, ...] = ()
    """The networks that it could be."""
    detail: str = ""


def find_hubs(
    document: TopologyDocument,
    observed: ObservedNetworks,
    subscriptions: Collection[str],
    listed: Collection[str],
) -> Mapping[str, FoundHub]:
    """By name. `listed` are the subscriptions (lower case) all of whose networks were read."""
    found = {hub.name: _find(hub, observed, subscriptions, listed) for hub in document.hubs}
    for name, one in found.items():
        others = [other for other in found if other != name and one.vnet and found[other].vnet == one.vnet]
        if others:
            found[name] = replace(
                one,
                problem=Verdict.HUB_AMBIGUOUS,
                detail=f"it is {one.vnet}, and so is hub {_names(others)}; tell them apart",
            )
    return {
        name: replace(one, vnet=None, candidates=_with(one.candidates, one.vnet)) if one.problem else one
        for name, one in found.items()
    }


def _find(
    hub: Hub, observed: ObservedNetworks, subscriptions: Collection[str], listed: Collection[str]
) -> FoundHub:
    if hub.id is not None:
        return _by_id(hub, hub.id, observed)
    fitting = sorted(vnet.id for vnet in observed.vnets.values() if fits(hub, vnet, subscriptions))
    unread = sorted(each for each in _searched(hub, subscriptions) if each not in listed)
    if unread:
        detail = f"not all networks of {', '.join(unread)} were read, so {_how(hub)} cannot be told"
        return FoundHub(
            hub=hub, vnet=None, problem=Verdict.HUB_NOT_SEEN, candidates=tuple(fitting), detail=detail
        )
    marked = [vnet for vnet in fitting if hub.if_several and _has_all(observed.vnets[vnet], hub.if_several)]
    match fitting, marked:
        case ([only], _) | (_, [only]) if only.is_known:
            return FoundHub(hub=hub, vnet=only)
        case [], _:
            detail = f"no network was found for {_how(hub)}"
            return FoundHub(hub=hub, vnet=None, problem=Verdict.HUB_MISSING, detail=detail)
        case _:
            decided = f", and {len(marked)} of them have {_tags(hub.if_several)}" if hub.if_several else ""
            listing = ", ".join(map(str, fitting))
            detail = f"{len(fitting)} networks fit {_how(hub)}{decided}: {listing}; give its id"
            return FoundHub(
                hub=hub, vnet=None, problem=Verdict.HUB_AMBIGUOUS, candidates=tuple(fitting), detail=detail
            )


def _by_id(hub: Hub, vnet: VnetId, observed: ObservedNetworks) -> FoundHub:
    if vnet in observed.vnets:
        return FoundHub(hub=hub, vnet=vnet)
    if vnet in observed.gone:
        return FoundHub(hub=hub, vnet=None, problem=Verdict.HUB_MISSING, detail=f"{vnet} does not exist")
    return FoundHub(hub=hub, vnet=None, problem=Verdict.HUB_NOT_SEEN, detail=f"{vnet} was not read")


def fits(hub: Hub, vnet: Vnet, subscriptions: Collection[str]) -> bool:
    """Whether the network has the location and tags of the hub, and lies where that is searched."""
    return (
        vnet.id.subscription.lower() in _searched(hub, subscriptions)
        and hub.location in (None, vnet.location.lower())
        and _has_all(vnet, hub.tags)
    )


def missed_hub(hubs: Mapping[str, FoundHub], vnet: Vnet, subscriptions: Collection[str]) -> str | None:
    """The name of a hub that was not found, and that the network would be but for missing tags."""
    unfound = (Verdict.HUB_MISSING, Verdict.HUB_NOT_SEEN)
    missed = (found.hub for found in hubs.values() if found.problem in unfound and not found.hub.id)
    return next((hub.name for hub in missed if fits(replace(hub, tags=NO_TAGS), vnet, subscriptions)), None)


def _searched(hub: Hub, subscriptions: Collection[str]) -> Collection[str]:
    return {hub.subscription} if hub.subscription else set(subscriptions)


def _has_all(vnet: Vnet, tags: Mapping[str, str]) -> bool:
    return all(has_tag(vnet, name, value) for name, value in tags.items())


def _how(hub: Hub) -> str:
    ways = [f"location {hub.location}"] if hub.location else []
    ways += [_tags(hub.tags)] if hub.tags else []
    return " and ".join(ways)


def _tags(tags: Mapping[str, str]) -> str:
    return " and ".join(f"tag {name}={value}" for name, value in tags.items())


def _names(names: Collection[str]) -> str:
    return " and ".join(repr(name) for name in names)


def _with(candidates: tuple[VnetId, ...], vnet: VnetId | None) -> tuple[VnetId, ...]:
    return candidates if vnet is None or vnet in candidates else (*candidates, vnet)
