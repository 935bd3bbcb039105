"""Writes of gateways and public addresses."""

from typing import Any

from simulator.network.gateways import (
    GATEWAYS,
    Attached,
    AttachedKey,
    attach,
    detach,
    vnets_used_by,
)
from simulator.network.locks import Operation
from simulator.network.resources import NETWORK, Provisioning
from simulator.world.groups import Group, Groups
from simulator.world.timeline import Written


class Gateways(Groups):
    __slots__ = ()

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
        operation = self.start(
            "PutVirtualNetworkGatewayOperation" if gateway else "PutPublicIpAddressOperation",
            subscription=group.subscription,
            location=resource.location,
            target=resource.id,
            seconds=self.durations.gateway_write if gateway else self.durations.public_address_write,
            vnets=vnets_used_by(resource),
        )
        self.when_ended(operation, lambda: self._attached_written(resource))
        return Written(resource=resource, created=created, operation=operation)

    def _attached_written(self, resource: Attached) -> None:
        resource.provisioning, resource.etag = Provisioning.SUCCEEDED, self.new_guid()
        attach(self.estate, resource)
        self.estate.touch(*(self.estate.vnets.get(key) for key in vnets_used_by(resource)))
        self.tell(resource.id, f"{NETWORK}/{resource.kind}/write", "PUT")

    def delete_attached(self, resource: Attached) -> Operation:
        gateway = resource.kind == GATEWAYS
        operation = self.start(
            "DeleteVirtualNetworkGatewayOperation" if gateway else "DeletePublicIpAddressOperation",
            subscription=resource.key.subscription,
            location=resource.location,
            target=resource.id,
            seconds=self.durations.gateway_delete if gateway else self.durations.public_address_write,
            vnets=vnets_used_by(resource),
            removes=True,
        )
        resource.provisioning = Provisioning.DELETING
        self.when_ended(operation, lambda: self._attached_gone(resource))
        return operation

    def _attached_gone(self, resource: Attached) -> None:
        self.attached.pop(resource.key, None)
        detach(self.estate, resource)
        self.estate.touch(*(self.estate.vnets.get(key) for key in vnets_used_by(resource)))
        self.tell(resource.id, f"{NETWORK}/{resource.kind}/delete", "DELETE")
