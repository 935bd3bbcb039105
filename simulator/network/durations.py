"""How long Azure takes, in simulated seconds."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """Seconds from the acceptance of a request to the end of its operation.

    The defaults lie within what public recordings of 2018 to 2026 show. Where clients slept before their
    first poll the recordings give upper bounds only, so the lower half of each range is taken.
    """

    vnet_write: float = 3
    """Recorded: 0 to 4, now and then 10 to 20."""
    vnet_delete: float = 10
    """Recorded: at most 11."""
    subnet_write: float = 4
    """Recorded: as for networks."""
    subnets_settle: float = 0
    """How long after its creation a network still counts as busy with its subnets, although its own state
    says Succeeded: peerings are refused with ReferencedResourceNotProvisioned meanwhile."""
    lone_peering_write: float = 2
    """A write that touches no other half (Initiated). Recorded: 0 to 3."""
    paired_peering_write: float = 12
    """A write that touches the other half (Connected), flag changes and syncs included. Recorded: 9 to 31."""
    lone_peering_delete: float = 1
    """Recorded: 0 to 1."""
    paired_peering_delete: float = 12
    """Recorded: 10 to 31."""
    group_delete: float = 45
    """Recorded: 44 to 180 with networks only."""
    public_address_write: float = 1
    """Recorded: 1."""
    gateway_write: float = 20
    """Recorded: 485 to 1080, which nobody learns from waiting for; set it where a test is about that."""
    gateway_delete: float = 15
    """Recorded: 144; shortened for the same reason."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value < 0:
                raise ValueError(f"duration {field.name}: {value} is negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryAfter:
    """Seconds the service asks clients to wait before they look again; recorded alike from 2016 to 2026."""

    network_write: int = 3
    """Virtual networks and subnets."""
    peering_write: int = 10
    delete: int = 10
    group_delete: int = 15
    poll: int = 10
    """On each poll of an operation still in progress."""
