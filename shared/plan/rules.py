"""What to write for a pair, by what its two halves look like: the first row that fits decides.

Azure's own rules behind the order: a half that says Disconnected keeps the other one from being written
(https://github.com/hashicorp/terraform/issues/18091), writing it makes it Initiated again, and a half that is
written while the other waits for it connects both. A half that is Connected is never deleted.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from ..model.reasons import Reason


class HalfState(StrEnum):
    """What the rules distinguish about one half."""

    ABSENT = "absent"
    INITIATED = "Initiated"
    STALE = "Initiated, for an earlier network"
    """Its guid shows that it was made before one of the two networks was deleted and created again."""
    CONNECTED = "Connected"
    DISCONNECTED = "Disconnected"
    UNKNOWN = "unknown"


class Step(StrEnum):
    PUT_HUB = "write hub half"
    PUT_SPOKE = "write spoke half"
    DELETE_HUB = "delete hub half"
    DELETE_SPOKE = "delete spoke half"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    hub: frozenset[HalfState]
    spoke: frozenset[HalfState]
    steps: tuple[Step, ...]
    reason: Reason
    why: str
    after_failure: bool = False
    """Only where an earlier write for the same reason did not help."""


def _both_ways(rule: Rule) -> tuple[Rule, Rule]:
    """The rule, and the same one with hub and spoke exchanged."""
    mirrored = tuple(_MIRRORED[step] for step in rule.steps)
    return rule, replace(rule, hub=rule.spoke, spoke=rule.hub, steps=mirrored)


_MIRRORED = {
    Step.PUT_HUB: Step.PUT_SPOKE,
    Step.PUT_SPOKE: Step.PUT_HUB,
    Step.DELETE_HUB: Step.DELETE_SPOKE,
    Step.DELETE_SPOKE: Step.DELETE_HUB,
}
_ANY = frozenset(HalfState)
_ABSENT = frozenset({HalfState.ABSENT})
_WAITING = frozenset({HalfState.INITIATED})
_STALE = frozenset({HalfState.STALE})
_LOST = frozenset({HalfState.DISCONNECTED})
_WHOLE = frozenset({HalfState.CONNECTED})
_UNKNOWN = frozenset({HalfState.UNKNOWN})


RULES = (
    *_both_ways(
        Rule(
            hub=_UNKNOWN,
            spoke=_ANY,
            steps=(),
            reason=Reason.UNKNOWN_STATE,
            why="What is not understood is not touched.",
        )
    ),
    Rule(
        hub=_ABSENT,
        spoke=_ABSENT,
        steps=(Step.PUT_HUB, Step.PUT_SPOKE),
        reason=Reason.MISSING,
        why="The hub's half comes first: it has to offer its gateway before the spoke's half may use it.",
    ),
    Rule(
        hub=_LOST,
        spoke=_LOST,
        steps=(Step.DELETE_SPOKE, Step.PUT_HUB, Step.PUT_SPOKE),
        reason=Reason.BOTH_DISCONNECTED,
        why="Neither can be written while the other is there, so one goes: the spoke's, since its new half may "
        "then use the hub's gateway at once. No traffic flows between them.",
        after_failure=True,
    ),
    Rule(
        hub=_LOST,
        spoke=_LOST,
        steps=(Step.PUT_HUB, Step.PUT_SPOKE),
        reason=Reason.BOTH_DISCONNECTED,
        why="Whether Azure takes this is not known; where it refuses, the row above is used from then on.",
    ),
    *_both_ways(
        Rule(
            hub=_LOST,
            spoke=_ABSENT,
            steps=(Step.PUT_HUB, Step.PUT_SPOKE),
            reason=Reason.DISCONNECTED,
            why="Azure refuses to create the missing half before the Disconnected one has been written.",
        )
    ),
    *_both_ways(
        Rule(
            hub=_LOST,
            spoke=_ANY,
            steps=(Step.PUT_HUB,),
            reason=Reason.DISCONNECTED,
            why="The other half waits, or still counts as connected: writing this one connects both.",
        )
    ),
    Rule(
        hub=_ABSENT,
        spoke=_STALE,
        steps=(Step.DELETE_SPOKE, Step.PUT_HUB, Step.PUT_SPOKE),
        reason=Reason.UNMATCHED,
        why="Writing such a half did not bind it to the network of now; it carries no traffic.",
        after_failure=True,
    ),
    Rule(
        hub=_STALE,
        spoke=_ABSENT,
        steps=(Step.DELETE_HUB, Step.PUT_HUB, Step.PUT_SPOKE),
        reason=Reason.UNMATCHED,
        why="Writing such a half did not bind it to the network of now; it carries no traffic.",
        after_failure=True,
    ),
    *_both_ways(
        Rule(
            hub=_ABSENT,
            spoke=_ANY,
            steps=(Step.PUT_HUB,),
            reason=Reason.MISSING,
            why="The other half waits for it. Was that made for an earlier network, the rows below come next.",
        )
    ),
    *_both_ways(
        Rule(
            hub=_STALE,
            spoke=_WAITING,
            steps=(Step.DELETE_HUB, Step.PUT_HUB),
            reason=Reason.UNMATCHED,
            why="Writing such a half did not bind it to the network of now; it carries no traffic.",
            after_failure=True,
        )
    ),
    *_both_ways(
        Rule(
            hub=_STALE,
            spoke=_WAITING,
            steps=(Step.PUT_HUB,),
            reason=Reason.UNMATCHED,
            why="Writing it binds it to the network of now, and the other half already waits.",
        )
    ),
    Rule(
        hub=_WAITING | _STALE,
        spoke=_WAITING | _STALE,
        steps=(Step.DELETE_HUB, Step.DELETE_SPOKE, Step.PUT_HUB, Step.PUT_SPOKE),
        reason=Reason.UNMATCHED,
        why="Writing both did not bring them together, and nothing says which one is at fault.",
        after_failure=True,
    ),
    Rule(
        hub=_WAITING | _STALE,
        spoke=_WAITING | _STALE,
        steps=(Step.PUT_HUB, Step.PUT_SPOKE),
        reason=Reason.UNMATCHED,
        why="Without guids nothing says which one is bound to an earlier network.",
    ),
    *_both_ways(
        Rule(
            hub=_WAITING | _STALE,
            spoke=_WHOLE,
            steps=(Step.PUT_HUB,),
            reason=Reason.DISCONNECTED,
            why="Not a state that Azure should show; the half that is not connected is the one to write.",
        )
    ),
)

TENTATIVE = frozenset(rule.reason for rule in RULES if rule.after_failure)
"""Reasons that have a second rule for when writing did not help."""


def rule_for(hub: HalfState, spoke: HalfState, failed: frozenset[Reason]) -> Rule | None:
    """The first that fits; None where both are Connected. `failed`: the reasons for which a write did not help."""
    return next(
        (
            rule
            for rule in RULES
            if hub in rule.hub and spoke in rule.spoke and (not rule.after_failure or rule.reason in failed)
        ),
        None,
    )
