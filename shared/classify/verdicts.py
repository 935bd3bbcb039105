"""What a network is to the topology document, and why: the closed set of words for it."""

from enum import StrEnum


class Role(StrEnum):
    HUB = "hub"
    SPOKE = "spoke"
    LEFT_OUT = "left-out"
    UNDECIDED = "undecided"
    """Nothing is changed for it until somebody acts, or a later look shows more."""


class Verdict(StrEnum):
    """Stable codes; `meaning` is for a reader."""

    HUB = "hub"
    HUB_BY_TAG = "hub-by-tag"
    HUB_BY_RULE = "hub-by-rule"
    HUB_BY_REGION = "hub-by-region"
    HUB_BY_DEFAULT = "hub-by-default"

    OTHER_SUBSCRIPTION = "other-subscription"
    OTHER_OWNER = "other-owner"
    SWITCHED_OFF = "switched-off"
    EXCLUDED = "excluded"
    NOT_INCLUDED = "not-included"

    NOT_SEEN = "not-seen"
    MAY_BE_HUB = "may-be-hub"
    UNKNOWN_MODE = "unknown-mode"
    UNKNOWN_HUB = "unknown-hub"
    NO_HUB = "no-hub"
    HUB_MISSING = "hub-missing"
    HUB_AMBIGUOUS = "hub-ambiguous"
    HUB_NOT_SEEN = "hub-not-seen"

    @property
    def role(self) -> Role:
        return _ROLES[self]

    @property
    def meaning(self) -> str:
        return _MEANING[self]

    @property
    def needs_a_person(self) -> bool:
        """Whether no later look helps until somebody changes something."""
        return self.role is Role.UNDECIDED and self not in (Verdict.NOT_SEEN, Verdict.HUB_NOT_SEEN)

    @property
    def is_unselected(self) -> bool:
        """Whether rules of the document made it no spoke, which `unselected` is about."""
        return self in (Verdict.EXCLUDED, Verdict.NOT_INCLUDED)


_SPOKES = (Verdict.HUB_BY_TAG, Verdict.HUB_BY_RULE, Verdict.HUB_BY_REGION, Verdict.HUB_BY_DEFAULT)
_LEFT_OUT = (
    Verdict.OTHER_SUBSCRIPTION,
    Verdict.OTHER_OWNER,
    Verdict.SWITCHED_OFF,
    Verdict.EXCLUDED,
    Verdict.NOT_INCLUDED,
)
_ROLES = (
    dict.fromkeys(Verdict, Role.UNDECIDED)
    | {Verdict.HUB: Role.HUB}
    | dict.fromkeys(_SPOKES, Role.SPOKE)
    | dict.fromkeys(_LEFT_OUT, Role.LEFT_OUT)
)

_MEANING = {
    Verdict.HUB: "a hub of the document",
    Verdict.HUB_BY_TAG: "a spoke of the hub that its own tag names",
    Verdict.HUB_BY_RULE: "a spoke of the hub that the rule names",
    Verdict.HUB_BY_REGION: "a spoke of the hub that serves its region",
    Verdict.HUB_BY_DEFAULT: "a spoke of the default hub, or of the only one",
    Verdict.OTHER_SUBSCRIPTION: "in a subscription that is not looked after",
    Verdict.OTHER_OWNER: "managed by another Azure service",
    Verdict.SWITCHED_OFF: "its own tag says off: nothing about it is changed, nor removed",
    Verdict.EXCLUDED: "a rule of spokes.exclude fits",
    Verdict.NOT_INCLUDED: "no rule of spokes.include fits",
    Verdict.NOT_SEEN: "not among what was read, which does not mean that it does not exist",
    Verdict.MAY_BE_HUB: "it could be a hub that cannot be told, so it is not taken for a spoke",
    Verdict.UNKNOWN_MODE: "its own tag has a mode that does not exist",
    Verdict.UNKNOWN_HUB: "its own tag names a hub that the document does not have",
    Verdict.NO_HUB: "no tag, rule, region or default gives it a hub",
    Verdict.HUB_MISSING: "its hub does not exist",
    Verdict.HUB_AMBIGUOUS: "which network its hub is cannot be told",
    Verdict.HUB_NOT_SEEN: "its hub was not among what was read",
}
