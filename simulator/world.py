"""The simulated Azure in time: every accepted write takes a while, holds networks, and is told about.

All methods are called on one event loop and none of them waits: a write returns what Azure accepts at once,
and its operation ends by itself later.
"""

import asyncio
from collections.abc import Callable, Coroutine
from copy import deepcopy
from dataclasses import dataclass, field
from math import ceil
from random import Random
from typing import Any
from uuid import UUID

from simulator import errors
from simulator.clock import Clock
from simulator.network.durations import Durations, RetryAfter
from simulator.network.estate import Estate
from simulator.network.gateways import (
    GATEWAYS,
    Attached,
    AttachedKey,
    attach,
    detach,
    vnets_used_by,
)
from simulator.network.locks import FailsLateError, LockMode, Operation, VnetLocks
from simulator.network.resources import (
    NETWORK,
    Peering,
    PeeringFlags,
    PeeringState,
    Prefixes,
    Provisioning,
    Subnet,
    Vnet,
    VnetKey,
)

_FAILS_AFTER_SECONDS = 2.0
"""When an operation that is going to fail says so; not recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceChange:
    """One finished write, as the subscription's event source sees it."""

    subscription: str
    resource_id: str
    operation_name: str
    method: str
    succeeded: bool


@dataclass(slots=True, kw_only=True)
class Group:
    """A resource group."""

    subscription: str
    name: str
    location: str
    tags: dict[str, str] | None = None
    managed_by: str | None = None
    deleting: bool = False

    @property
    def id(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written[Resource]:
    """What a write was answered with: the resource as it stands, and the operation that goes on."""

    resource: Resource
    created: bool
    operation: Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPeering(Written[Peering]):
    vnet: Vnet
    estate: Estate
    """Where to look the peering up: the world's own estate, or a copy where nothing is going to change."""


@dataclass(slots=True)
class World:
    """Resource groups, networks, peerings and gateways of any number of subscriptions."""

    clock: Clock
    random: Random
    durations: Durations = field(default_factory=Durations)
    retry_after: RetryAfter = field(default_factory=RetryAfter)
    lock_mode: LockMode = LockMode.PARALLEL
    group_delete_tells_of_vnets: bool = False
    """Whether deleting a group raises one event per network in it; not established, so not relied upon."""
    listeners: list[Callable[[ResourceChange], None]] = field(default_factory=list)
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    attached: dict[AttachedKey, Attached] = field(default_factory=dict)
    operations: dict[UUID, Operation] = field(default_factory=dict)
    estate: Estate = field(init=False)
    locks: VnetLocks = field(init=False)
    _busy_until: dict[VnetKey, float] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.estate = Estate(self.new_guid)
        self.locks = VnetLocks(mode=self.lock_mode, random=self.random)

    def new_guid(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    async def aclose(self) -> None:
        """Ends all that is going on."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- looking things up ------------------------------------------------------------------------

    def group(self, subscription: str, name: str) -> Group:
        group = self.groups.get((subscription.lower(), name.lower()))
        if group is None:
            raise errors.group_not_found(name)
        return group

    def group_to_write(self, subscription: str, name: str) -> Group:
        group = self.group(subscription, name)
        if group.deleting:
            raise errors.group_being_deleted(group.name)
        return group

    def vnet(self, subscription: str, group: str, name: str) -> Vnet:
        found = self.group(subscription, group)
        vnet = self.estate.vnets.get(VnetKey.of(subscription, group, name))
        if vnet is None:
            raise errors.resource_not_found(f"{NETWORK}/virtualNetworks", name, found.name)
        return vnet

    # --- resource groups --------------------------------------------------------------------------

    def put_group(
        self, subscription: str, name: str, location: str, tags: dict[str, str] | None, managed_by: str | None
    ) -> tuple[Group, bool]:
        key = (subscription.lower(), name.lower())
        group = self.groups.get(key)
        if group is None:
            group = Group(
                subscription=subscription, name=name, location=location, tags=tags, managed_by=managed_by
            )
            self.groups[key] = group
            return group, True
        group.tags = tags
        return group, False

    def delete_group(self, group: Group) -> Operation:
        """Everything in the group goes when the operation ends; networks elsewhere keep their halves."""
        group.deleting = True
        operation = self._start(
            "DeleteResourceGroupOperation",
            subscription=group.subscription,
            location=group.location,
            target=group.id,
            seconds=self.durations.group_delete,
            removes=True,
        )
        self._when_ended(operation, lambda: self._drop_group(group))
        return operation

    def _drop_group(self, group: Group) -> None:
        at = (group.subscription.lower(), group.name.lower())
        for attached in [one for key, one in self.attached.items() if (key.subscription, key.group) == at]:
            detach(self.estate, attached)
            del self.attached[attached.key]
        for vnet in [one for key, one in self.estate.vnets.items() if (key.subscription, key.group) == at]:
            self._touch_remotes(vnet)
            self.estate.drop_vnet(vnet)
            if self.group_delete_tells_of_vnets:
                self._tell(vnet.id, f"{NETWORK}/virtualNetworks/delete", "DELETE")
        self.groups.pop(at, None)
        self._tell(group.id, "Microsoft.Resources/subscriptions/resourceGroups/delete", "DELETE")

    # --- virtual networks -------------------------------------------------------------------------

    def put_vnet(
        self,
        group: Group,
        name: str,
        *,
        location: str,
        space: Prefixes,
        tags: dict[str, str] | None,
        properties: dict[str, Any],
        subnets: dict[str, Subnet] | None,
        api_version: str,
    ) -> Written[Vnet]:
        key = VnetKey.of(group.subscription, group.name, name)
        before = self.estate.vnets.get(key)
        if before is not None:
            if before.location != location:
                raise errors.location_is_fixed(before.name, group.name, before.location)
            self.locks.check([key], {key: before.id}, before.id, self.clock.now())
        unchanged = before is not None and (
            (before.space, before.properties) == (space, properties)
            and (subnets is None or _same_subnets(before.subnets, subnets))
        )
        vnet, created = self.estate.put_vnet(
            key,
            vnet_id=before.id if before else f"{group.id}/providers/{NETWORK}/virtualNetworks/{name}",
            name=name,
            location=location,
            space=space,
            tags=tags,
            properties=properties,
            subnets=None if unchanged else subnets,
            api_version=api_version,
        )
        operation = self._start(
            "PutVirtualNetworkOperation",
            subscription=group.subscription,
            location=location,
            target=vnet.id,
            seconds=0 if unchanged else self.durations.vnet_write,
            vnets=frozenset({key}),
        )
        self.estate.touch(vnet)
        if created:
            self._busy_until[key] = operation.ends + self.durations.subnets_settle
        if not unchanged:
            vnet.operation, vnet.provisioning = str(operation.id), Provisioning.UPDATING
            for subnet in vnet.subnets.values():
                subnet.provisioning = Provisioning.UPDATING
            self._touch_remotes(vnet)
        self._when_ended(operation, lambda: self._vnet_written(vnet, operation))
        return Written(resource=vnet, created=created, operation=operation)

    def _vnet_written(self, vnet: Vnet, operation: Operation) -> None:
        if vnet.operation == str(operation.id):
            vnet.provisioning = Provisioning.SUCCEEDED
            for subnet in vnet.subnets.values():
                subnet.provisioning = Provisioning.SUCCEEDED
            self.estate.touch(vnet)
        self._tell(vnet.id, f"{NETWORK}/virtualNetworks/write", "PUT")

    def put_tags(self, vnet: Vnet, tags: dict[str, str]) -> None:
        """Synchronous, unlike every other write."""
        vnet.tags = tags
        self.estate.touch(vnet)
        self._tell(vnet.id, f"{NETWORK}/virtualNetworks/write", "PATCH")

    def delete_vnet(self, vnet: Vnet) -> Operation:
        """The network has left every list when this returns, whether or not anybody waits for the end."""
        self.locks.check([vnet.key], {vnet.key: vnet.id}, vnet.id, self.clock.now())
        remotes = self._remotes(vnet)
        self.estate.delete_vnet(vnet)
        operation = self._start(
            "DeleteVirtualNetworkOperation",
            subscription=vnet.key.subscription,
            location=vnet.location,
            target=vnet.id,
            seconds=self.durations.vnet_delete,
            vnets=frozenset({vnet.key}),
            removes=True,
        )
        self.estate.touch(*remotes)
        self._when_ended(
            operation, lambda: self._tell(vnet.id, f"{NETWORK}/virtualNetworks/delete", "DELETE")
        )
        return operation

    def put_subnet(self, vnet: Vnet, subnet: Subnet) -> Written[Subnet]:
        self._check_subnet_write(vnet)
        created = self.estate.put_subnet(vnet, subnet)
        operation = self._subnet_operation(vnet, subnet, "PutSubnetOperation")
        self.estate.touch(vnet)
        self._when_ended(operation, lambda: self._subnet_written(vnet, subnet))
        return Written(resource=subnet, created=created, operation=operation)

    def delete_subnet(self, vnet: Vnet, subnet: Subnet) -> Operation:
        self._check_subnet_write(vnet)
        self.estate.delete_subnet(vnet, subnet)
        operation = self._subnet_operation(vnet, subnet, "DeleteSubnetOperation", removes=True)
        self.estate.touch(vnet)
        gone = vnet.subnet_id(subnet.name)
        self._when_ended(
            operation, lambda: self._tell(gone, f"{NETWORK}/virtualNetworks/subnets/delete", "DELETE")
        )
        return operation

    def _check_subnet_write(self, vnet: Vnet) -> None:
        """Recorded in 2026: 409 beside another write of the network or its subnets, 429 beside a peering's."""
        met = self.locks.holder([vnet.key])
        if met is None:
            return
        _, operation = met
        if "Peering" in operation.kind:
            seconds = max(1, ceil(operation.ends - self.clock.now()))
            raise errors.retryable(vnet.id, operation.kind, str(operation.id), seconds)
        raise errors.another_operation(vnet.id, operation.kind, str(operation.id))

    def _subnet_operation(self, vnet: Vnet, subnet: Subnet, kind: str, *, removes: bool = False) -> Operation:
        return self._start(
            kind,
            subscription=vnet.key.subscription,
            location=vnet.location,
            target=vnet.subnet_id(subnet.name),
            seconds=self.durations.subnet_write,
            vnets=frozenset({vnet.key}),
            removes=removes,
        )

    def _subnet_written(self, vnet: Vnet, subnet: Subnet) -> None:
        subnet.provisioning = Provisioning.SUCCEEDED
        self.estate.touch(vnet)
        self._tell(vnet.subnet_id(subnet.name), f"{NETWORK}/virtualNetworks/subnets/write", "PUT")

    # --- peerings ---------------------------------------------------------------------------------

    def put_peering(
        self, vnet: Vnet, name: str, remote_id: str, flags: PeeringFlags, *, sync: bool
    ) -> WrittenPeering:
        estate, late = self.estate, None
        remote_key = VnetKey.parse(remote_id)
        remote = estate.vnets.get(remote_key) if remote_key else None
        both = {one.key: one.id for one in (vnet, remote) if one is not None}
        try:
            self.locks.check(both, both, vnet.peering_id(name), self.clock.now())
        except FailsLateError as failure:
            late = failure.error
            estate = Estate(self.new_guid)
            estate.vnets = deepcopy({key: self.estate.vnets[key] for key in both})
            vnet = estate.vnets[vnet.key]
        else:
            self._check_provisioned(vnet.peering_id(name), vnet, remote)
        half, created = estate.put_peering(vnet, name, remote_id, flags, sync=sync)
        paired = half.state is PeeringState.CONNECTED
        seconds = self.durations.paired_peering_write if paired else self.durations.lone_peering_write
        operation = self._start(
            "PutVirtualNetworkPeeringOperation",
            subscription=vnet.key.subscription,
            location=vnet.location,
            target=vnet.peering_id(half.name),
            seconds=_FAILS_AFTER_SECONDS if late else seconds,
            vnets=frozenset() if late else frozenset(both),
            error=late,
        )
        half.operation, half.provisioning = str(operation.id), Provisioning.UPDATING
        estate.touch(vnet, remote if estate is self.estate else None)
        ended = vnet
        self._when_ended(operation, lambda: self._peering_written(ended, half, operation))
        return WrittenPeering(resource=half, created=created, operation=operation, vnet=vnet, estate=estate)

    def _peering_written(self, vnet: Vnet, half: Peering, operation: Operation) -> None:
        if operation.error is None and half.operation == str(operation.id):
            half.provisioning = Provisioning.SUCCEEDED
            self.estate.touch(vnet, self.estate.vnets.get(half.remote))
        self._tell(
            vnet.peering_id(half.name),
            f"{NETWORK}/virtualNetworks/virtualNetworkPeerings/write",
            "PUT",
            succeeded=operation.error is None,
        )

    def delete_peering(self, vnet: Vnet, half: Peering) -> Operation:
        """The half has left every list when this returns, whether or not anybody waits for the end."""
        peering_id = vnet.peering_id(half.name)
        remote = self.estate.vnets.get(half.remote)
        both = {one.key: one.id for one in (vnet, remote) if one is not None}
        late = None
        try:
            self.locks.check(both, both, peering_id, self.clock.now())
        except FailsLateError as failure:
            late = failure.error
        paired = half.state is PeeringState.CONNECTED
        seconds = self.durations.paired_peering_delete if paired else self.durations.lone_peering_delete
        operation = self._start(
            "DeleteVirtualNetworkPeeringOperation",
            subscription=vnet.key.subscription,
            location=vnet.location,
            target=peering_id,
            seconds=_FAILS_AFTER_SECONDS if late else seconds,
            vnets=frozenset() if late else frozenset(both),
            error=late,
            removes=True,
        )
        if late is None:
            self.estate.delete_peering(vnet, half)
            self.estate.touch(vnet, remote)
        self._when_ended(
            operation,
            lambda: self._tell(
                peering_id,
                f"{NETWORK}/virtualNetworks/virtualNetworkPeerings/delete",
                "DELETE",
                succeeded=operation.error is None,
            ),
        )
        return operation

    def _check_provisioned(self, peering_id: str, *vnets: Vnet | None) -> None:
        """A network that is being written, or was created a moment ago, cannot be peered yet, although its
        own state may say Succeeded already."""
        now = self.clock.now()
        for vnet in vnets:
            if vnet is None:
                continue
            if vnet.provisioning is not Provisioning.SUCCEEDED:
                raise errors.reference_not_provisioned(peering_id, vnet.id, "PutVirtualNetworkOperation")
            if self._busy_until.get(vnet.key, 0) > now:
                raise errors.reference_not_provisioned(peering_id, vnet.id, "PutSubnetOperation")

    # --- gateways and public addresses ------------------------------------------------------------

    def put_attached(self, group: Group, kind: str, name: str, written: dict[str, Any]) -> Written[Attached]:
        key = AttachedKey(group.subscription.lower(), group.name.lower(), kind.lower(), name.lower())
        resource = self.attached.get(key)
        created = resource is None
        if resource is None:
            resource = Attached(
                key=key,
                id=f"{group.id}/providers/{NETWORK}/{kind}/{name}",
                name=name,
                kind=kind,
                guid=self.new_guid(),
                etag=self.new_guid(),
                written=written,
            )
            self.attached[key] = resource
        else:
            resource.written, resource.etag = written, self.new_guid()
            resource.provisioning = Provisioning.UPDATING
        gateway = kind == GATEWAYS
        operation = self._start(
            "PutVirtualNetworkGatewayOperation" if gateway else "PutPublicIpAddressOperation",
            subscription=group.subscription,
            location=resource.location,
            target=resource.id,
            seconds=self.durations.gateway_write if gateway else self.durations.public_address_write,
            vnets=vnets_used_by(resource),
        )
        self._when_ended(operation, lambda: self._attached_written(resource))
        return Written(resource=resource, created=created, operation=operation)

    def _attached_written(self, resource: Attached) -> None:
        resource.provisioning, resource.etag = Provisioning.SUCCEEDED, self.new_guid()
        attach(self.estate, resource)
        self.estate.touch(*(self.estate.vnets.get(key) for key in vnets_used_by(resource)))
        self._tell(resource.id, f"{NETWORK}/{resource.kind}/write", "PUT")

    def delete_attached(self, resource: Attached) -> Operation:
        gateway = resource.kind == GATEWAYS
        operation = self._start(
            "DeleteVirtualNetworkGatewayOperation" if gateway else "DeletePublicIpAddressOperation",
            subscription=resource.key.subscription,
            location=resource.location,
            target=resource.id,
            seconds=self.durations.gateway_delete if gateway else self.durations.public_address_write,
            vnets=vnets_used_by(resource),
            removes=True,
        )
        resource.provisioning = Provisioning.DELETING
        self._when_ended(operation, lambda: self._attached_gone(resource))
        return operation

    def _attached_gone(self, resource: Attached) -> None:
        self.attached.pop(resource.key, None)
        detach(self.estate, resource)
        self.estate.touch(*(self.estate.vnets.get(key) for key in vnets_used_by(resource)))
        self._tell(resource.id, f"{NETWORK}/{resource.kind}/delete", "DELETE")

    # --- operations -------------------------------------------------------------------------------

    def _start(
        self,
        kind: str,
        *,
        subscription: str,
        location: str,
        target: str,
        seconds: float,
        vnets: frozenset[VnetKey] = frozenset(),
        error: errors.ArmError | None = None,
        removes: bool = False,
    ) -> Operation:
        now = self.clock.now()
        operation = Operation(
            id=self.new_guid(),
            kind=kind,
            subscription=subscription,
            location=location,
            target=target,
            started=now,
            ends=now + seconds,
            vnets=vnets,
            error=error,
            removes=removes,
        )
        self.operations[operation.id] = operation
        if seconds:
            self.locks.hold(operation)
        return operation

    def _when_ended(self, operation: Operation, effect: Callable[[], None]) -> None:
        def end() -> None:
            operation.finished = True
            effect()

        async def wait_and_end() -> None:
            await self.clock.sleep(operation.ends - operation.started)
            end()

        if operation.ends <= operation.started:
            end()
        else:
            self._spawn(wait_and_end())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _remotes(self, vnet: Vnet) -> list[Vnet]:
        return [one for one, _ in self.estate.halves_pointing_at(vnet.key)]

    def _touch_remotes(self, vnet: Vnet) -> None:
        self.estate.touch(*self._remotes(vnet))

    def _tell(self, resource_id: str, operation_name: str, method: str, *, succeeded: bool = True) -> None:
        change = ResourceChange(
            subscription=resource_id.split("/")[2],
            resource_id=resource_id,
            operation_name=operation_name,
            method=method,
            succeeded=succeeded,
        )
        for listener in self.listeners:
            listener(change)


def _same_subnets(one: dict[str, Subnet], two: dict[str, Subnet]) -> bool:
    return {name: subnet.properties for name, subnet in one.items()} == {
        name: subnet.properties for name, subnet in two.items()
    }
