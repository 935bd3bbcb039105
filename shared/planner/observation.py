"""What one look at Azure brought, as far as a decision needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from shared.document.document import Document
from shared.network import NetworkError
from shared.resource_ids import GroupId, VnetId
from shared.topology import Topology


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    document: Document
    """Hubs that were found by what they look like have their IDs in it."""
    topology: Topology
    scope: VnetId | None
    """The one network in question; None is all of them."""
    listed: frozenset[str] = frozenset()
    """Subscriptions all of whose networks are in `topology`, folded."""
    unlisted: Mapping[str, NetworkError] = field(default_factory=dict)
    """Subscriptions that could not be listed: what is in them is unknown, and not absent."""
    unreadable: Mapping[VnetId, NetworkError] = field(default_factory=dict)
    """Networks of which Azure would not say whether they exist."""

    def knowing(self, managers: Mapping[GroupId, str | None]) -> "Observation":
        known = {**self.topology.managers, **managers}
        return replace(self, topology=replace(self.topology, managers=known))
