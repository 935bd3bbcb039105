"""One step of a plan: a write that Azure is asked for, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .ids import PeeringId, VnetId
from .reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Create or update one peering, taking over the remote's address space of now."""

    peering: PeeringId
    remote: VnetId
    properties: Mapping[str, Any]
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Remove one peering."""

    peering: PeeringId
    remote: VnetId
    reason: Reason
    in_favour_of: PeeringId | None = None
    """Another half, without which, connected, this one has to stay."""


type Change = Put | Delete
