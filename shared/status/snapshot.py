"""What people see of hubs and spokes: every view is drawn from this value and from nothing else."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ..config.settings import Mode
from ..engine.report import Outcome
from ..plan.limits import MAX_PEERINGS


class Health(StrEnum):
    """How a network is doing; the worst comes first."""

    IN_TROUBLE = "in-trouble"
    """Somebody has to act."""
    UNKNOWN = "unknown"
    """Azure reports something that this version does not know."""
    WAITING = "waiting"
    """Something is due, and something else has to come first."""
    CHANGING = "changing"
    """A write goes on, or is about to begin."""
    LEFT_ALONE = "left-alone"
    """Not for this app to change."""
    HEALTHY = "healthy"
    """Both directions are as they should be."""

    @property
    def words(self) -> str:
        return self.value.replace("-", " ")


class Presence(StrEnum):
    """Whether a network that the hub is peered to was seen itself."""

    SEEN = "seen"
    GONE = "gone"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkView:
    id: str
    name: str
    group: str
    subscription: str
    location: str = ""
    """Empty where the network was not seen."""
    prefixes: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfView:
    """One direction, in Azure's own words."""

    name: str
    state: str
    sync: str
    provisioning: str
    options: Mapping[str, bool]
    remote_prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something to know of a network: a reason of ours, or a refusal of Azure's."""

    code: str
    text: str
    advice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokeView:
    network: NetworkView
    presence: Presence
    health: Health
    to_spoke: HalfView | None
    """The half on the hub."""
    to_hub: HalfView | None
    """The half on the spoke."""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HubView:
    network: NetworkView
    health: Health
    peerings: int
    spokes: tuple[SpokeView, ...]
    notes: tuple[Note, ...] = ()
    capacity: int = MAX_PEERINGS

    def count(self, health: Health) -> int:
        return sum(spoke.health is health for spoke in self.spokes)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnresolvedHub:
    """A hub of the document that is not found, or for which several networks fit."""

    name: str
    """In the document."""
    note: Note


@dataclass(frozen=True, slots=True, kw_only=True)
class UnresolvedNetwork:
    """A network for which nothing is done, since its hub is not known."""

    network: NetworkView
    note: Note


@dataclass(frozen=True, slots=True, kw_only=True)
class LastPass:
    """The last time everything was checked, as far as this process knows."""

    outcome: Outcome | None
    """None: there was none since `seconds_ago`, when the process began."""
    seconds_ago: float
    is_elsewhere: bool = False
    """Another process did it, so whether one is going on now is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    observed_at: datetime
    mode: Mode
    last_pass: LastPass
    hubs: tuple[HubView, ...]
    unresolved: tuple[UnresolvedHub, ...] = ()
    undecided: tuple[UnresolvedNetwork, ...] = ()
    notes: tuple[Note, ...] = ()
    """About no network in particular."""

    @property
    def spokes(self) -> Iterator[SpokeView]:
        return (spoke for hub in self.hubs for spoke in hub.spokes)

    def counts(self) -> dict[Health, int]:
        """Of spokes, every kind of health named."""
        counted = Counter(spoke.health for spoke in self.spokes)
        return {health: counted[health] for health in Health}

    @property
    def headline(self) -> str:
        parts = [self._of_spokes()]
        if count := len(self.undecided):
            parts.append(f"{count} {'network' if count == 1 else 'networks'} without a hub")
        if count := len(self.unresolved):
            parts.append(f"{count} {'hub' if count == 1 else 'hubs'} that cannot be told")
        return ", ".join(parts)

    def _of_spokes(self) -> str:
        counts = self.counts()
        total = sum(counts.values())
        if not total:
            return "No spokes yet"
        hubs = {hub.network.id for hub in self.hubs}
        is_mesh = any(spoke.network.id in hubs for spoke in self.spokes)
        word = "pair" if is_mesh else "spoke"
        parts = [f"{count} {health.words}" for health, count in counts.items() if count]
        if counts[Health.HEALTHY] == total:
            return f"All {total} {word}s are healthy" if total > 1 else f"The one {word} is healthy"
        return f"{total} {word if total == 1 else f'{word}s'}: {', '.join(parts)}"
