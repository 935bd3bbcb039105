"""Makes `docs/operate.md`: each trouble that can be reported, with its cause, the fix and a command."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from docs.markdown import table
from shared.model.error_codes import CODES
from shared.model.errors import ErrorKind
from shared.model.reasons import Reason

_LIST = "az network vnet peering list --resource-group $GROUP --vnet-name $VNET --output table"
_SPACES = 'az network vnet list --query "[].{name:name, space:addressSpace.addressPrefixes}" --output json'
_REMOVE = "az network vnet peering delete --resource-group $GROUP --vnet-name $VNET --name $PEERING"
_GATEWAYS = "az network vnet-gateway list --resource-group $GROUP --output table"
_ACTIVITY = "az monitor activity-log list --resource-id $VNET_ID --offset 1d --output table"
_ASSIGNMENTS = "az role assignment list --all --assignee $PRINCIPAL_ID --output table"
_CONSENT = "az login --tenant $TENANT && az ad sp create --id $CLIENT_ID"
_FEDERATED = "az ad app federated-credential list --id $CLIENT_ID"
_TAGS = "az network vnet show --ids $VNET_ID --query tags"


class _Cause(NamedTuple):
    text: str
    command: str


REASONS: Mapping[Reason, _Cause] = {
    Reason.SUBSCRIPTION_UNREAD: _Cause(
        "the role is not assigned there, or the subscription is disabled, in another tenant or gone",
        "interlinked doctor",
    ),
    Reason.NO_HUB: _Cause(
        "the hub was deleted, is not the only network in `HUB_LOCATION`, or cannot be seen with the app's rights",
        "az network vnet show --ids $HUB_VNET_ID --output table",
    ),
    Reason.NETWORK_FAILED: _Cause(
        "a deployment of the network ended with an error",
        "az network vnet update --resource-group $GROUP --name $VNET",
    ),
    Reason.OVERLAP: _Cause("two teams took the same range, or a leftover holds it", _SPACES),
    Reason.HUB_FULL: _Cause("500 peerings on the hub, those that wait or are Disconnected included", _LIST),
    Reason.SPOKE_FULL: _Cause("500 peerings on the spoke", _LIST),
    Reason.HUB_HAS_NO_GATEWAY: _Cause("`GATEWAY_TRANSIT` is `always`, and the hub has no gateway", _GATEWAYS),
    Reason.UNKNOWN_STATE: _Cause("Azure has a state that is newer than this app", _LIST),
    Reason.UNKNOWN_ID: _Cause("Azure takes names or forms of IDs that are newer than this app", _LIST),
    Reason.UNDER_WAY_FOR_LONG: _Cause(
        "an operation of Azure's hangs, or another one on the network keeps it waiting", _ACTIVITY
    ),
    Reason.OTHER_LEFTOVER: _Cause("somebody peered the hub by hand, and the other network is gone", _REMOVE),
    Reason.SPOKE_HAS_GATEWAY: _Cause("a team runs a VPN or ExpressRoute of its own", _GATEWAYS),
    Reason.SPOKE_USES_OTHER_GATEWAY: _Cause("another peering of the spoke has useRemoteGateways", _LIST),
    Reason.HUB_NEARLY_FULL: _Cause("400 peerings or more on the hub", _LIST),
    Reason.GATEWAY_IN_USE: _Cause("somebody turned useRemoteGateways on before the app came", _LIST),
    Reason.SPOKE_AUDIT: _Cause("something is due for a network whose tag has the mode `audit`", _TAGS),
    Reason.UNKNOWN_MODE: _Cause("a tag of the network has a value that is not known", _TAGS),
    Reason.UNKNOWN_HUB: _Cause("a tag of the network names a hub that the topology does not know", _TAGS),
    Reason.OTHER_HUB: _Cause(
        "a rule or a tag gives the spoke another hub, and the pair with the earlier one may not be removed",
        _LIST,
    ),
    Reason.UNSELECTED: _Cause("no rule selects the network any more, or one excludes it", _LIST),
    Reason.DELETIONS_HELD_BACK: _Cause("more halves are to go than one run may remove", _LIST),
    Reason.CHANGES_HELD_BACK: _Cause("more is to be changed than one run may change", _LIST),
    Reason.OUTSIDE_WINDOW: _Cause(
        "something is to be changed or removed, and no window of `changeWindows` is open", _LIST
    ),
    Reason.OTHER_OWNER: _Cause("Virtual WAN, Databricks or the like manages the network or its group", _LIST),
}
"""The reasons that are reported; of the others the log has only what was written for them."""

AZURE: Mapping[str, _Cause] = {
    "AADSTS50020": _Cause("the login is not known in the other tenant", "az login --tenant $TENANT"),
    "AADSTS700016": _Cause("the application has no service principal in the other tenant", _CONSENT),
    "AADSTS700213": _Cause("the application does not trust the app's managed identity", _FEDERATED),
    "AADSTS700236": _Cause("an application takes proofs of identities of its own tenant only", _FEDERATED),
    "AADSTS90002": _Cause(
        "there is no tenant with this ID", "az account show --subscription $SUBSCRIPTION --query tenantId"
    ),
    "AnotherPeeringAlreadyReferencesRemoteVnet": _Cause(
        "the two networks have a peering under another name", _LIST
    ),
    "AuthorizationFailed": _Cause("the role is not assigned, or not at this scope", _ASSIGNMENTS),
    "DenyAssignmentAuthorizationFailed": _Cause(
        "a managed application or a deployment stack owns the group",
        "az rest --method get --url $VNET_ID/providers/Microsoft.Authorization/denyAssignments"
        "?api-version=2022-04-01",
    ),
    "InvalidAuthenticationTokenTenant": _Cause(
        "the subscription is in another tenant than the app's identity",
        "az account show --subscription $SUBSCRIPTION --query tenantId",
    ),
    "InvalidAuxiliaryTokens": _Cause("Azure does not take the other tenant's token", _CONSENT),
    "LinkedAuthorizationFailed": _Cause(
        "the identity has rights on one of the two networks only, or its tenant on one of two subscriptions",
        _ASSIGNMENTS,
    ),
    "MissingSubscriptionRegistration": _Cause(
        "a new subscription in which nobody has used networks",
        "az provider register --wait --namespace Microsoft.Network",
    ),
    "NoEffect": _Cause("what was written was undone at once", _ACTIVITY),
    "ReadOnlyDisabledSubscription": _Cause(
        "the subscription is disabled, mostly for its bill",
        "az account show --subscription $SUBSCRIPTION --query state",
    ),
    "RemoteVnetHasNoGateways": _Cause("the hub's gateway was deleted", _GATEWAYS),
    "RequestDisallowedByPolicy": _Cause(
        "a policy assignment denies the peering",
        "az policy exemption create --name interlinked --exemption-category Waiver "
        "--policy-assignment $ASSIGNMENT_ID --scope $VNET_ID",
    ),
    "ScopeLocked": _Cause(
        "a management lock lies on the network, its group or the subscription",
        "az lock list --resource-group $GROUP --output table",
    ),
    "SubscriptionNotFound": _Cause(
        "the subscription was cancelled, or the setting has another's ID",
        "az account list --all --output table",
    ),
    "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet": _Cause(
        "another network of the hub, or a leftover, has the range", _SPACES
    ),
    "VnetAddressSpacesOverlap": _Cause("the two networks share addresses", _SPACES),
}

_BY_ITSELF = {
    ErrorKind.BUSY: "Another write is under way. The same request is sent again, with growing pauses.",
    ErrorKind.THROTTLED: "Too many requests. Writes stop until Azure says; the timer goes on where a run ended.",
    ErrorKind.STALE: "Things have changed since the look. The app looks again and decides anew.",
    ErrorKind.UNAVAILABLE: "Azure did not answer usably. The app tries again, then leaves it to the next run.",
}


def operate() -> str:
    return "\n".join(_operate()) + "\n"


def _operate() -> Iterator[str]:
    yield "# Operate it"
    yield ""
    yield "This page is made from `shared/model/reasons.py` and `shared/model/error_codes.py` by `make docs`: each code that a log"
    yield "line, an alert, the status page or an outcome event can name."
    yield ""
    yield "## Where to look first"
    yield ""
    yield "1. [`/api/health`](status-page.md#health): is the app well? Settings, rights, hub, timer."
    yield "2. [`/api/topology`](status-page.md): what is in trouble, and why."
    yield "3. The log, whose lines are explained in [telemetry](telemetry.md): `needs a person` names the code."
    yield ""
    yield "Whatever it is, repairing the cause is enough: the next run of the timer finds it, and a `recovered` follows."
    yield "To see it at once, run `on_schedule` from the portal. To stop all writing, set `MODE` to `audit`."
    yield ""
    yield "In the commands, `$VNET_ID` is the ID that the line names, `$GROUP` and `$VNET` its parts, and"
    yield "`$PRINCIPAL_ID` the object ID of the app's identity."
    yield ""
    yield "## Reasons of the app"
    yield ""
    yield "Those in bold block the pair until somebody acts."
    for reason, cause in REASONS.items():
        yield from _entry(reason, reason.blocks, reason.meaning, cause, reason.advice)
    yield ""
    yield "## Error codes of Azure"
    yield ""
    yield "These come back with every write until somebody acts. A code that is not listed here or below is treated"
    yield "the same: its message says what Azure objects to."
    for code, cause in AZURE.items():
        yield from _entry(code, True, None, cause, CODES[code].advice)
    yield ""
    yield "## What the app deals with by itself"
    yield ""
    for trouble, text in _BY_ITSELF.items():
        codes = ", ".join(f"`{code}`" for code, known in CODES.items() if known.kind is trouble)
        yield f"- {text} {codes}"
    yield ""
    yield "Where one of these lasts for more than a few passes, something outside holds it: look at the activity log."
    yield ""
    yield "The reasons for writing, and those for waiting, need nobody either:"
    yield ""
    yield from table(
        ("reason", "meaning"),
        ((f"`{reason}`", reason.meaning) for reason in Reason if reason not in REASONS),
    )


def _entry(code: str, blocks: bool, meaning: str | None, cause: _Cause, advice: str | None) -> Iterator[str]:
    yield ""
    yield f"### {code}"
    yield ""
    if meaning:
        yield f"- {'**Blocks.**' if blocks else 'Meaning:'} {_sentence(meaning)}"
    yield f"- Cause: {_sentence(cause.text)}"
    yield f"- Fix: {_sentence(advice or 'none is needed: it is left alone')}"
    yield ""
    yield "```"
    yield cause.command
    yield "```"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
