"""Where nobody knows what Azure does: each question with the answers that may be true.

No recording and no document settles these, so what is built on the simulator has to hold under every answer.
"""

from dataclasses import dataclass
from enum import StrEnum


class DisconnectedPair(StrEnum):
    """A half is written while it and the other half both say Disconnected."""

    REFUSED = "refused"
    """As it is where only the other half says so."""
    ACCEPTED = "accepted"
    """It becomes Initiated, since it was Disconnected itself."""


class EarlierHalf(StrEnum):
    """A waiting half is written again after its remote network was deleted and created anew."""

    REBOUND = "rebound"
    """It belongs to the network of now from then on."""
    KEPT = "kept"
    """The write is accepted and the half stays bound to the earlier network."""
    REFUSED = "refused"
    """As a change of the remote network, which a half does not allow."""


class Matching(StrEnum):
    """What makes two halves a pair."""

    BY_NETWORK = "by-network"
    """Each was made against the other's network of now."""
    BY_ID = "by-id"
    """Each names the other's network; that one was created anew does not matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    disconnected_pair: DisconnectedPair = DisconnectedPair.REFUSED
    earlier_half: EarlierHalf = EarlierHalf.REBOUND
    matching: Matching = Matching.BY_NETWORK
