"""Small makers of values: what Azure reports, and what is decided about it."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.config.peering_policy import PeeringPolicy
from shared.config.settings import Settings
from shared.model.changes import Change
from shared.model.errors import NetworkError
from shared.model.ids import GroupId, PeeringId, VnetId
from shared.model.observed import ObservedNetworks, ObservedPeering, PeeringState, SyncLevel, Vnet
from shared.model.reasons import Reason
from shared.plan.decide import decide
from shared.plan.hub_plan import make_plan
from shared.plan.observation import Observation
from shared.plan.plan import PairPlan, Plan

OWN, OTHER = (f"00000000-0000-0000-0000-00000000000{digit}" for digit in "12")
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
SHUT = [{"days": ["saturday"], "start": "22:00", "end": "23:00"}]
"""Change windows that are not open `NOW`."""
POLICY = PeeringPolicy(subscriptions=frozenset({OWN}))


def vnet_id(name: str, *, subscription: str = OWN, group: str = "rg") -> VnetId:
    return VnetId(subscription=subscription, group=group, name=name)


def _id(network: str | VnetId) -> VnetId:
    return vnet_id(network) if isinstance(network, str) else network


def observed(
    local: str | VnetId,
    remote: str | VnetId,
    *,
    name: str | None = None,
    state: PeeringState = PeeringState.CONNECTED,
    sync: SyncLevel = SyncLevel.FULLY_IN_SYNC,
    provisioning: str = "Succeeded",
    holds: Iterable[str] = (),
    guid: UUID | None = None,
    **options: Any,
) -> ObservedPeering:
    """A half of ours, as it is to be unless something else is said."""
    local, remote = _id(local), _id(remote)
    return ObservedPeering(
        id=PeeringId(vnet=local, name=name or f"peer-{local.name}-{remote.name}"),
        remote=remote,
        state=state,
        sync=sync,
        provisioning=provisioning,
        properties={"allowVirtualNetworkAccess": True, "allowForwardedTraffic": True} | options,
        remote_prefixes=tuple(holds),
        guid=guid,
    )


def vnet(
    network: str | VnetId,
    *halves: ObservedPeering,
    space: Iterable[str] = (),
    location: str = "westeurope",
    tags: Mapping[str, str] | None = None,
    provisioning: str = "Succeeded",
    guid: UUID | None = None,
    has_gateway: bool = False,
) -> Vnet:
    """Without addresses, which overlap with nothing, unless some are given."""
    return Vnet(
        id=_id(network),
        location=location,
        provisioning=provisioning,
        address_prefixes=tuple(space),
        tags=tags or {},
        peerings=halves,
        guid=guid,
        has_gateway=has_gateway,
    )


def estate(
    *vnets: Vnet, gone: Iterable[VnetId] = (), managers: Mapping[GroupId, str | None] | None = None
) -> ObservedNetworks:
    """Every group was read, and nobody manages it, unless `managers` says something else."""
    unmanaged = dict.fromkeys([one.id.group_id for one in vnets])
    return ObservedNetworks(
        vnets={one.id: one for one in vnets},
        gone=frozenset(gone),
        managers=unmanaged if managers is None else managers,
    )


def planned(
    hub: Vnet,
    *spokes: Vnet,
    gone: Iterable[VnetId] = (),
    policy: PeeringPolicy = POLICY,
    failed: Collection[Reason] = (),
    managers: Mapping[GroupId, str | None] | None = None,
) -> Plan:
    """The plan of one hub with these spokes."""
    seen = estate(hub, *spokes, gone=gone, managers=managers)
    return make_plan(hub, [spoke.id for spoke in spokes], seen, policy, frozenset(failed))


def settings_of(document: Mapping[str, Any], **environ: str) -> Settings:
    return Settings.from_environ({"AZURE_SUBSCRIPTION_ID": OWN, "TOPOLOGY": json.dumps(document)} | environ)


def decided(
    document: Mapping[str, Any],
    networks: ObservedNetworks,
    *,
    environ: Mapping[str, str] | None = None,
    scope: VnetId | None = None,
    listed: Iterable[str] | None = None,
    unlisted: Mapping[str, NetworkError] | None = None,
    failed: Collection[Reason] = (),
    applied: Collection[Change] = (),
) -> Plan:
    """What is due for these networks by a document, `NOW`."""
    settings = settings_of(document, **(environ or {}))
    seen = Observation(
        document=settings.document,
        observed=networks,
        scope=scope,
        listed=frozenset(settings.subscriptions if listed is None else listed),
        unlisted=unlisted or {},
    )
    return decide(seen, settings, NOW, frozenset(failed), applied).plan


def writes(plan: Plan) -> list[tuple[str, str, str, str]]:
    """(put or delete, network, its remote, reason) of every change, in order."""
    return [
        (type(change).__name__.lower(), change.peering.vnet.name, change.remote.name, str(change.reason))
        for pair in plan.pairs
        for change in pair.changes
    ]


def findings(plan: Plan) -> list[Reason]:
    return [finding.reason for finding in plan.findings]


def only_pair(plan: Plan) -> PairPlan:
    (pair,) = plan.pairs
    return pair
