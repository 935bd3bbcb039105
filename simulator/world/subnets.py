"""Writes of single subnets."""

from math import ceil

from simulator.network import refusals
from simulator.network.locks import Operation
from simulator.network.resources import NETWORK, Provisioning, Subnet, Vnet
from simulator.world.timeline import Timeline, Written


class Subnets(Timeline):
    __slots__ = ()

    def put_subnet(self, vnet: Vnet, subnet: Subnet) -> Written[Subnet]:
        self._check_subnet_write(vnet)
        created = self.estate.put_subnet(vnet, subnet)
        operation = self._subnet_operation(vnet, subnet, "PutSubnetOperation")
        self.estate.touch(vnet)
        self.when_ended(operation, lambda: self._subnet_written(vnet, subnet))
        return Written(resource=subnet, created=created, operation=operation)

    def delete_subnet(self, vnet: Vnet, subnet: Subnet) -> Operation:
        self._check_subnet_write(vnet)
        self.estate.delete_subnet(vnet, subnet)
        operation = self._subnet_operation(vnet, subnet, "DeleteSubnetOperation", removes=True)
        self.estate.touch(vnet)
        gone = vnet.subnet_id(subnet.name)
        self.when_ended(
            operation, lambda: self.tell(gone, f"{NETWORK}/virtualNetworks/subnets/delete", "DELETE")
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
            raise refusals.retryable(vnet.id, operation.kind, str(operation.id), seconds)
        raise refusals.another_operation(vnet.id, operation.kind, str(operation.id))

    def _subnet_operation(self, vnet: Vnet, subnet: Subnet, kind: str, *, removes: bool = False) -> Operation:
        return self.start(
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
        self.tell(vnet.subnet_id(subnet.name), f"{NETWORK}/virtualNetworks/subnets/write", "PUT")
