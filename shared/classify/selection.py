"""What each network is by the topology document: a hub, a spoke of which hub, left out or undecided, and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from ..config.document.conditions import tag_of
from ..config.document.model import IncludeRule, TopologyDocument
from ..config.formats import did_you_mean
from ..model.ids import VnetId
from ..model.observed import ObservedNetworks, Vnet
from .hubs import FoundHub, find_hubs, missed_hub
from .owners import owner_of_vnet
from .verdicts import Role, Verdict


class VnetMode(StrEnum):
    """What a team's tag allows for its network."""

    AUTO = "auto"
    AUDIT = "audit"
    """Reported, and not changed."""
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What one network is, and why."""

    vnet: VnetId
    verdict: Verdict
    detail: str
    hub: str | None = None
    """The hub it is, belongs to or would belong to, as the document calls it."""
    hub_id: VnetId | None = None
    rule: str | None = None
    """Where the rule stands that decided."""
    mode: VnetMode = VnetMode.AUTO
    missed_hub: str | None = None
    """The name of a hub that was not found, and that this would be but for missing tags."""

    @property
    def role(self) -> Role:
        return self.verdict.role


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    hubs: Mapping[str, FoundHub]
    """By name."""
    choices: Mapping[VnetId, Choice]
    mesh: tuple[tuple[VnetId, VnetId], ...]
    """Pairs of hubs to be peered with each other; one that was not found is in none."""

    def of(self, vnet: VnetId) -> Choice:
        """The choice for a network, which is `NOT_SEEN` for one that was not read."""
        unseen = Choice(vnet=vnet, verdict=Verdict.NOT_SEEN, detail="it was not among what was read")
        return self.choices.get(vnet, unseen)


def select(
    document: TopologyDocument, observed: ObservedNetworks, *, own: str, listed: Collection[str]
) -> Selection:
    """Decides for every network that was read.

    `own` is the deployment's subscription; `listed` are the subscriptions all of whose networks are in `observed`.
    Who manages a resource group counts as soon as `observed.managers` has it.
    """
    subscriptions = document.looked_after(own)
    hubs = find_hubs(document, observed, subscriptions, {subscription.lower() for subscription in listed})
    selecting = _Selecting(document, observed, subscriptions, hubs)
    known = [found.vnet for found in hubs.values() if found.vnet]
    return Selection(
        hubs=hubs,
        choices={vnet.id: selecting.decide(vnet) for vnet in observed.vnets.values() if vnet.id.is_known},
        mesh=tuple(combinations(sorted(known), 2)) if document.mesh else (),
    )


@dataclass(frozen=True, slots=True)
class _Selecting:
    document: TopologyDocument
    observed: ObservedNetworks
    subscriptions: Collection[str]
    hubs: Mapping[str, FoundHub]

    def decide(self, vnet: Vnet) -> Choice:
        """The order is precedence: whoever can leave the network out comes before whoever takes it in."""
        choice = self._as_hub(vnet) or self._as_others(vnet) or self._by_tag(vnet) or self._by_rules(vnet)
        missed = missed_hub(self.hubs, vnet, self.subscriptions)
        return replace(choice, missed_hub=missed) if missed else choice

    def _as_hub(self, vnet: Vnet) -> Choice | None:
        for name, found in self.hubs.items():
            if found.vnet == vnet.id:
                detail = f"it is hub {name!r}"
                return Choice(vnet=vnet.id, verdict=Verdict.HUB, detail=detail, hub=name, hub_id=vnet.id)
        for name, found in self.hubs.items():
            if vnet.id in found.candidates:
                detail = f"it could be hub {name!r}: {found.detail}"
                return Choice(vnet=vnet.id, verdict=Verdict.MAY_BE_HUB, detail=detail, hub=name)
        return None

    def _as_others(self, vnet: Vnet) -> Choice | None:
        if vnet.id.subscription.lower() not in self.subscriptions:
            detail = f"{vnet.id.subscription} is not among {', '.join(self.subscriptions)}"
            return Choice(vnet=vnet.id, verdict=Verdict.OTHER_SUBSCRIPTION, detail=detail)
        if owner := owner_of_vnet(vnet, self.observed):
            return Choice(vnet=vnet.id, verdict=Verdict.OTHER_OWNER, detail=f"it belongs to {owner}")
        return None

    def _by_tag(self, vnet: Vnet) -> Choice | None:
        name, value = self.document.mode_tag, tag_of(vnet, self.document.mode_tag)
        if value is not None and value.lower() not in tuple(VnetMode):
            detail = f"its tag {name} is {value!r}, accepted is {' or '.join(VnetMode)}"
            return Choice(
                vnet=vnet.id,
                verdict=Verdict.UNKNOWN_MODE,
                detail=detail + did_you_mean(value, VnetMode),
                mode=VnetMode.OFF,
            )
        if _mode(value) is VnetMode.OFF:
            detail = f"its tag {name} is {value!r}"
            return Choice(vnet=vnet.id, verdict=Verdict.SWITCHED_OFF, detail=detail, mode=VnetMode.OFF)
        return None

    def _by_rules(self, vnet: Vnet) -> Choice:
        mode = _mode(tag_of(vnet, self.document.mode_tag))
        for rule in self.document.exclude:
            if rule.conditions.unmet(vnet) is None:
                return Choice(
                    vnet=vnet.id,
                    verdict=Verdict.EXCLUDED,
                    detail=f"{rule.path} fits",
                    rule=rule.path,
                    mode=mode,
                )
        unmet: list[str] = []
        for rule in self.document.include:
            lacking = rule.conditions.unmet(vnet)
            if lacking is None:
                return self._give_hub(vnet, mode, rule)
            unmet.append(f"{rule.path}: {lacking}")
        if unmet:
            return Choice(vnet=vnet.id, verdict=Verdict.NOT_INCLUDED, detail="; ".join(unmet), mode=mode)
        return self._give_hub(vnet, mode, None)

    def _give_hub(self, vnet: Vnet, mode: VnetMode, rule: IncludeRule | None) -> Choice:
        path = rule.path if rule else None
        because = f"{path} fits" if path else "every network is included"
        name, verdict, why = self._hub_for(vnet, rule)
        found = self.hubs.get(name) if name else None
        hub_id = None
        if found and found.problem:
            verdict, why = found.problem, f"{why}, but {found.detail}"
        elif found:
            hub_id = found.vnet
        return Choice(
            vnet=vnet.id,
            verdict=verdict,
            detail=f"{because}, and {why}",
            hub=name,
            hub_id=hub_id,
            rule=path,
            mode=mode,
        )

    def _hub_for(self, vnet: Vnet, rule: IncludeRule | None) -> tuple[str | None, Verdict, str]:
        """The hub's name in the document, and who gives it: the nearer to the network, the stronger."""
        document, region = self.document, vnet.location.lower()
        if (value := tag_of(vnet, document.hub_tag)) is not None:
            if hub := document.hub(value):
                return hub.name, Verdict.HUB_BY_TAG, f"its tag {document.hub_tag} names hub {hub.name!r}"
            names = [hub.name for hub in document.hubs]
            hint = did_you_mean(value, names)
            detail = f"its tag {document.hub_tag} is {value!r}, accepted is {' or '.join(names)}{hint}"
            return None, Verdict.UNKNOWN_HUB, detail
        if rule and rule.hub and (hub := document.hub(rule.hub)):
            return hub.name, Verdict.HUB_BY_RULE, f"names hub {hub.name!r}"
        if hub := document.hub_serving(region):
            return hub.name, Verdict.HUB_BY_REGION, f"hub {hub.name!r} serves {region}"
        if document.fallback and (hub := document.hub(document.fallback)):
            return hub.name, Verdict.HUB_BY_DEFAULT, f"hub {hub.name!r} is the default"
        return None, Verdict.NO_HUB, f"no hub serves {region}, and there is no default hub"


def _mode(value: str | None) -> VnetMode:
    return VnetMode(value.lower()) if value is not None else VnetMode.AUTO
