"""The two kinds of change to a peering, each with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .ids import PeeringId, VnetId
from .reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Create or update one peering. Azure then also takes over the remote network's present address space."""

    peering: PeeringId
    remote: VnetId
    properties: Mapping[str, Any]
    reason: Reason
    remote_prefixes: tuple[str, ...] = ()
    """The address space that it takes over; once that has grown, the same write is another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Remove one peering."""

    peering: PeeringId
    remote: VnetId
    reason: Reason
    replaced_by: PeeringId | None = None
    """The half that takes its place: this one is deleted only while that one is Connected."""


type Change = Put | Delete
