"""Writes of peerings."""

from copy import deepcopy
from dataclasses import dataclass

from simulator.errors import ArmError
from simulator.network import refusals
from simulator.network.estate import Estate
from simulator.network.locks import Operation
from simulator.network.resources import (
    NETWORK,
    Peering,
    PeeringFlags,
    PeeringState,
    Provisioning,
    Vnet,
    VnetKey,
)
from simulator.world.timeline import FAILS_AFTER_SECONDS, Written
from simulator.world.vnets import Vnets


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPeering(Written[Peering]):
    vnet: Vnet
    estate: Estate
    """Where to look the peering up: the world's own estate, or a copy where nothing is going to change."""


class Peerings(Vnets):
    __slots__ = ()

    def put_peering(
        self,
        vnet: Vnet,
        name: str,
        remote_id: str,
        flags: PeeringFlags,
        *,
        sync: bool,
        late_failure: ArmError | None = None,
    ) -> WrittenPeering:
        estate = self.estate
        remote_key = VnetKey.parse(remote_id)
        remote = estate.vnets.get(remote_key) if remote_key else None
        both = {one.key: one.id for one in (vnet, remote) if one is not None}
        late = self.check_locks(both, vnet.peering_id(name)) or late_failure
        if late is not None:
            estate = Estate(self.new_guid)
            estate.vnets = deepcopy({key: self.estate.vnets[key] for key in both})
            vnet = estate.vnets[vnet.key]
        else:
            self._check_provisioned(vnet.peering_id(name), vnet, remote)
        half, created = estate.put_peering(vnet, name, remote_id, flags, sync=sync)
        paired = half.state is PeeringState.CONNECTED
        seconds = self.durations.paired_peering_write if paired else self.durations.lone_peering_write
        operation = self.start(
            "PutVirtualNetworkPeeringOperation",
            subscription=vnet.key.subscription,
            location=vnet.location,
            target=vnet.peering_id(half.name),
            seconds=FAILS_AFTER_SECONDS if late else seconds,
            vnets=frozenset() if late else frozenset(both),
            error=late,
        )
        half.operation, half.provisioning = str(operation.id), Provisioning.UPDATING
        estate.touch(vnet, remote if estate is self.estate else None)
        ended = vnet
        self.when_ended(operation, lambda: self._peering_written(ended, half, operation))
        return WrittenPeering(resource=half, created=created, operation=operation, vnet=vnet, estate=estate)

    def _peering_written(self, vnet: Vnet, half: Peering, operation: Operation) -> None:
        if operation.error is None and half.operation == str(operation.id):
            half.provisioning = Provisioning.SUCCEEDED
            self.estate.touch(vnet, self.estate.vnets.get(half.remote))
        self.tell(
            vnet.peering_id(half.name),
            f"{NETWORK}/virtualNetworks/virtualNetworkPeerings/write",
            "PUT",
            succeeded=operation.error is None,
        )

    def delete_peering(self, vnet: Vnet, half: Peering, *, late_failure: ArmError | None = None) -> Operation:
        """The half has left every list when this returns, whether or not anybody waits for the end."""
        peering_id = vnet.peering_id(half.name)
        remote = self.estate.vnets.get(half.remote)
        both = {one.key: one.id for one in (vnet, remote) if one is not None}
        late = self.check_locks(both, peering_id) or late_failure
        paired = half.state is PeeringState.CONNECTED
        seconds = self.durations.paired_peering_delete if paired else self.durations.lone_peering_delete
        operation = self.start(
            "DeleteVirtualNetworkPeeringOperation",
            subscription=vnet.key.subscription,
            location=vnet.location,
            target=peering_id,
            seconds=FAILS_AFTER_SECONDS if late else seconds,
            vnets=frozenset() if late else frozenset(both),
            error=late,
            removes=True,
        )
        if late is None:
            self.estate.delete_peering(vnet, half)
            self.estate.touch(vnet, remote)
        self.when_ended(
            operation,
            lambda: self.tell(
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
                raise refusals.reference_not_provisioned(peering_id, vnet.id, "PutVirtualNetworkOperation")
            if self.busy_until.get(vnet.key, 0) > now:
                raise refusals.reference_not_provisioned(peering_id, vnet.id, "PutSubnetOperation")
