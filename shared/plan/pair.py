"""What one pair of hub and spoke needs: the row of `rules` that fits, then what options and syncs are due."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..config.peering_policy import SERVICE_DEFAULTS, PeeringPolicy
from ..model.changes import Change, Delete, Put
from ..model.ids import PeeringId, VnetId
from ..model.observed import ObservedPeering, PeeringState, SyncLevel, Vnet
from ..model.reasons import Reason
from .gateways import gateway_use
from .rules import HalfState, Rule, Step, rule_for

_READ_ONLY = frozenset(
    {
        "provisioningState",
        "resourceGuid",
        "peeringState",
        "peeringSyncLevel",
        "remoteAddressSpace",
        "remoteVirtualNetworkAddressSpace",
        "localAddressSpace",
        "localVirtualNetworkAddressSpace",
        "remoteBgpCommunities",
        "remoteVirtualNetworkEncryption",
        "remoteGateways",
        "routeServiceVips",
    }
)
"""What Azure computes. Echoing it back has no effect at best, so it is left out of writes."""

_GATEWAY_OPTIONS = frozenset({"allowGatewayTransit", "useRemoteGateways"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One end of a pair: its network, the half that is there, and the half that should be."""

    local: Vnet
    remote: Vnet
    half: ObservedPeering | None
    id: PeeringId
    options: Mapping[str, bool]

    def half_state(self) -> HalfState:
        if self.half is None:
            return HalfState.ABSENT
        match self.half.state:
            case PeeringState.INITIATED:
                return HalfState.STALE if self._is_stale(self.half) else HalfState.INITIATED
            case PeeringState.CONNECTED:
                return HalfState.CONNECTED
            case PeeringState.DISCONNECTED:
                return HalfState.DISCONNECTED
            case PeeringState.UNKNOWN:
                return HalfState.UNKNOWN

    def _is_stale(self, half: ObservedPeering) -> bool:
        """A peering's guid is the exclusive or of its networks' guids: recorded, documented nowhere."""
        guids = (half.guid, self.local.guid, self.remote.guid)
        if None in guids:
            return False
        peering, local, remote = (guid.int for guid in guids if guid is not None)
        return peering != local ^ remote

    def drift(self) -> Reason | None:
        """Why this half must be written although it exists and is not Disconnected, or None."""
        half = self.half
        if half is None:
            return None
        differ = {name for name, wanted in self.options.items() if self.has(name) is not wanted}
        if half.provisioning in ("Failed", "Canceled"):
            return Reason.FAILED
        if differ:
            return Reason.GATEWAY_USE if differ <= _GATEWAY_OPTIONS else Reason.OPTIONS_DIFFER
        return Reason.OUT_OF_SYNC if half.is_behind() else None

    def has(self, option: str) -> bool:
        value = self.half.properties.get(option) if self.half else None
        return SERVICE_DEFAULTS[option] if value is None else value is True

    def is_as_desired(self) -> bool:
        """Whether Azure reports the half as it is to be, with nothing under way."""
        half = self.half
        return (
            half is not None
            and half.state is PeeringState.CONNECTED
            and half.sync is SyncLevel.FULLY_IN_SYNC
            and half.provisioning == "Succeeded"
            and self.drift() is None
        )

    def put(self, reason: Reason, **instead: bool) -> Put:
        """Writes the half as it is to be, keeping what is not managed here; `instead` replaces options."""
        kept: dict[str, Any] = dict(SERVICE_DEFAULTS)
        if self.half is not None:
            kept |= {name: value for name, value in self.half.properties.items() if name not in _READ_ONLY}
        return Put(
            peering=self.id,
            remote=self.remote.id,
            properties={"remoteVirtualNetwork": {"id": str(self.remote.id)}}
            | kept
            | dict(self.options)
            | instead,
            reason=reason,
            remote_prefixes=self.remote.address_prefixes,
        )

    def delete(self, reason: Reason) -> Delete:
        return Delete(peering=self.id, remote=self.remote.id, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    hub: Side
    spoke: Side
    gateway_finding: Reason | None

    @classmethod
    def of(
        cls,
        hub: Vnet,
        spoke: Vnet,
        policy: PeeringPolicy,
        taken: Collection[str] = (),
        retiring: frozenset[PeeringId] = frozenset(),
    ) -> "Pair":
        """`taken` are names (lower case) that other halves on the hub are about to get; `retiring` are halves that
        are deleted once this pair is Connected."""
        gateway = gateway_use(hub, spoke, policy, retiring)
        hub_half, spoke_half = hub.peering_to(spoke.id), spoke.peering_to(hub.id)
        return cls(
            hub=Side(
                local=hub,
                remote=spoke,
                half=hub_half,
                id=_id_of(hub_half, hub, spoke.id, policy, taken),
                options={**policy.hub_options, "allowGatewayTransit": gateway.transit},
            ),
            spoke=Side(
                local=spoke,
                remote=hub,
                half=spoke_half,
                id=_id_of(spoke_half, spoke, hub.id, policy),
                options={**policy.spoke_options, "useRemoteGateways": gateway.use},
            ),
            gateway_finding=gateway.finding,
        )

    def is_as_desired(self) -> bool:
        return self.hub.is_as_desired() and self.spoke.is_as_desired()

    def is_unknown(self) -> bool:
        """Whether a half has a state or sync level that this version does not know."""
        return any(
            side.half and PeeringState.UNKNOWN in (side.half.state, str(side.half.sync))
            for side in self._sides
        )

    def changes(self, failed: frozenset[Reason]) -> tuple[Change, ...]:
        """Writes in the order Azure takes them, up to the first half that is under way already.

        `failed` holds the reasons for which a write did not help.
        """
        changes: list[Change] = []
        for change in self._all_changes(failed):
            if any(
                side.half and side.half.is_under_way() and side.id == change.peering for side in self._sides
            ):
                break
            changes.append(change)
        return tuple(changes)

    @property
    def _sides(self) -> tuple[Side, Side]:
        return self.hub, self.spoke

    def _all_changes(self, failed: frozenset[Reason]) -> Iterator[Change]:
        rule = rule_for(self.hub.half_state(), self.spoke.half_state(), failed)
        if rule is None:
            yield from self._drift()
            return
        if rule.reason is Reason.UNKNOWN_STATE:
            return
        steps = rule.steps
        hub_drift, spoke_drift = self.hub.drift(), self.spoke.drift()
        if hub_drift and Step.PUT_HUB not in steps:
            # Before the spoke's half, unless that is the one that has to come first.
            lost = self.spoke.half_state() is HalfState.DISCONNECTED
            steps = (*steps, Step.PUT_HUB) if lost else (Step.PUT_HUB, *steps)
        if spoke_drift and Step.PUT_SPOKE not in steps:
            steps = (*steps, Step.PUT_SPOKE)
        wanted_use = self.spoke.options["useRemoteGateways"]
        offered = self.hub.half is not None and self.hub.has("allowGatewayTransit")
        postponed = False
        for step in steps:
            match step:
                case Step.DELETE_HUB:
                    offered = False
                    yield self.hub.delete(rule.reason)
                case Step.DELETE_SPOKE:
                    yield self.spoke.delete(rule.reason)
                case Step.PUT_HUB:
                    offered = self.hub.options["allowGatewayTransit"]
                    yield self.hub.put(self._reason(self.hub, step, rule))
                case Step.PUT_SPOKE:
                    postponed = wanted_use and not offered
                    yield self.spoke.put(
                        self._reason(self.spoke, step, rule), useRemoteGateways=wanted_use and offered
                    )
        if postponed and offered:
            yield self.spoke.put(Reason.GATEWAY_USE)

    @staticmethod
    def _reason(side: Side, step: Step, rule: Rule) -> Reason:
        if side.half_state() is HalfState.STALE:
            return Reason.UNMATCHED
        if step not in rule.steps:
            return side.drift() or rule.reason
        return Reason.MISSING if side.half is None else rule.reason

    def _drift(self) -> Iterator[Change]:
        """The hub's half offers its gateway before the spoke's half takes it, and goes on offering until then."""
        steps_back = self.spoke.has("useRemoteGateways") and not self.spoke.options["useRemoteGateways"]
        for side in (self.spoke, self.hub) if steps_back else (self.hub, self.spoke):
            if (reason := side.drift()) is not None:
                yield side.put(reason)


def _id_of(
    half: ObservedPeering | None,
    local: Vnet,
    remote: VnetId,
    policy: PeeringPolicy,
    taken: Collection[str] = (),
) -> PeeringId:
    """What the half is called, or is to be."""
    return half.id if half else PeeringId(vnet=local.id, name=policy.names.choose(local, remote, taken))
