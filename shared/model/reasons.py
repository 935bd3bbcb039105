"""Why something is done or left alone: the closed set of words that logs, reports, tests and documents use."""

from enum import StrEnum


class Reason(StrEnum):
    """Stable codes; `meaning` and `advice` are texts for people."""

    # Something is written.
    MISSING = "missing"
    DISCONNECTED = "disconnected"
    BOTH_DISCONNECTED = "both-disconnected"
    UNMATCHED = "unmatched"
    OPTIONS_DIFFER = "options-differ"
    GATEWAY_USE = "gateway-use"
    OUT_OF_SYNC = "out-of-sync"
    FAILED = "failed"
    LEFTOVER = "leftover"
    UNSELECTED = "unselected"
    MOVED = "moved"
    # Nothing is written for now; Azure or another change has to come first.
    UNDER_WAY = "under-way"
    BEING_DELETED = "being-deleted"
    CLEARING = "clearing"
    MOVING = "moving"
    GROUP_UNREAD = "group-unread"
    # Nothing is written, and nothing is wrong.
    OUTSIDE_WINDOW = "outside-window"
    OTHER_OWNER = "other-owner"
    GATEWAY_IN_USE = "gateway-in-use"
    SPOKE_AUDIT = "spoke-audit"
    # Somebody should know.
    UNKNOWN_STATE = "unknown-state"
    UNKNOWN_ID = "unknown-id"
    UNDER_WAY_FOR_LONG = "under-way-for-long"
    OTHER_LEFTOVER = "other-leftover"
    OTHER_HUB = "other-hub"
    SPOKE_HAS_GATEWAY = "spoke-has-gateway"
    SPOKE_USES_OTHER_GATEWAY = "spoke-uses-other-gateway"
    HUB_NEARLY_FULL = "hub-nearly-full"
    # Somebody has to act.
    SUBSCRIPTION_UNREAD = "subscription-unread"
    NO_HUB = "no-hub"
    UNKNOWN_MODE = "unknown-mode"
    UNKNOWN_HUB = "unknown-hub"
    DELETIONS_HELD_BACK = "deletions-held-back"
    CHANGES_HELD_BACK = "changes-held-back"
    NETWORK_FAILED = "network-failed"
    OVERLAP = "overlap"
    HUB_FULL = "hub-full"
    SPOKE_FULL = "spoke-full"
    HUB_HAS_NO_GATEWAY = "hub-has-no-gateway"

    @property
    def meaning(self) -> str:
        return _MEANING[self]

    @property
    def advice(self) -> str | None:
        """What a person can do about it, where one should."""
        return _ADVICE.get(self)

    @property
    def blocks(self) -> bool:
        """Whether the pair cannot become what is wanted until somebody acts."""
        return self in _BLOCKING


_MEANING = {
    Reason.MISSING: "the half does not exist",
    Reason.DISCONNECTED: "the other half was connected to this one and went away",
    Reason.BOTH_DISCONNECTED: "each half has lost the other, and each keeps the other from being written",
    Reason.UNMATCHED: "both halves wait, because one was made against an earlier network of the same name",
    Reason.OPTIONS_DIFFER: "an option of the half is not as configured",
    Reason.GATEWAY_USE: "the half starts or stops passing on, or using, the hub's gateway",
    Reason.OUT_OF_SYNC: "the remote's address space has changed since the half was written",
    Reason.FAILED: "the last write of the half failed",
    Reason.LEFTOVER: "the half is ours, and the network it leads to is proven gone",
    Reason.UNSELECTED: "the half is ours, and the rules no longer make the network a spoke; it stays unless "
    "unselected is remove",
    Reason.MOVED: "the spoke belongs to another hub now, and its pair with that is connected",
    Reason.UNDER_WAY: "a write of the half goes on; it is looked at again",
    Reason.BEING_DELETED: "one of the networks is being deleted",
    Reason.CLEARING: "a leftover of ours stands in the way and is removed first",
    Reason.MOVING: "the spoke belongs to another hub now; this pair is removed once the one with that is connected",
    Reason.GROUP_UNREAD: "whether somebody else manages the spoke's resource group has to be read first",
    Reason.OUTSIDE_WINDOW: "no change window of the topology document is open, so only what adds or restores is done",
    Reason.OTHER_OWNER: "the spoke, or its peering, belongs to another Azure service",
    Reason.GATEWAY_IN_USE: "the spoke uses the hub's gateway although gateways are set to never; it is kept, "
    "since taking it away would cut traffic",
    Reason.SPOKE_AUDIT: "the spoke's own tag says audit, so what is due for it is reported and not written",
    Reason.UNKNOWN_STATE: "Azure reports a peering state that this version does not know",
    Reason.UNKNOWN_ID: "an ID of Azure's cannot be parsed; what it may stand for is left as it is",
    Reason.UNDER_WAY_FOR_LONG: "a write of the half has gone on for longer than such writes take; nothing is written "
    "to it meanwhile",
    Reason.OTHER_LEFTOVER: "the network a half on the hub leads to is gone, but the half is not called as ours are",
    Reason.OTHER_HUB: "the spoke is still peered to a hub of the document that it does not belong to any more, and "
    "something keeps that pair from being removed",
    Reason.SPOKE_HAS_GATEWAY: "the spoke has a gateway of its own, so it cannot use the hub's",
    Reason.SPOKE_USES_OTHER_GATEWAY: "the spoke uses the gateway of another network, and can use only one",
    Reason.HUB_NEARLY_FULL: "the hub has 80 % of the peerings that Azure allows on one network",
    Reason.SUBSCRIPTION_UNREAD: "Azure does not list the networks of a subscription, so nothing is changed for them; "
    "all others are looked after",
    Reason.NO_HUB: "which network is the hub cannot be told, so nothing is changed for its spokes",
    Reason.UNKNOWN_MODE: "the spoke's own tag has a mode that does not exist, so nothing is changed for it",
    Reason.UNKNOWN_HUB: "the spoke's own tag names a hub that does not exist, so nothing is changed for it",
    Reason.DELETIONS_HELD_BACK: "more is to be removed from the hub than one run may; everything else is done",
    Reason.CHANGES_HELD_BACK: "more is to be changed than one run may",
    Reason.NETWORK_FAILED: "the last write of the network itself failed, and Azure takes no peering on it until it "
    "is written again",
    Reason.OVERLAP: "the spoke shares addresses with the hub or with something peered to it",
    Reason.HUB_FULL: "the hub has all the peerings that Azure allows on one network",
    Reason.SPOKE_FULL: "the spoke has all the peerings that Azure allows on one network",
    Reason.HUB_HAS_NO_GATEWAY: "spokes are always to use the hub's gateway, and the hub has none",
}

