"""What one look at Azure brought, as far as a decision needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..config.document.model import TopologyDocument
from ..model.errors import NetworkError
from ..model.ids import GroupId, VnetId
from ..model.observed import ObservedNetworks


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    document: TopologyDocument
    """With the IDs of hubs that were found by location or tags."""
    observed: ObservedNetworks
    scope: VnetId | None
    """The one network that was looked at; None is all of them."""
    listed: frozenset[str] = frozenset()
    """Subscriptions all of whose networks are in `observed`, in lower case."""
    unlisted: Mapping[str, NetworkError] = field(default_factory=dict)
    """Subscriptions (lower case) whose networks Azure did not list, while it listed those of others."""
    unreadable: Mapping[VnetId, NetworkError] = field(default_factory=dict)
    """Networks of which Azure did not say whether they exist."""

    def with_managers(self, managers: Mapping[GroupId, str | None]) -> "Observation":
        known = {**self.observed.managers, **managers}
        return replace(self, observed=replace(self.observed, managers=known))
