"""What one look at Azure brought, as far as a decision needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..config.document.model import Document
from ..model.errors import NetworkError
from ..model.ids import GroupId, VnetId
from ..model.observed import ObservedNetworks


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    document: Document
    """Hubs that were found by what they look like have their IDs in it."""
    topology: ObservedNetworks
    scope: VnetId | None
    """The one network in question; None is all of them."""
    listed: frozenset[str] = frozenset()
    """Subscriptions all of whose networks are in `topology`, folded."""
    unlisted: Mapping[str, NetworkError] = field(default_factory=dict)
    """Subscriptions, folded, whose networks Azure would not list beside others that it did."""
    unreadable: Mapping[VnetId, NetworkError] = field(default_factory=dict)
    """Networks of which Azure would not say whether they exist."""

    def knowing(self, managers: Mapping[GroupId, str | None]) -> "Observation":
        known = {**self.topology.managers, **managers}
        return replace(self, topology=replace(self.topology, managers=known))