_ADVICE = {
    Reason.GATEWAY_IN_USE: "set GATEWAY_TRANSIT to when-available, or useRemoteGateways=false in "
    "SPOKE_PEERING_OPTIONS to end it",
    Reason.OUTSIDE_WINDOW: "nothing, since it is done once the window opens; or change changeWindows",
    Reason.UNSELECTED: "remove both halves if nobody needs them, or set unselected to remove",
    Reason.SPOKE_AUDIT: "set the tag to auto, or remove it, if what is due is wanted",
    Reason.UNKNOWN_STATE: "look at the peering in the portal, and for a newer version of this app",
    Reason.UNKNOWN_ID: "look at the network or peering in the portal, and for a newer version of this app",
    Reason.UNDER_WAY_FOR_LONG: "look in the hub's and the spoke's activity log what it waits for; once Azure has "
    "ended it the app goes on by itself; if it never does, delete the peering by hand, or ask Azure's support",
    Reason.OTHER_LEFTOVER: "remove the half from the hub if nobody needs it; it holds its address range",
    Reason.OTHER_HUB: "put right what the message names, or remove both halves of that pair by hand once nothing needs it",
    Reason.SPOKE_HAS_GATEWAY: "remove the spoke's gateway, or leave it: the peering works without",
    Reason.SPOKE_USES_OTHER_GATEWAY: "end useRemoteGateways on the spoke's other peering, or leave it: the "
    "peering works without",
    Reason.HUB_NEARLY_FULL: "plan a second hub",
    Reason.SUBSCRIPTION_UNREAD: "do what the message ends with; interlinked doctor has the command",
    Reason.NO_HUB: "create the hub, or name it with HUB_VNET_ID or in the topology document",
    Reason.UNKNOWN_MODE: "correct the tag, or remove it",
    Reason.UNKNOWN_HUB: "correct the tag, or remove it",
    Reason.DELETIONS_HELD_BACK: "see whether these networks are to be gone; if so, raise limits in the topology "
    "document until they are removed",
    Reason.CHANGES_HELD_BACK: "nothing, since the next runs go on; or raise limits.changes",
    Reason.NETWORK_FAILED: "write the network again, for instance with az network vnet update, or from its template",
    Reason.OVERLAP: "give one of the two networks another address space, or remove the peering that holds it",
    Reason.HUB_FULL: "remove peerings from the hub that nobody needs, or set up a second hub",
    Reason.SPOKE_FULL: "remove peerings from the spoke that nobody needs",
    Reason.HUB_HAS_NO_GATEWAY: "create a gateway in the hub, or set GATEWAY_TRANSIT to when-available",
}

_BLOCKING = frozenset(
    {
        Reason.SUBSCRIPTION_UNREAD,
        Reason.NO_HUB,
        Reason.UNKNOWN_MODE,
        Reason.UNKNOWN_HUB,
        Reason.DELETIONS_HELD_BACK,
        Reason.CHANGES_HELD_BACK,
        Reason.NETWORK_FAILED,
        Reason.OVERLAP,
        Reason.HUB_FULL,
        Reason.SPOKE_FULL,
        Reason.HUB_HAS_NO_GATEWAY,
    }
)
