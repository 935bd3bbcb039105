"""Writes of virtual networks."""

from dataclasses import dataclass, field
from typing import Any

from simulator import errors
from simulator.network.bodies import subnet_defaults, vnet_defaults
from simulator.network.locks import Operation
from simulator.network.resources import NETWORK, Prefixes, Provisioning, Subnet, Vnet, VnetKey
from simulator.world.groups import Group, Groups
from simulator.world.timeline import FAILS_AFTER_SECONDS, Written


@dataclass(slots=True)
class Vnets(Groups):
    busy_until: dict[VnetKey, float] = field(default_factory=dict)
    """Until when a network counts as busy with its subnets."""

    def vnet(self, subscription: str, group: str, name: str) -> Vnet:
        found = self.group(subscription, group)
        vnet = self.estate.vnets.get(VnetKey.of(subscription, group, name))
        if vnet is None:
            raise errors.resource_not_found(f"{NETWORK}/virtualNetworks", name, found.name)
        return vnet

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
        late_failure: errors.ArmError | None = None,
    ) -> Written[Vnet]:
        """A network whose write fails late stays as written, in the state Failed; not recorded."""
        key = VnetKey.of(group.subscription, group.name, name)
        before = self.estate.vnets.get(key)
        if before is not None:
            if before.location != location:
                raise errors.location_is_fixed(before.name, group.name, before.location)
            late_failure = self.check_locks({key: before.id}, before.id) or late_failure
        unchanged = (
            before is not None
            and late_failure is None
            and (
                before.space == space
                and vnet_defaults(api_version) | before.properties == vnet_defaults(api_version) | properties
                and (subnets is None or _shown(before.subnets, api_version) == _shown(subnets, api_version))
            )
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
        operation = self.start(
            "PutVirtualNetworkOperation",
            subscription=group.subscription,
            location=location,
            target=vnet.id,
            seconds=0 if unchanged else self.durations.vnet_write,
            vnets=frozenset({key}),
            error=late_failure,
        )
        self.estate.touch(vnet)
        if created:
            self.busy_until[key] = operation.ends + self.durations.subnets_settle
        if not unchanged:
            vnet.operation, vnet.provisioning = str(operation.id), Provisioning.UPDATING
            for subnet in vnet.subnets.values():
                subnet.provisioning = Provisioning.UPDATING
            self.touch_remotes(vnet)
        self.when_ended(operation, lambda: self._vnet_written(vnet, operation))
        return Written(resource=vnet, created=created, operation=operation)

    def _vnet_written(self, vnet: Vnet, operation: Operation) -> None:
        if vnet.operation == str(operation.id):
            vnet.provisioning = Provisioning.FAILED if operation.error else Provisioning.SUCCEEDED
            for subnet in vnet.subnets.values():
                subnet.provisioning = Provisioning.SUCCEEDED
            self.estate.touch(vnet)
        self.tell(vnet.id, f"{NETWORK}/virtualNetworks/write", "PUT", succeeded=operation.error is None)

    def put_tags(self, vnet: Vnet, tags: dict[str, str]) -> None:
        """Synchronous, unlike every other write."""
        vnet.tags = tags
        self.estate.touch(vnet)
        self.tell(vnet.id, f"{NETWORK}/virtualNetworks/write", "PATCH")

    def delete_vnet(self, vnet: Vnet, *, late_failure: errors.ArmError | None = None) -> Operation:
        """The network has left every list when this returns, whether or not anybody waits for the end."""
        late = self.check_locks({vnet.key: vnet.id}, vnet.id) or late_failure
        remotes = self.remotes(vnet)
        if late is None:
            self.estate.delete_vnet(vnet)
        operation = self.start(
            "DeleteVirtualNetworkOperation",
            subscription=vnet.key.subscription,
            location=vnet.location,
            target=vnet.id,
            seconds=FAILS_AFTER_SECONDS if late else self.durations.vnet_delete,
            vnets=frozenset() if late else frozenset({vnet.key}),
            error=late,
            removes=True,
        )
        if late is None:
            self.estate.touch(*remotes)
        self.when_ended(
            operation,
            lambda: self.tell(vnet.id, f"{NETWORK}/virtualNetworks/delete", "DELETE", succeeded=late is None),
        )
        return operation


def _shown(subnets: dict[str, Subnet], api_version: str) -> dict[str, dict[str, Any]]:
    defaults = subnet_defaults(api_version)
    return {name: defaults | subnet.properties for name, subnet in subnets.items()}
